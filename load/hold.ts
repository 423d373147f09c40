/** The same rate all the time. */
import type { OpenLoad } from "./load-model.ts";
import { demand, figure, openLoad, type Spacing } from "./open-load.ts";

export interface Hold {
  /** Arrivals per second, >= 0; 0 is a pause between other loads. */
  readonly ratePerS: number;
  readonly spanS: number;
  /** Default "poisson": shoppers do not agree on when to come. */
  readonly spacing?: Spacing;
}

/**
 * Holds `ratePerS` for `spanS` seconds.
 * @throws {Failure} `usage` when a figure is not sound
 */
export function hold({ ratePerS, spanS, spacing = "poisson" }: Hold): OpenLoad {
  demand("hold", { ratePerS: [ratePerS, "0 or more"], spanS: [spanS, "above 0"] });
  return openLoad({
    spanS,
    peakPerS: ratePerS,
    spacing,
    arrivalsWithin: (atS) => ratePerS * atS,
    describe: () => `${figure(ratePerS)} /s for ${figure(spanS)} s`,
  });
}
