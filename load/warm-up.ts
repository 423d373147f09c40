/** A load with some of its own beginning before it, so that the measured part starts on a warm target. */
import { hold } from "./hold.ts";
import { inTurn } from "./in-turn.ts";
import type { ClosedLoad, LoadModel, OpenLoad } from "./load-model.ts";
import { figure } from "./open-load.ts";

/**
 * `warmupS` seconds at the rate of the load's first second (closed: with its first shoppers), then the load itself.
 * The span grows by `warmupS`; 0 gives the load back as it is.
 */
export function withWarmUp(load: OpenLoad, warmupS: number): OpenLoad;
export function withWarmUp(load: LoadModel, warmupS: number): LoadModel;
export function withWarmUp(load: LoadModel, warmupS: number): LoadModel {
  if (warmupS === 0) return load;
  if (load.kind === "closed") return closedWithWarmUp(load, warmupS);
  const firstS = Math.min(1, load.spanS);
  const ratePerS = load.arrivalsBy(firstS) / firstS;
  return inTurn(hold({ ratePerS, spanS: warmupS, spacing: load.spacing }), load);
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
