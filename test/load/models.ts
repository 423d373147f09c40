/** One or more of every open load model, with its total by hand. */
import { exponential, fading } from "../../load/exponential.ts";
import { hold } from "../../load/hold.ts";
import { inTurn } from "../../load/in-turn.ts";
import type { OpenLoad } from "../../load/load-model.ts";
import type { Spacing } from "../../load/open-load.ts";
import { ramp } from "../../load/ramp.ts";
import { spike } from "../../load/spike.ts";
import { sum } from "../../load/sum.ts";
import { withWarmUp } from "../../load/warm-up.ts";
import { wave } from "../../load/wave.ts";

export interface Sample {
  readonly name: string;
  readonly total: number;
  load(spacing: Spacing): OpenLoad;
}

export const samples: readonly Sample[] = [
  { name: "hold", total: 600, load: (spacing) => hold({ ratePerS: 60, spanS: 10, spacing }) },
  {
    name: "hold at a crooked rate",
    total: 7.4,
    load: (spacing) => hold({ ratePerS: 0.74, spanS: 10, spacing }),
  },
  { name: "hold of nothing", total: 0, load: (spacing) => hold({ ratePerS: 0, spanS: 3, spacing }) },
  { name: "ramp up", total: 500, load: (spacing) => ramp({ fromPerS: 0, toPerS: 100, overS: 10, spacing }) },
  {
    name: "ramp down",
    total: 275,
    load: (spacing) => ramp({ fromPerS: 100, toPerS: 10, overS: 5, spacing }),
  },
  {
    name: "spike with slopes",
    total: 10 * 20 + 90 * (1 + 3 + 2),
    load: (spacing) =>
      spike({ basePerS: 10, peakPerS: 100, spanS: 20, atS: 5, riseS: 2, holdS: 3, fallS: 4, spacing }),
  },
  {
    name: "spike with steps, out of nothing",
    total: 300,
    load: (spacing) => spike({ basePerS: 0, peakPerS: 300, spanS: 9, atS: 0, holdS: 1, spacing }),
  },
  {
    name: "wave of whole periods",
    total: 500,
    load: (spacing) => wave({ meanPerS: 50, swingPerS: 50, periodS: 5, spanS: 10, spacing }),
  },
  {
    name: "wave shorter than its period",
    // mean * span - swing * period / 2 pi * sin(pi / 2)
    total: 50 * 2 - (40 * 8) / (2 * Math.PI),
    load: (spacing) => wave({ meanPerS: 50, swingPerS: 40, periodS: 8, spanS: 2, spacing }),
  },
  {
    name: "exponential rise",
    // (to - from) tau with tau = over / ln(to / from)
    total: (40 * 10) / Math.log(5),
    load: (spacing) => exponential({ fromPerS: 10, toPerS: 50, overS: 10, spacing }),
  },
  {
    name: "exponential that stays",
    total: 50,
    load: (spacing) => exponential({ fromPerS: 5, toPerS: 5, overS: 10, spacing }),
  },
  {
    name: "fading",
    total: 100 * 5 * (1 - Math.exp(-2)),
    load: (spacing) => fading({ fromPerS: 100, tauS: 5, overS: 10, spacing }),
  },
  {
    name: "then, with a pause",
    total: 20 + 0 + 150,
    load: (spacing) =>
      inTurn(
        hold({ ratePerS: 10, spanS: 2, spacing }),
        hold({ ratePerS: 0, spanS: 3, spacing }),
        ramp({ fromPerS: 0, toPerS: 100, overS: 3, spacing }),
      ),
  },
  {
    name: "sum of unequal spans",
    total: 100 + 150,
    load: (spacing) =>
      sum(hold({ ratePerS: 10, spanS: 10, spacing }), ramp({ fromPerS: 0, toPerS: 100, overS: 3, spacing })),
  },
  {
    name: "with warm-up",
    // a ramp's first second holds 5 arrivals
    total: 5 * 4 + 500,
    load: (spacing) => withWarmUp(ramp({ fromPerS: 0, toPerS: 100, overS: 10, spacing }), 4),
  },
];
