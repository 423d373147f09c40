/** Who was told that something was done finds it done: what he put into his cart, what he ordered, what came of his try. */
import type { Check } from "../check.ts";
import { brokenLooks, guaranteeFinding } from "../looked-at.ts";

export const readYourWrites: Check = {
  name: "read-your-writes",
  title: "shoppers find what they were told is done",
  kind: "correctness",
  limits: { brokenLooks },
  judge: (evidence) =>
    guaranteeFinding(evidence, "read-your-writes", {
      subject: "carts and orders",
      broken: "did not find what the same shopper had been told is done",
      held: "found what the same shopper had been told is done",
    }),
};
