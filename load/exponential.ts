/** A rate that grows or fades by the same factor every second: crowds gathering, interest dying away. */
import type { OpenLoad } from "./load-model.ts";
import { demand, figure, openLoad, type Spacing } from "./open-load.ts";

export interface Exponential {
  /** > 0 */
  readonly fromPerS: number;
  /** > 0 */
  readonly toPerS: number;
  readonly overS: number;
  /** Default "poisson". */
  readonly spacing?: Spacing;
}

/**
 * Goes from `fromPerS` to `toPerS` by a constant factor per second:
 * rate(t) = from e^(g t), with g = ln(to / from) / over.
 * @throws {Failure} `usage` when a figure is not sound
 */
export function exponential({ fromPerS, toPerS, overS, spacing = "poisson" }: Exponential): OpenLoad {
  demand("exponential", {
    fromPerS: [fromPerS, "above 0"],
    toPerS: [toPerS, "above 0"],
    overS: [overS, "above 0"],
  });
  const growthPerS = Math.log(toPerS / fromPerS) / overS;
  return openLoad({
    spanS: overS,
    peakPerS: Math.max(fromPerS, toPerS),
    spacing,
    arrivalsWithin: (atS) =>
      growthPerS === 0 ? fromPerS * atS : (fromPerS / growthPerS) * Math.expm1(growthPerS * atS),
    describe: () =>
      `${figure(fromPerS)} to ${figure(toPerS)} /s over ${figure(overS)} s, ${growthPerS < 0 ? "fading" : "growing"} exponentially`,
  });
}

/**
 * Fades from `fromPerS`, to 1/e of it every `tauS` seconds, for `overS` seconds.
 * @throws {Failure} `usage` when a figure is not sound
 */
export function fading({
  fromPerS,
  tauS,
  overS,
  spacing = "poisson",
}: {
  readonly fromPerS: number;
  readonly tauS: number;
  readonly overS: number;
  readonly spacing?: Spacing;
}): OpenLoad {
  demand("fading", { tauS: [tauS, "above 0"] });
  return exponential({ fromPerS, toPerS: fromPerS * Math.exp(-overS / tauS), overS, spacing });
}
