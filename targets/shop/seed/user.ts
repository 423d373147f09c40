/** Tables and rows of the shoppers: who they are, cart, favourites, checkout in progress. */
import type { BusinessSql } from "./business-sql.ts";
import { heartbeatTable } from "./heartbeat.ts";

export const user: BusinessSql = {
  tables: () => `
CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, address text NOT NULL);
CREATE TABLE cart_lines (
  user_id int NOT NULL,
  item_id int NOT NULL,
  units int NOT NULL CHECK (units > 0),
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, item_id)
) WITH (fillfactor = 80);
CREATE TABLE cart_writes (
  user_id int NOT NULL,
  idem_key text COLLATE "C" NOT NULL,
  item_id int NOT NULL,
  PRIMARY KEY (user_id, idem_key, item_id)
);
CREATE TABLE favourites (
  user_id int NOT NULL,
  item_id int NOT NULL,
  added_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, item_id)
);
CREATE TABLE checkouts (
  user_id int PRIMARY KEY,
  address text,
  delivery text NOT NULL DEFAULT 'standard',
  changed_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 80);
${heartbeatTable}`,
  rows: ({ users }) => `
INSERT INTO users SELECT n, 'shopper ' || n, n || ' West Lake Road, Hangzhou' FROM generate_series(1, ${users}) AS n;`,
  indexes: "",
  filled: ["users"],
};
