/** Tables of trade that only some ways of selling use: stock in parts, units held until they are paid for, promises taken back. */

/**
 * `sale_parts` is stock that was taken off the sale's own row: a bucket, a node's own units, a zone's. A part lives
 * where its buyers' orders are written. `sale_holds` says of an order until when it keeps its unit. `sale_withdrawals`
 * says of a key that was promised a unit why it got none.
 */
export const saleTables = `
CREATE TABLE sale_parts (
  sale_id bigint NOT NULL,
  part text COLLATE "C" NOT NULL,
  remaining int NOT NULL CHECK (remaining >= 0),
  PRIMARY KEY (sale_id, part)
) WITH (fillfactor = 10);
CREATE TABLE sale_holds (
  order_id bigint PRIMARY KEY,
  sale_id bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('held', 'wanted', 'paid', 'expired')),
  expires_at timestamptz NOT NULL
);
CREATE INDEX sale_holds_open ON sale_holds (sale_id, expires_at) WHERE state = 'held';
CREATE TABLE sale_withdrawals (
  idem_key text COLLATE "C" PRIMARY KEY,
  user_id int NOT NULL,
  sale_id bigint NOT NULL,
  reason text NOT NULL CHECK (reason IN ('sold-out', 'limit', 'key-reused'))
);`;
