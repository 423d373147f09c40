/** Every claim about the built-in stages, stage by stage. */
import type { StageClaim } from "./stage-claim.ts";
import { stage01Claims } from "./stages/stage-01.ts";
import { stage02Claims } from "./stages/stage-02.ts";
import { stage03Claims } from "./stages/stage-03.ts";
import { stage04Claims } from "./stages/stage-04.ts";
import { stage05Claims } from "./stages/stage-05.ts";
import { stage06Claims } from "./stages/stage-06.ts";
import { stage07Claims } from "./stages/stage-07.ts";
import { stage08Claims } from "./stages/stage-08.ts";
import { stage09Claims } from "./stages/stage-09.ts";
import { stage10Claims } from "./stages/stage-10.ts";
import { stage11Claims } from "./stages/stage-11.ts";
import { stage12Claims } from "./stages/stage-12.ts";
import { stage13Claims } from "./stages/stage-13.ts";
import { stage14Claims } from "./stages/stage-14.ts";
import { stage15Claims } from "./stages/stage-15.ts";

/** In the order of stages, and within one in that of its file. */
export const stageClaims: readonly StageClaim[] = [
  ...stage01Claims,
  ...stage02Claims,
  ...stage03Claims,
  ...stage04Claims,
  ...stage05Claims,
  ...stage06Claims,
  ...stage07Claims,
  ...stage08Claims,
  ...stage09Claims,
  ...stage10Claims,
  ...stage11Claims,
  ...stage12Claims,
  ...stage13Claims,
  ...stage14Claims,
  ...stage15Claims,
];
