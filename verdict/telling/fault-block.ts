/** The part of the text report about faults: what was done, what came of it, and how the target got over it. */
import type { FaultSeen } from "../../metrics/fault-seen.ts";
import type { Evidence } from "../evidence.ts";
import { type Recovery, recoveries, tailParts } from "../recovery/recovery.ts";
import { count, figure, inPercent } from "./figures.ts";
import { recoverySentences, usualWords } from "./recovery.ts";
import { table, wrapped } from "./table.ts";

/** Lines no wider than `width`; none when nothing was done to the target. */
export function faultBlock({ faults = [] }: Evidence, width: number): readonly string[] {
  if (faults.length === 0) return [];
  const rows = table(
    [["faults", "planned s", "injected", "effect", "gone", "status"], ...faults.map(faultRow)],
    1,
  );
  return rows.flatMap((row, index) => {
    const fault = faults[index - 1];
    if (fault === undefined) return [row.trimEnd()];
    const words = [fault.mechanism, fault.effect, fault.because].filter((each) => each !== undefined);
    return [row.trimEnd(), ...wrapped("    ", words.join("; "), width)];
  });
}

function faultRow(fault: FaultSeen): readonly string[] {
  const { id, plannedAtS, plannedForS, injectedAtS, effectAtS, undoneAtS, status } = fault;
  const at = (seconds: number | undefined) => (seconds === undefined ? "-" : seconds.toFixed(1));
  const planned = plannedForS === undefined ? `${plannedAtS}` : `${plannedAtS}+${plannedForS}`;
  return [id, planned, at(injectedAtS), at(effectAtS), at(undoneAtS), status];
}

/** Lines no wider than `width`, those that are not tables after a margin; none when nothing can be said. */
export function recoveryBlock(
  evidence: Evidence,
  { width, margin }: { readonly width: number; readonly margin: number },
): readonly string[] {
  const seen = recoveries(evidence);
  const first = seen[0];
  if (first === undefined) return [];
  const usual = usualWords(first, evidence.plan.goodWithinMs);
  return [
    ...(usual === undefined ? ["recovery"] : wrapped("recovery".padEnd(margin), usual, width)),
    ...seen.flatMap((recovery) => [
      ...namedLines(recovery, width),
      ...tailRows(recovery).map((row) => `    ${row.trimEnd()}`),
    ]),
  ];
}

function namedLines(recovery: Recovery, width: number): readonly string[] {
  const [first = "", ...others] = recoverySentences(recovery);
  return [
    ...wrapped("  ", `${recovery.fault}: ${first}`, width),
    ...others.flatMap((sentence) => wrapped("    ", sentence, width)),
  ];
}

const partWords = {
  before: "before",
  during: "while it was on",
  first10S: "10 s after",
  rest: "later",
} as const;

function tailRows({ tails }: Recovery): readonly string[] {
  return table([
    ["", "seconds", "requests", "p50 ms", "p99 ms", "p99.9 ms", "errors %", "timed out %"],
    ...tailParts.flatMap((part) => {
      const tail = tails[part];
      if (tail === undefined) return [];
      const { seconds, planned, p50Ms, p99Ms, p999Ms, bad, timedOut } = tail;
      return [
        [
          partWords[part],
          count(seconds),
          count(planned),
          ...[p50Ms, p99Ms, p999Ms].map(figure),
          ...[bad, timedOut].map((times) => inPercent(times / planned)),
        ],
      ];
    }),
  ]);
}
