/** The tables of payments: one, or in parts by the month of the order and by its user. */

export const paymentSplits = ["whole", "by-month", "by-month-and-user"] as const;
export type PaymentSplit = (typeof paymentSplits)[number];

/** Parts of a month by user, where it is split by user too. */
export const USER_PARTS = 4;
/** Months with parts of their own: the one before the seed is sown, that one, and those after it. */
const MONTHS_BEFORE = 1;
const MONTHS_AFTER = 3;

/**
 * The columns are the same however they are split. What a payment is found by contains what it is split by, as a
 * table in parts demands; a key that was paid with is unique by itself, and so has a table of its own that is not split.
 */
export function paymentTables(split: PaymentSplit): string {
  return `
CREATE TABLE payments (
  order_id bigint NOT NULL,
  user_id int NOT NULL,
  ordered_at timestamptz NOT NULL,
  amount bigint NOT NULL,
  paid_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (order_id, user_id, ordered_at)
)${split === "whole" ? "" : " PARTITION BY RANGE (ordered_at)"};
CREATE TABLE payment_keys (
  idem_key text COLLATE "C" NOT NULL,
  order_id bigint NOT NULL,
  CONSTRAINT payment_keys_idem_key UNIQUE (idem_key)
);${split === "whole" ? "" : monthParts(split === "by-month-and-user")}`;
}

/** Later and earlier months than these share one part, so that a payment always has a place. */
function monthParts(byUser: boolean): string {
  const users = `
    FOR part IN 0..${USER_PARTS - 1} LOOP
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS ${USER_PARTS}, REMAINDER %s)',
        name || '_' || part, name, part);
    END LOOP;`;
  return `
CREATE TABLE payments_other PARTITION OF payments DEFAULT;
DO $parts$
DECLARE
  this_month timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
  first_day timestamp;
  name text;
BEGIN
  FOR nth IN -${MONTHS_BEFORE}..${MONTHS_AFTER} LOOP
    first_day := this_month + make_interval(months => nth);
    name := 'payments_' || to_char(first_day, 'YYYY_MM');
    EXECUTE format('CREATE TABLE %I PARTITION OF payments FOR VALUES FROM (%L) TO (%L)${byUser ? " PARTITION BY HASH (user_id)" : ""}',
      name, first_day || '+00', first_day + interval '1 month' || '+00');${byUser ? users : ""}
  END LOOP;
END $parts$;`;
}
