/** The closed model: a fixed number of shoppers who wait for each answer. Hides overload; for comparisons only. */
import type { ClosedLoad } from "./load-model.ts";
import { demand, figure } from "./open-load.ts";

export interface ShoppersOnline {
  /** Whole number, >= 1. */
  readonly shoppers: number;
  readonly spanS: number;
  /** Seconds over which they come, one after another; default 0, all at once. */
  readonly rampS?: number;
}

/**
 * Keeps `shoppers` online for `spanS` seconds; shopper number j comes at j / shoppers of the ramp.
 * @throws {Failure} `usage` when a figure is not sound, or the ramp is longer than the span
 */
export function shoppersOnline({ shoppers, spanS, rampS = 0 }: ShoppersOnline): ClosedLoad {
  const more = rampS > spanS ? [`rampS ${rampS} must not be above spanS ${spanS}`] : [];
  demand(
    "shoppersOnline",
    {
      shoppers: [shoppers, "a whole number, 1 or more"],
      spanS: [spanS, "above 0"],
      rampS: [rampS, "0 or more"],
    },
    more,
  );
  return {
    kind: "closed",
    spanS,
    peakShoppers: shoppers,
    shoppersAt(atS) {
      if (atS < 0 || atS >= spanS) return 0;
      return atS >= rampS ? shoppers : Math.min(shoppers, Math.floor((atS / rampS) * shoppers) + 1);
    },
    describe: () =>
      `${shoppers} shoppers online (closed) for ${figure(spanS)} s${rampS > 0 ? `, coming over ${figure(rampS)} s` : ""}`,
  };
}
