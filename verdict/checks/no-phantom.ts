/** Nothing in the books that was turned down, or that nobody asked for. */
import { booksFinding } from "../books.ts";
import type { Check } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import type { LedgerTally } from "../tally.ts";
import { count, counted, some } from "../telling/figures.ts";

export const noPhantom: Check = {
  name: "no-phantom",
  title: "every order in the books was asked for, and not turned down",
  kind: "correctness",
  limits: {
    phantomOrders: { value: 0, unit: "orders", source: "by definition: a definite no is also a promise" },
  },
  judge(evidence, tally) {
    const certain = (tally?.phantomRejected ?? 0) + (evidence.correctness?.foreignOrders ?? 0);
    const unasked = tally?.phantomNeverSent ?? 0;
    const gap = ledgerGap(evidence);
    const isUnaskedKnown = gap === undefined;
    const observed = certain + unasked;
    const sentences = phantomSentences(evidence, tally, isUnaskedKnown);
    return booksFinding(evidence, tally, {
      check: "no-phantom",
      subject: "orders",
      broken: sentences.length > 0 ? sentences.join("; ") : undefined,
      observed,
      unit: "orders",
      held: `each of the ${count(tally?.found ?? 0)} attempts in the books was asked for, none had been turned down`,
      doubt:
        certain === 0 && unasked > 0 && gap !== undefined
          ? `${counted(unasked, "order")} belong to attempts nobody reported, but ${gap}`
          : undefined,
    });
  },
};

/** Why "never sent" may only mean "never told us". */
function ledgerGap(evidence: Evidence): string | undefined {
  const lost = evidence.agents.find((agent) => agent.lost !== undefined);
  if (lost !== undefined) return `${lost.id} was lost before it could report them`;
  const { lostIntervals } = evidence.instrument;
  return lostIntervals > 0
    ? `${counted(lostIntervals, "interval")} of the agents' reports never came`
    : undefined;
}

function phantomSentences(
  evidence: Evidence,
  tally: LedgerTally | undefined,
  isUnaskedKnown: boolean,
): readonly string[] {
  const { phantomRejected = 0, phantomNeverSent = 0, examples } = tally ?? {};
  const foreign = evidence.correctness?.foreignOrders ?? 0;
  const sentences: string[] = [];
  if (phantomRejected > 0) {
    const which = some(examples?.phantomRejected ?? [], phantomRejected);
    sentences.push(
      `${counted(phantomRejected, "attempt")} turned down and in the books all the same (attempt ${which})`,
    );
  }
  if (phantomNeverSent > 0 && isUnaskedKnown) {
    const which = some(examples?.phantomNeverSent ?? [], phantomNeverSent);
    sentences.push(
      `${counted(phantomNeverSent, "attempt")} never sent and in the books all the same (attempt ${which})`,
    );
  }
  if (foreign > 0) sentences.push(`${counted(foreign, "order")} with a number we never planned`);
  return sentences;
}
