/** A load with some of its own beginning before it, so that the measured part starts on a warm target; or on one that had more. */
import { hold } from "./hold.ts";
import { inTurn } from "./in-turn.ts";
import type { ClosedLoad, LoadModel, OpenLoad } from "./load-model.ts";
import { figure } from "./open-load.ts";

/**
 * `warmupS` seconds at the rate of the load's first second (closed: with its first shoppers), then the load itself.
 * The span grows by `warmupS`; 0 gives the load back as it is.
 * @param ratePerS arrivals per second instead, where the load is to come after more than it is (or less); open loads only
 */
export function withWarmUp(load: OpenLoad, warmupS: number, ratePerS?: number): OpenLoad;
export function withWarmUp(load: LoadModel, warmupS: number, ratePerS?: number): LoadModel;
export function withWarmUp(load: LoadModel, warmupS: number, ratePerS?: number): LoadModel {
  if (warmupS === 0) return load;
  if (load.kind === "closed") return closedWithWarmUp(load, warmupS);
  const before = { ratePerS: ratePerS ?? firstRateOf(load), spanS: warmupS, spacing: load.spacing };
  return inTurn(hold(before), load);
}

function firstRateOf(load: OpenLoad): number {
  const firstS = Math.min(1, load.spanS);
  return load.arrivalsBy(firstS) / firstS;
}

function closedWithWarmUp(load: ClosedLoad, warmupS: number): ClosedLoad {
  return {
    kind: "closed",
    spanS: load.spanS + warmupS,
    peakShoppers: load.peakShoppers,
    shoppersAt: (atS) => (atS < 0 ? 0 : load.shoppersAt(Math.max(0, atS - warmupS))),
    describe: () => `${load.describe()}, after ${figure(warmupS)} s of warm-up`,
  };
}
