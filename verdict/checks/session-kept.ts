/** Who has logged in is known at every later request: without that his cart is as good as lost. */
import type { Check } from "../check.ts";
import { brokenLooks, guaranteeFinding } from "../looked-at.ts";

export const sessionKept: Check = {
  name: "session-kept",
  title: "shoppers who have logged in stay known, and keep their carts",
  kind: "correctness",
  limits: { brokenLooks },
  judge: (evidence) =>
    guaranteeFinding(evidence, "session-kept", {
      subject: "logins",
      broken:
        "were by shoppers who had logged in and were not known any more, their carts out of their reach",
      held: "were by shoppers who had logged in, and were known",
    }),
};
