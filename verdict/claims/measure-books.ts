/** Counts from the books and the ledger. What the checks would call unproven is no 0 here, either. */
import { booksState, salesOf } from "../books.ts";
import type { Check } from "../check.ts";
import { conservation } from "../checks/conservation.ts";
import { noDuplicate } from "../checks/no-duplicate.ts";
import { noLostAcknowledgement } from "../checks/no-lost-acknowledgement.ts";
import { noOversell } from "../checks/no-oversell.ts";
import { noPhantom } from "../checks/no-phantom.ts";
import { perUserLimit } from "../checks/per-user-limit.ts";
import type { Evidence } from "../evidence.ts";
import type { LedgerTally } from "../tally.ts";
import type { Measured } from "./measured.ts";

export type BooksFigure =
  | "oversold"
  | "lost"
  | "duplicates"
  | "phantom"
  | "over-limit"
  | "not-conserved"
  | "accepted-orders";

const checkOf: Readonly<Record<Exclude<BooksFigure, "accepted-orders">, Check>> = {
  oversold: noOversell,
  lost: noLostAcknowledgement,
  duplicates: noDuplicate,
  phantom: noPhantom,
  "over-limit": perUserLimit,
  "not-conserved": conservation,
};

/** Units, attempts, orders or shoppers, as the check of the same thing counts them; of them all, attempts were made. */
export function measureBooks(
  figure: BooksFigure,
  evidence: Evidence,
  tally: LedgerTally | undefined,
): Measured {
  if (figure === "accepted-orders") return accepted(evidence, tally);
  const findings = checkOf[figure].judge(evidence, tally);
  const outOf = outOfIn(figure, tally);
  const broken = findings.filter(({ status }) => status === "refuted");
  if (broken.length > 0) {
    const value =
      figure === "oversold"
        ? oversoldIn(evidence)
        : broken.reduce((sum, { observed = 0 }) => sum + observed, 0);
    return { value, outOf };
  }
  const unproven = findings.find(({ status }) => status === "inconclusive");
  if (unproven !== undefined) return { missing: unproven.because };
  return findings.length > 0 ? { value: 0, outOf } : { missing: notAsked(evidence, tally) };
}

/** What could have been broken: a promise by being lost, an order by being there twice, any attempt in the other cases. */
function outOfIn(figure: BooksFigure, tally: LedgerTally | undefined): number {
  switch (figure) {
    case "lost":
      return tally?.accepted ?? 0;
    case "duplicates":
      return tally?.found ?? 0;
    default:
      return tally?.attempts ?? 0;
  }
}

const oversoldIn = ({ correctness }: Evidence): number =>
  (correctness?.stocks ?? []).reduce((sum, { sold, initial }) => sum + Math.max(0, sold - initial), 0);

function accepted(evidence: Evidence, tally: LedgerTally | undefined): Measured {
  if (tally === undefined) return { missing: notAsked(evidence, tally) };
  if (tally.attempts === 0) return { missing: "nobody tried to buy" };
  return { value: tally.accepted, outOf: tally.attempts };
}

function notAsked(evidence: Evidence, tally: LedgerTally | undefined): string {
  const state = booksState(evidence, tally);
  if (state.kind === "unproven") return state.because;
  const seen = evidence.correctness;
  return seen !== undefined && salesOf(seen).length === 0
    ? "there was no sale in this run"
    : "the target's books were not read, or nothing was sold";
}
