/** The evidence of a run as it would be without some of its seconds, and as bad as what is missing in them can be. */
import { Latency } from "../metrics/latency.ts";
import { addOutcomes } from "../metrics/merge.ts";
import { isAnswered, type Outcome } from "../metrics/outcome.ts";
import { type PercentilesMs, percentileMs, percentilesMs } from "../metrics/percentiles.ts";
import type { SettledSecond } from "../metrics/timeline-second.ts";
import type { Evidence, OperationSeen } from "./evidence.ts";

/**
 * As if only the seconds not in `leftOut` had been measured. Requests belong to the second they were planned in.
 * What is not kept by the second is gone: there are no single operations, and service times are not numbers, so that
 * nothing can be upheld by them.
 */
export function withoutSeconds(evidence: Evidence, leftOut: ReadonlySet<number>): Evidence {
  const { measuredS } = evidence.ending;
  const kept = evidence.timeline.filter(({ atS }) => !leftOut.has(atS));
  const timeline = credited(kept, surplusOf(evidence.timeline.filter(({ atS }) => leftOut.has(atS))));
  const spanS = total(kept, ({ atS }) => Math.max(0, Math.min(1, measuredS - atS))) || 1;
  const overall = overallOf(kept, 0);
  const completed = answeredOf(overall.outcomes);
  const failed = overall.count - completed;
  const planned = total(kept, (second) => second.planned);
  const dropped = total(kept, (second) => second.dropped);
  const inFlightAtEnd = Math.max(0, planned - dropped - completed - failed);
  return {
    ...evidence,
    load: {
      planned,
      fired: completed + failed + inFlightAtEnd,
      completed,
      failed,
      dropped,
      inFlightAtEnd,
      offeredPerS: planned / spanS,
      completedPerS: total(timeline, (second) => second.completed) / spanS,
    },
    operations: {},
    overall,
    timeline,
  };
}

/** Requests planned in these seconds that were neither answered nor failed: never sent, or in flight at the end. */
export function missingIn({ timeline }: Evidence, seconds: ReadonlySet<number>): number {
  return total(timeline, (second) =>
    seconds.has(second.atS) ? Math.max(0, second.planned - countOf(second)) : 0,
  );
}

/** As if `missing` more requests had timed out, each after longer than any other took. */
export function withTimeouts(evidence: Evidence, missing: number): Evidence {
  return { ...evidence, operations: {}, overall: overallOf(evidence.timeline, missing) };
}

/**
 * Answers that came in these seconds to requests of others: what came, less the answers to their own requests, of which
 * some may have come later. Never less than none, so that the seconds kept are not blamed for answers of ours.
 */
function surplusOf(leftOut: readonly SettledSecond[]): number {
  return Math.max(
    0,
    total(leftOut, (second) => second.completed - answeredOf(second.outcomes)),
  );
}

/** Throughput counts answers by the second they came in, so those that came in a second left out must not be lost. */
function credited(kept: readonly SettledSecond[], surplus: number): readonly SettledSecond[] {
  const [first, ...others] = kept;
  return first === undefined ? [] : [{ ...first, completed: first.completed + surplus }, ...others];
}

function overallOf(seconds: readonly SettledSecond[], missing: number): OperationSeen {
  const response = Latency.blank();
  const outcomes: Partial<Record<Outcome, number>> = {};
  for (const second of seconds) {
    response.addEncoded(second.response);
    addOutcomes(outcomes, second.outcomes);
  }
  if (missing > 0) addOutcomes(outcomes, { timeout: missing });
  const responseMs =
    missing === 0 ? percentilesMs(response) : percentilesOf((ratio) => quantileMs(response, missing, ratio));
  const count = response.count + missing;
  response.release();
  return { count, outcomes, responseMs, serviceMs: percentilesOf(() => Number.NaN) };
}

/** Of the samples and as many infinite ones as are missing, at least one. */
export function quantileMs(response: Latency, missing: number, ratio: number): number {
  const percentile = (100 * ratio * (response.count + missing)) / response.count;
  return percentile > 100 ? Number.POSITIVE_INFINITY : percentileMs(response, percentile);
}

const percentilesOf = (at: (ratio: number) => number): PercentilesMs => ({
  p50: at(0.5),
  p90: at(0.9),
  p95: at(0.95),
  p99: at(0.99),
  p999: at(0.999),
  max: at(1),
});

const answeredOf = (outcomes: OperationSeen["outcomes"]): number =>
  (Object.entries(outcomes) as [Outcome, number][]).reduce(
    (sum, [outcome, times]) => sum + (isAnswered(outcome) ? times : 0),
    0,
  );

const countOf = ({ outcomes }: SettledSecond): number =>
  Object.values(outcomes).reduce((sum, times) => sum + times, 0);

const total = (seconds: readonly SettledSecond[], of: (second: SettledSecond) => number): number =>
  seconds.reduce((sum, second) => sum + of(second), 0);
