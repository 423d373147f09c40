/** The built-in targets, by id. */
import { Failure, unknownName } from "../base/failure.ts";
import { stage01 } from "./stages/stage-01-single-machine.ts";
import { stage02 } from "./stages/stage-02-database-apart.ts";
import { stage03 } from "./stages/stage-03-caches.ts";
import { stage04 } from "./stages/stage-04-reverse-proxy.ts";
import { stage05 } from "./stages/stage-05-read-write-split.ts";
import { stage06 } from "./stages/stage-06-databases-by-business.ts";
import { stage07 } from "./stages/stage-07-split-tables.ts";
import { stage08 } from "./stages/stage-08-l4-failover.ts";
import { stage09 } from "./stages/stage-09-two-zones.ts";
import { stage10 } from "./stages/stage-10-search-and-stores.ts";
import { stage11 } from "./stages/stage-11-small-applications.ts";
import { stage12 } from "./stages/stage-12-services.ts";
import { stage13 } from "./stages/stage-13-bus.ts";
import { stage14 } from "./stages/stage-14-containers.ts";
import { stage15 } from "./stages/stage-15-elastic.ts";
import type { TargetSpec } from "./target.ts";

/** In the order of the evolution they tell. */
export const targets: readonly TargetSpec[] = [
  stage01,
  stage02,
  stage03,
  stage04,
  stage05,
  stage06,
  stage07,
  stage08,
  stage09,
  stage10,
  stage11,
  stage12,
  stage13,
  stage14,
  stage15,
];

/**
 * The built-in target with this id.
 * @throws {Failure} `usage`, offering the nearest id
 */
export function findTarget(id: string): TargetSpec {
  const found = targets.find((target) => target.id === id);
  if (found) return found;
  throw new Failure(
    "usage",
    unknownName(
      "target",
      id,
      targets.map((target) => target.id),
    ),
    { hint: "`bench list targets` shows them all; a URL is a target too" },
  );
}
