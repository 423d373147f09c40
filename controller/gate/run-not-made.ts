/** A run that was to be made for a gate, and could not be: it is set aside like one that is no evidence. Pure. */
import { type Failure, type FailureKind, wholeSentenceOf } from "../../base/failure.ts";
import type { Fingerprint } from "../../verdict/comparison/fingerprint.ts";
import type { RunSeen } from "../../verdict/comparison/run-seen.ts";

/** Others end the gate: a wrong word, Ctrl-C, and a fault that is still in place. */
const passing: ReadonlySet<FailureKind> = new Set(["target", "agents", "environment"]);

/** Whether the next run may do better. What this machine lacks from the beginning it will lack again. */
export const mayPass = ({ kind }: Failure, isFirst: boolean): boolean =>
  passing.has(kind) && !(isFirst && kind === "environment");

const nothing: Fingerprint = { plan: {}, target: {}, program: {}, host: {}, versions: {} };

export interface NotMade {
  readonly seed: number;
  /** A target that does not come up is what the gate is about; a baseline that does not is a run less. */
  readonly isTarget: boolean;
  readonly atEpochMs: number;
}

export function runNotMade(failure: Failure, { seed, isTarget, atEpochMs }: NotMade): RunSeen {
  const because = `the run could not be made: ${wholeSentenceOf(failure)}`;
  return {
    runId: `not-made-${seed}`,
    startedAt: new Date(atEpochMs).toISOString(),
    seed,
    fingerprint: nothing,
    figures: {},
    doubts: [because],
    broken: [],
    graver: isTarget && failure.kind === "target" ? [{ exitCode: 4, because }] : [],
  };
}
