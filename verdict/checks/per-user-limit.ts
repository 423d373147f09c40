/** Nobody got more of a sale than one shopper may have. */
import { booksFinding, salesOf } from "../books.ts";
import type { Check } from "../check.ts";
import { counted } from "../telling/figures.ts";

export const perUserLimit: Check = {
  name: "per-user-limit",
  title: "no shopper got more of a sale than its limit",
  kind: "correctness",
  limits: {
    shoppersAbove: { value: 0, unit: "shoppers", source: "by definition; the limit itself is the sale's" },
  },
  judge(evidence, tally) {
    const seen = evidence.correctness;
    const { users, units } = seen?.limitBreaks ?? { users: 0, units: 0 };
    // Without a sale there is no limit to keep.
    if (seen !== undefined && salesOf(seen).length === 0 && users === 0) return [];
    const limit = seen?.perUserLimit ?? 0;
    return booksFinding(evidence, tally, {
      check: "per-user-limit",
      subject: "sale",
      broken:
        users > 0
          ? `${counted(users, "shopper")} got more than ${counted(limit, "unit")} each (${counted(units, "unit")} too many)`
          : undefined,
      observed: users,
      unit: "shoppers",
      held: `nobody got more than ${counted(limit, "unit")}`,
    });
  },
};
