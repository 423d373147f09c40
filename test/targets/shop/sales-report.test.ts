import { expect, test } from "vitest";
import { foreignTables, salesStatement } from "../../../targets/shop/data/foreign-tables.ts";
import { byCategory } from "../../../targets/shop/data/sales-report.ts";

test("sums of several shards become lines by day, then category; unknown items come last", () => {
  const sale = (itemId: number, day: string, units: number) => ({
    itemId,
    day,
    orders: 1,
    units,
    amount: units * 10,
  });
  const sales = [
    sale(1, "2026-11-11", 1),
    sale(2, "2026-11-11", 2),
    sale(9, "2026-11-10", 8),
    sale(3, "2026-11-10", 4),
    sale(3, "2026-11-11", 16),
  ];
  const categories = new Map([
    [1, 7],
    [2, 7],
    [3, 5],
  ]);
  expect(byCategory(sales, categories)).toEqual([
    { day: "2026-11-10", categoryId: 5, orders: 1, units: 4, amount: 40 },
    { day: "2026-11-10", categoryId: null, orders: 1, units: 8, amount: 80 },
    { day: "2026-11-11", categoryId: 5, orders: 1, units: 16, amount: 160 },
    { day: "2026-11-11", categoryId: 7, orders: 2, units: 3, amount: 30 },
  ]);
});

test("a report node has a foreign partition for every shard, and asks it for sums", () => {
  const shards = ["postgres://bench@127.0.0.1:20001/postgres", "postgres://bench@127.0.0.1:20002/postgres"];
  const { tables } = foreignTables({ shards, catalog: "postgres://bench@127.0.0.1:20003/postgres" });
  expect(tables.text).toMatchInlineSnapshot(`
    "DO $tables$ BEGIN
      PERFORM pg_advisory_xact_lock(20071);
      IF to_regclass('sold_lines') IS NOT NULL THEN RETURN; END IF;
      CREATE TABLE sold_lines (item_id int, day date, units int, amount bigint)
        PARTITION BY LIST ((item_id % 2));
      CREATE SERVER trade_0 FOREIGN DATA WRAPPER postgres_fdw
        OPTIONS (host '127.0.0.1', port '20001', dbname 'postgres', async_capable 'true', fetch_size '10000');
      CREATE USER MAPPING FOR CURRENT_USER SERVER trade_0 OPTIONS (user 'bench');
      CREATE FOREIGN TABLE sold_lines_0 PARTITION OF sold_lines FOR VALUES IN (0)
        SERVER trade_0 OPTIONS (table_name 'sold_lines');
      CREATE SERVER trade_1 FOREIGN DATA WRAPPER postgres_fdw
        OPTIONS (host '127.0.0.1', port '20002', dbname 'postgres', async_capable 'true', fetch_size '10000');
      CREATE USER MAPPING FOR CURRENT_USER SERVER trade_1 OPTIONS (user 'bench');
      CREATE FOREIGN TABLE sold_lines_1 PARTITION OF sold_lines FOR VALUES IN (1)
        SERVER trade_1 OPTIONS (table_name 'sold_lines');
      CREATE SERVER catalog FOREIGN DATA WRAPPER postgres_fdw
        OPTIONS (host '127.0.0.1', port '20003', dbname 'postgres', async_capable 'true', fetch_size '10000');
      CREATE USER MAPPING FOR CURRENT_USER SERVER catalog OPTIONS (user 'bench');
      CREATE FOREIGN TABLE items (id int, category_id int) SERVER catalog OPTIONS (table_name 'items');
      CREATE MATERIALIZED VIEW item_categories AS SELECT id, category_id FROM items;
      CREATE UNIQUE INDEX item_categories_id ON item_categories (id);
    END $tables$"
  `);
  expect(salesStatement(2).text).toContain("GROUP BY 1, 2, 3");
  expect(salesStatement(2).text).toContain("item_id % 2");
});
