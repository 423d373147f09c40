/** What a shopper has seen does not go away, and does not become older. */
import type { Check } from "../check.ts";
import { brokenLooks, guaranteeFinding } from "../looked-at.ts";

export const monotonicReads: Check = {
  name: "monotonic-reads",
  title: "what shoppers have seen is not gone or older at the next look",
  kind: "correctness",
  limits: { brokenLooks },
  judge: (evidence) =>
    guaranteeFinding(evidence, "monotonic-reads", {
      subject: "carts and orders",
      broken: "found less than the same shopper had seen before",
      held: "found at least what the same shopper had seen before",
    }),
};
