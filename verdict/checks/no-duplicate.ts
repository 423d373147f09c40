/** One attempt, at most one order: a key that is sent again gives the first answer again. */
import { booksFinding } from "../books.ts";
import type { Check } from "../check.ts";
import { count, counted, some } from "../telling/figures.ts";

export const noDuplicate: Check = {
  name: "no-duplicate",
  title: "no attempt became more than one order",
  kind: "correctness",
  limits: {
    duplicatedAttempts: { value: 0, unit: "attempts", source: "by definition of an idempotency key" },
  },
  judge(evidence, tally) {
    const duplicates = tally?.duplicates ?? 0;
    return booksFinding(evidence, tally, {
      check: "no-duplicate",
      subject: "orders",
      broken:
        duplicates > 0
          ? `${counted(duplicates, "attempt")} became more than one order (attempt ${some(tally?.examples.duplicates ?? [], duplicates)})`
          : undefined,
      observed: duplicates,
      unit: "attempts",
      held: `each of the ${count(tally?.found ?? 0)} attempts in the books is there once`,
    });
  },
};
