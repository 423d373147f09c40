/** Whoever was told "you have it" has it. */
import { booksFinding } from "../books.ts";
import type { Check } from "../check.ts";
import { count, counted, some } from "../telling/figures.ts";

export const noLostAcknowledgement: Check = {
  name: "no-lost-acknowledgement",
  title: "every accepted attempt is in the books",
  kind: "correctness",
  limits: {
    lostAttempts: { value: 0, unit: "attempts", source: "by definition: an acknowledgement is a promise" },
  },
  judge(evidence, tally) {
    const lost = tally?.lost ?? 0;
    const seen = evidence.correctness;
    // An order missing from half a read may be in the other half.
    const isKnown = seen?.isComplete === true;
    return booksFinding(evidence, tally, {
      check: "no-lost-acknowledgement",
      subject: "orders",
      broken:
        lost > 0 && isKnown
          ? `${counted(lost, "accepted attempt")} ${lost === 1 ? "is" : "are"} not in the books ` +
            `(attempt ${some(tally?.examples.lost ?? [], lost)})`
          : undefined,
      observed: lost,
      unit: "attempts",
      held: `all ${count(tally?.accepted ?? 0)} accepted attempts are in the books`,
    });
  },
};
