/** Which operations a fault hit: those of which fewer than usual were answered well while it was on. */
import type { SettledSecond } from "../../metrics/timeline-second.ts";
import { secondsTouching, secondsWithin } from "./stretch.ts";

export interface BlastRadius {
  /** Hit operations of those that could be judged. */
  readonly hitRatio: number;
  /** How much of what shoppers usually ask for is of the operations that were hit, 0-1. */
  readonly hitShare: number;
  /** Worst first. */
  readonly operations: readonly OperationHit[];
  /** Too few of them to say, or none before the first fault. */
  readonly unseen: readonly string[];
}

export interface OperationHit {
  readonly operation: string;
  readonly isHit: boolean;
  /** Good of those settled, before the first fault and while it was on. */
  readonly beforeRatio: number;
  readonly duringRatio: number;
}

/** A twentieth of the usual. Source: docs/recovery.md. */
const hitRatio = 0.05;
/** Of what chance makes of so many requests, in standard deviations. */
const deviations = 3;
/** Judgement: of fewer nothing is said. */
const leastRequests = 20;
/** A fault of one instant is felt for longer than it lasts. */
const leastS = 3;

interface Times {
  readonly calmS: number;
  readonly effectS: number;
  readonly clearS: number;
  readonly endS: number;
}

/** Undefined where single operations were not kept by the second, or none can be judged. */
export function blastRadiusOf(
  timeline: readonly SettledSecond[],
  { calmS, effectS, clearS, endS }: Times,
): BlastRadius | undefined {
  const before = sumsOf(secondsWithin(timeline, 0, calmS));
  const during = sumsOf(
    secondsTouching(timeline, effectS, Math.min(endS, Math.max(clearS, effectS + leastS))),
  );
  const names = [...new Set([...before.keys(), ...during.keys()])].toSorted();
  const judged = names.flatMap((operation) => {
    const [calm, hard] = [before.get(operation), during.get(operation)];
    if (calm === undefined || hard === undefined) return [];
    if (calm.settled < leastRequests || hard.settled < leastRequests) return [];
    const [beforeRatio, duringRatio] = [calm.good / calm.settled, hard.good / hard.settled];
    return [{ operation, isHit: isHit(calm, hard), beforeRatio, duringRatio }];
  });
  if (judged.length === 0) return undefined;
  const usual = (operations: readonly { readonly operation: string }[]) =>
    operations.reduce((sum, { operation }) => sum + before.get(operation)!.settled, 0);
  const hit = judged.filter((each) => each.isHit);
  return {
    hitRatio: hit.length / judged.length,
    hitShare: usual(hit) / usual(judged),
    operations: judged.toSorted(
      (a, b) =>
        a.duringRatio / a.beforeRatio - b.duringRatio / b.beforeRatio || (a.operation < b.operation ? -1 : 1),
    ),
    unseen: names.filter((name) => !judged.some(({ operation }) => operation === name)),
  };
}

interface Sum {
  readonly settled: number;
  readonly good: number;
}

/** More than a twentieth below the usual, and more than chance makes of so many. */
function isHit(before: Sum, during: Sum): boolean {
  const usual = before.good / before.settled;
  const lost = usual - during.good / during.settled;
  // A half more keeps an operation that never failed from being certain.
  const badRatio = (before.settled - before.good + 0.5) / (before.settled + 1);
  const noise = Math.sqrt((badRatio * (1 - badRatio)) / during.settled);
  return lost > hitRatio * usual && lost > deviations * noise;
}

function sumsOf(seconds: readonly SettledSecond[]): ReadonlyMap<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const { operations = {} } of seconds) {
    for (const [operation, { settled, good }] of Object.entries(operations)) {
      const sum = sums.get(operation) ?? { settled: 0, good: 0 };
      sums.set(operation, { settled: sum.settled + settled, good: sum.good + good });
    }
  }
  return sums;
}
