/** How a target got over a fault, as it stands in the JSON result. */
import type { Amplification } from "./recovery/amplification.ts";
import type { Recovery } from "./recovery/recovery.ts";
import type { Stretch } from "./recovery/stretch.ts";
import type { WindowFigures } from "./recovery/window-figures.ts";
import type { RunResult } from "./result-schema.ts";

type Row = NonNullable<RunResult["faults"][number]["recovery"]>;

const unheard = "nobody listened to what the target says of itself";

export function recoveryRow(seen: Recovery): Row {
  const { times, budget, metastable, noticed, tails } = seen;
  return {
    others: [...seen.others],
    endedBy: seen.endedBy ?? null,
    lastedS: seen.lastedS,
    watchedS: seen.watchedS,
    because: seen.because ?? null,
    usual: seen.usual ?? null,
    toImpactS: times?.toImpactS ?? null,
    underFaultS: times?.underFaultS ?? null,
    afterClearS: times?.afterClearS ?? null,
    fellAgain: times?.fellAgain ?? null,
    duringRatio: seen.duringRatio ?? null,
    afterRatio: seen.afterRatio ?? null,
    window: windowRow(seen.window),
    control: seen.control === undefined ? null : windowRow(seen.control),
    budget: budget ?? null,
    overshoot: seen.overshoot ?? null,
    metastable: metastable?.isMetastable ?? null,
    metastableAfterS: metastable?.afterS ?? null,
    metastableLoop: metastable?.loop ?? null,
    detectS: noticed?.detectS ?? null,
    detection:
      noticed === undefined
        ? { because: unheard, by: [] }
        : { because: noticed.because ?? null, by: [...noticed.by] },
    amplification: amplificationRow(seen.amplification ?? { hops: [], because: unheard }),
    blastRadius:
      seen.blastRadius === undefined
        ? null
        : {
            ...seen.blastRadius,
            operations: [...seen.blastRadius.operations],
            unseen: [...seen.blastRadius.unseen],
          },
    tails: {
      before: tailRow(tails.before),
      during: tailRow(tails.during),
      first10S: tailRow(tails.first10S),
      rest: tailRow(tails.rest),
    },
    markedSeconds: seen.markedSeconds,
  };
}

function amplificationRow({ because, worst, hops }: Amplification): Row["amplification"] {
  return {
    because: because ?? null,
    worst: worst ?? null,
    hops: hops.map(({ hop, before, during, after, factor }) => ({
      ...{ hop, before },
      ...{ during: during ?? null, after: after ?? null, factor: factor ?? null },
    })),
  };
}

function windowRow({ fromS, spanS, planned, good, goodRatio, loss }: WindowFigures): Row["window"] {
  return { fromS, spanS, planned, good, goodRatio: goodRatio ?? null, loss: loss ?? null };
}

function tailRow(tail: Stretch | undefined): Row["tails"]["before"] {
  if (tail === undefined) return null;
  const finite = (ms: number) => (Number.isFinite(ms) ? ms : null);
  const { seconds, planned, bad, timedOut, p50Ms, p99Ms, p999Ms } = tail;
  return {
    ...{ seconds, planned, bad, timedOut },
    ...{ p50Ms: finite(p50Ms), p99Ms: finite(p99Ms), p999Ms: finite(p999Ms) },
  };
}
