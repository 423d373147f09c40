/** When a fault was in place, when it was seen to bite, and how long one could watch the target get over it. */
import type { FaultSeen } from "../../metrics/fault-seen.ts";
import type { Evidence } from "../evidence.ts";

/** Seconds of the measured part. */
export interface FaultSpan {
  readonly id: string;
  /** When it was asked for: it may bite before anybody looks. */
  readonly fromS: number;
  /** When it was seen to be gone; infinite when it was not. */
  readonly toS: number;
}

export interface FaultWindow extends FaultSpan {
  /** From when it can have disturbed anybody: some are made ready for seconds before they are due. */
  readonly dueS: number;
  readonly effectS: number;
  /** The end of what can be said about getting over it: the next fault, or the end of the measured part. */
  readonly endS: number;
  /** The fault that begins then. */
  readonly endedBy?: string;
  /** Faults that were in place in some of the time between its beginning and when it was gone. */
  readonly others: readonly string[];
  /** Those among them that were due at the same instant, and are gone as well: one disturbance with this one. */
  readonly together: readonly string[];
  /** When this one and those due with it were all gone. */
  readonly togetherToS: number;
}

/** Absent when nothing was done to the target. */
export function spanOf({
  id,
  requestedAtS,
  stoppedAtS,
  undoneAtS,
  status,
}: FaultSeen): FaultSpan | undefined {
  if (requestedAtS === undefined || stoppedAtS === undefined) return undefined;
  const isGone = undoneAtS !== undefined && status !== "leaked";
  return { id, fromS: requestedAtS, toS: isGone ? undoneAtS : Number.POSITIVE_INFINITY };
}

export const spansOf = ({ faults = [] }: Evidence): readonly FaultSpan[] =>
  faults.flatMap((fault) => spanOf(fault) ?? []);

/**
 * Whether it was seen to bite, and what it was done to did not come back when it was to: a node that does not start again.
 * Nothing is left that anybody could take back, or it would have leaked (chaos/taking-back.ts).
 */
export const isNeverGone = ({ status, effectAtS, stoppedAtS, undoneAtS }: FaultSeen): boolean =>
  status === "failed" && effectAtS !== undefined && stoppedAtS !== undefined && undoneAtS === undefined;

/** One for each fault that was seen to bite and to be gone; from any other nothing can be learnt about getting over it. */
export function windowsOf(evidence: Evidence): readonly FaultWindow[] {
  const spans = spansOf(evidence);
  return (evidence.faults ?? []).flatMap(({ id, status, effectAtS, plannedAtS }) => {
    const span = spans.find((each) => each.id === id);
    if (status !== "effective" || effectAtS === undefined) return [];
    if (span === undefined || !Number.isFinite(span.toS)) return [];
    const rest = spans.filter((other) => other.id !== id);
    const next = rest.filter(({ fromS }) => fromS > span.toS).toSorted((a, b) => a.fromS - b.fromS)[0];
    const { measuredS } = evidence.ending;
    const isCut = next !== undefined && next.fromS < measuredS;
    const others = rest.filter(({ fromS, toS }) => fromS <= span.toS && toS >= span.fromS);
    const isDueToo = (other: FaultSpan) =>
      evidence.faults?.find((fault) => fault.id === other.id)?.plannedAtS === plannedAtS;
    const together = others.filter((other) => Number.isFinite(other.toS) && isDueToo(other));
    return [
      {
        ...span,
        dueS: Math.min(effectAtS, Math.max(span.fromS, plannedAtS)),
        effectS: effectAtS,
        endS: isCut ? next.fromS : measuredS,
        ...(isCut && { endedBy: next.id }),
        others: others.map((other) => other.id),
        together: together.map((other) => other.id),
        togetherToS: Math.max(span.toS, ...together.map(({ toS }) => toS)),
      },
    ];
  });
}

/**
 * Requests that are on their way when a fault strikes were planned before it, and it is the fault that spoils them. A
 * second before it is therefore not undisturbed. Judgement: in a target that is well answers take less.
 */
export const onTheirWayS = 1;

/** Until when nothing had been done to the target: a second before the first fault, and never below 0. */
export const calmUntilS = (spans: readonly FaultSpan[], measuredS: number): number =>
  Math.max(0, Math.min(measuredS, ...spans.map(({ fromS }) => fromS - onTheirWayS)));
