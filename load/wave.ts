/** A rate that swings around a mean, as days and weeks do. */
import type { OpenLoad } from "./load-model.ts";
import { demand, figure, openLoad, type Spacing } from "./open-load.ts";

export interface Wave {
  readonly meanPerS: number;
  /** How far it swings to either side, 0 ... meanPerS. */
  readonly swingPerS: number;
  /** Seconds from one crest to the next. */
  readonly periodS: number;
  readonly spanS: number;
  /** Default "poisson". */
  readonly spacing?: Spacing;
}

/**
 * Swings as a sine around `meanPerS`, beginning in the trough:
 * rate(t) = mean - swing cos(2 pi t / period).
 * @throws {Failure} `usage` when a figure is not sound, or the trough would be below 0
 */
export function wave({ meanPerS, swingPerS, periodS, spanS, spacing = "poisson" }: Wave): OpenLoad {
  const isTooWide = swingPerS > meanPerS;
  demand(
    "wave",
    {
      meanPerS: [meanPerS, "above 0"],
      swingPerS: [swingPerS, "0 or more"],
      periodS: [periodS, "above 0"],
      spanS: [spanS, "above 0"],
    },
    isTooWide ? [`swingPerS ${swingPerS} must not be above meanPerS ${meanPerS}`] : [],
  );
  const perS = (2 * Math.PI) / periodS;
  return openLoad({
    spanS,
    // A span shorter than half a period never reaches the crest.
    peakPerS: meanPerS - swingPerS * Math.cos(Math.min(Math.PI, perS * spanS)),
    spacing,
    arrivalsWithin: (atS) => meanPerS * atS - (swingPerS / perS) * Math.sin(perS * atS),
    describe: () =>
      `${figure(meanPerS)} +- ${figure(swingPerS)} /s every ${figure(periodS)} s for ${figure(spanS)} s`,
  });
}
