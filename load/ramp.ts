/** A rate that climbs or falls in a straight line. Solved as a parabola, not stepped. */
import type { OpenLoad } from "./load-model.ts";
import { demand, figure, openLoad, type Spacing } from "./open-load.ts";
import { areaUnder } from "./straight-lines.ts";

export interface Ramp {
  readonly fromPerS: number;
  readonly toPerS: number;
  /** Seconds from the one to the other, > 0. */
  readonly overS: number;
  /** Default "poisson". */
  readonly spacing?: Spacing;
}

/**
 * Goes from `fromPerS` to `toPerS` within `overS` seconds.
 * @throws {Failure} `usage` when a figure is not sound
 */
export function ramp({ fromPerS, toPerS, overS, spacing = "poisson" }: Ramp): OpenLoad {
  demand("ramp", {
    fromPerS: [fromPerS, "0 or more"],
    toPerS: [toPerS, "0 or more"],
    overS: [overS, "above 0"],
  });
  return openLoad({
    spanS: overS,
    peakPerS: Math.max(fromPerS, toPerS),
    spacing,
    arrivalsWithin: areaUnder([
      { atS: 0, perS: fromPerS },
      { atS: overS, perS: toPerS },
    ]),
    describe: () => `${figure(fromPerS)} to ${figure(toPerS)} /s over ${figure(overS)} s`,
  });
}
