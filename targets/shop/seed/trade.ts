/** Tables and rows of trade: stock, orders, payments, flash sales; of the SKUs that live on this shard. */
import { ID_STEP } from "../data/shard.ts";
import { saleTables } from "../sale/tables.ts";
import type { BusinessSql } from "./business-sql.ts";
import { heartbeatTable } from "./heartbeat.ts";
import { paymentTables } from "./payments.ts";

/** Units of every item on the shelf at the beginning. */
const STOCK_UNITS = 1_000;

export const trade: BusinessSql = {
  /**
   * `orders_nth` numbers one shopper's orders in one sale, and so holds the limit per shopper; F0, the control,
   * leaves the number out and does without. An order without units is one that lost them, because nobody paid in time.
   * A stock row's version and fence belong to the strategies F3 and F15. Rows that are updated over and over leave room for their next version.
   * `order_keys` says of every key whose home is here on which shard its order is; used where there are several.
   * `sold_lines` is what reports add up: a report node may leave adding to a shard, but not working out a day, which to
   * its planner depends on a collation. So the day is a column here.
   */
  tables: ({ payments = "whole" }) => `
CREATE SEQUENCE order_ids INCREMENT ${ID_STEP};
CREATE SEQUENCE sale_ids INCREMENT ${ID_STEP};
CREATE TABLE stocks (
  item_id int PRIMARY KEY,
  initial int NOT NULL,
  remaining int NOT NULL CHECK (remaining >= 0)
) WITH (fillfactor = 80);
CREATE TABLE orders (
  id bigint PRIMARY KEY DEFAULT nextval('order_ids'),
  idem_key text COLLATE "C" NOT NULL,
  user_id int NOT NULL,
  item_id int NOT NULL,
  sale_id bigint NOT NULL DEFAULT 0,
  nth int,
  units int NOT NULL CHECK (units >= 0),
  price int NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT orders_idem_key UNIQUE (idem_key)
);
CREATE TABLE order_keys (idem_key text COLLATE "C" PRIMARY KEY, shard int NOT NULL);
CREATE UNIQUE INDEX orders_nth ON orders (sale_id, user_id, nth) WHERE nth IS NOT NULL;
CREATE INDEX orders_user ON orders (user_id, created_at DESC, id DESC);
${paymentTables(payments)}
CREATE VIEW sold_lines AS SELECT item_id, (created_at AT TIME ZONE 'UTC')::date AS day, units, units::bigint * price AS amount
FROM orders;
CREATE TABLE sales (
  id bigint PRIMARY KEY DEFAULT nextval('sale_ids'),
  tag text COLLATE "C" NOT NULL,
  item_id int NOT NULL,
  price int NOT NULL,
  initial int NOT NULL,
  per_user_limit int NOT NULL,
  strategy text NOT NULL,
  opens_at_ms bigint NOT NULL
);
CREATE INDEX sales_tag ON sales (tag);
CREATE TABLE sale_stocks (
  sale_id bigint PRIMARY KEY,
  remaining int NOT NULL CHECK (remaining >= 0),
  version int NOT NULL DEFAULT 0,
  fence bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 10);
${saleTables}
${heartbeatTable}`,
  /** Ids of this shard are n * step + shard, from n = 1. */
  rows: ({ items, shard, shards }) => `
ALTER SEQUENCE order_ids RESTART ${ID_STEP + shard};
ALTER SEQUENCE sale_ids RESTART ${ID_STEP + shard};
INSERT INTO stocks SELECT n, ${STOCK_UNITS}, ${STOCK_UNITS} FROM generate_series(1, ${items}) AS n
WHERE n % ${shards} = ${shard};`,
  indexes: "",
  filled: ["stocks"],
};
