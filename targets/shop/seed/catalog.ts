/** Tables and rows of the catalog: categories, items, what is featured. */
import type { BusinessSql } from "./business-sql.ts";
import { sqlArray } from "./business-sql.ts";
import { heartbeatTable } from "./heartbeat.ts";
import { materials, qualities, things } from "./vocabulary.ts";

/** Items on the home page. */
const FEATURED = 20;

export const catalog: BusinessSql = {
  tables: () => `
CREATE TABLE categories (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE items (
  id int PRIMARY KEY,
  category_id int NOT NULL,
  name text NOT NULL,
  price int NOT NULL CHECK (price > 0),
  description text NOT NULL,
  words tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('simple', name)) STORED
);
CREATE TABLE featured (rank int PRIMARY KEY, item_id int NOT NULL);
${heartbeatTable}`,
  /** Consecutive ids run through the qualities first, then the materials, then the things. 7919 is a prime that scatters prices. */
  rows: ({ items, categories }) => `
INSERT INTO categories SELECT n, 'aisle ' || n FROM generate_series(1, ${categories}) AS n;
INSERT INTO items (id, category_id, name, price, description)
SELECT n, 1 + (n - 1) % ${categories}, name, (100 + n::bigint * 7919 % 99900)::int,
  'A ' || name || ', number ' || n || ' of our collection. Made by hand, packed with care, and sent within a day. '
    || 'It may be returned within seven days, unused and in its box.'
FROM generate_series(1, ${items}) AS n,
LATERAL (SELECT concat_ws(' ',
  (${sqlArray(qualities)})[1 + n % ${qualities.length}],
  (${sqlArray(materials)})[1 + n / ${qualities.length} % ${materials.length}],
  (${sqlArray(things)})[1 + n / ${qualities.length * materials.length} % ${things.length}]) AS name) AS named;
INSERT INTO featured SELECT n, 1 + ((n - 1)::bigint * ${items} / ${FEATURED})::int
FROM generate_series(1, least(${FEATURED}, ${items})) AS n;`,
  /** Search terms change seldom, so new ones go to the index at once instead of to a list every search must read. */
  indexes: `
CREATE INDEX items_category ON items (category_id, id);
CREATE INDEX items_words ON items USING gin (words) WITH (fastupdate = off);`,
  filled: ["categories", "items", "featured"],
};
