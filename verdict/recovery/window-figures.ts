/** What a stretch of the run cost those who asked for something; the same for the window of a fault and for its control. */
import { binAt, type Signal, sharesOf, smoothed } from "./signal.ts";
import type { Usual } from "./usual.ts";

export interface WindowFigures {
  readonly fromS: number;
  readonly spanS: number;
  readonly planned: number;
  readonly good: number;
  /** Good of planned; absent when nothing was planned. */
  readonly goodRatio?: number;
  /** What follows is against what is usual, and absent where nothing is known to be. */
  readonly loss?: Loss;
}

export interface Loss {
  /** How far the worst moment was below the usual: 1 - the least smoothed Q. */
  readonly depthRatio: number;
  /** The resilience triangle: (1 - Q) summed over time, in seconds of all being lost. */
  readonly areaLostS: number;
  /** 1 - area / span: comparable between windows of one length only. */
  readonly resilienceRatio: number;
  /** Requests that would have been answered well and in time, as usual. */
  readonly lostGood: number;
}

export interface Seen {
  readonly signal: Signal;
  readonly usual: Usual | undefined;
}

/** Over the bins that begin in [fromS, toS). */
export function windowFigures({ signal, usual }: Seen, fromS: number, toS: number): WindowFigures {
  const [from, to] = [binAt(signal, fromS), binAt(signal, toS)];
  const bins = signal.bins.slice(from, to).filter((bin) => bin !== undefined);
  const planned = bins.reduce((sum, bin) => sum + bin.planned, 0);
  const good = bins.reduce((sum, bin) => sum + bin.good, 0);
  const spanS = bins.length * signal.widthS;
  return {
    fromS,
    spanS,
    planned,
    good,
    ...(planned > 0 && { goodRatio: good / planned }),
    ...(usual !== undefined && planned > 0 && { loss: lossOf(signal, usual, { from, to, spanS }) }),
  };
}

function lossOf(
  signal: Signal,
  { goodRatio }: Usual,
  { from, to, spanS }: { readonly from: number; readonly to: number; readonly spanS: number },
): Loss {
  const shares = sharesOf(signal);
  const qualityOf = (share: number) => Math.min(1, share / goodRatio);
  const kept = (some: readonly (number | undefined)[]) =>
    some.slice(from, to).filter((share) => share !== undefined);
  const areaLostS = kept(shares).reduce((sum, share) => sum + (1 - qualityOf(share)) * signal.widthS, 0);
  const lostGood = signal.bins
    .slice(from, to)
    .reduce((sum, bin) => sum + (bin === undefined ? 0 : Math.max(0, goodRatio * bin.planned - bin.good)), 0);
  return {
    depthRatio: 1 - Math.min(...kept(smoothed(shares)).map(qualityOf)),
    areaLostS,
    resilienceRatio: 1 - areaLostS / spanS,
    lostGood,
  };
}
