/** Tables and rows of trade: stock, orders, payments, flash sales; of the SKUs that live on this shard. */
import { ID_STEP } from "../data/shard.ts";
import type { BusinessSql } from "./business-sql.ts";

/** Units of every item on the shelf at the beginning. */
const STOCK_UNITS = 1_000;

export const trade: BusinessSql = {
  /**
   * `orders_nth` numbers one shopper's orders in one sale, and so holds the limit per shopper; F0, the control,
   * leaves the number out and does without. Rows that are updated over and over leave room for their next version.
   */
  tables: `
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
  units int NOT NULL CHECK (units > 0),
  price int NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT orders_idem_key UNIQUE (idem_key)
);
CREATE UNIQUE INDEX orders_nth ON orders (sale_id, user_id, nth) WHERE nth IS NOT NULL;
CREATE INDEX orders_user ON orders (user_id, created_at DESC, id DESC);
CREATE TABLE payments (
  order_id bigint PRIMARY KEY,
  idem_key text COLLATE "C",
  amount bigint NOT NULL,
  paid_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT payments_idem_key UNIQUE (idem_key)
);
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
  remaining int NOT NULL CHECK (remaining >= 0)
) WITH (fillfactor = 10);`,
  /** Ids of this shard are n * step + shard, from n = 1. */
  rows: ({ items, shard, shards }) => `
ALTER SEQUENCE order_ids RESTART ${ID_STEP + shard};
ALTER SEQUENCE sale_ids RESTART ${ID_STEP + shard};
INSERT INTO stocks SELECT n, ${STOCK_UNITS}, ${STOCK_UNITS} FROM generate_series(1, ${items}) AS n
WHERE n % ${shards} = ${shard};`,
  indexes: "",
  filled: ["stocks"],
};
