import { expect, test } from "vitest";
import { paymentSplits, paymentTables } from "../../../targets/shop/seed/payments.ts";

test.each([
  { split: "whole", byMonth: false, byUser: false },
  { split: "by-month", byMonth: true, byUser: false },
  { split: "by-month-and-user", byMonth: true, byUser: true },
] as const)(
  "payments $split are split by month $byMonth and by user $byUser",
  ({ split, byMonth, byUser }) => {
    const text = paymentTables(split);
    expect(/PARTITION BY RANGE \(ordered_at\)/.test(text)).toBe(byMonth);
    expect(/payments_other PARTITION OF payments DEFAULT/.test(text)).toBe(byMonth);
    expect(/PARTITION BY HASH \(user_id\)/.test(text)).toBe(byUser);
  },
);

test("however they are split, an order is paid once and a key pays once", () => {
  for (const split of paymentSplits) {
    expect(paymentTables(split)).toContain("PRIMARY KEY (order_id, user_id, ordered_at)");
    expect(paymentTables(split)).toContain("CONSTRAINT payment_keys_idem_key UNIQUE (idem_key)");
  }
});
