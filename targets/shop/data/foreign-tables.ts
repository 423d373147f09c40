/** The SQL of a report node: the shards' orders as foreign partitions of one table, and the question over all of them. Pure. */
import type { Statement } from "./database.ts";
import type { ReportAddresses } from "./trade-sales.ts";

/** Any number, the same everywhere: shops that set up the node at the same time wait for each other under it. */
const SET_UP_LOCK = 20_071;

export interface ForeignTables {
  /** Makes everything, once, all or nothing; later it does nothing. */
  readonly tables: Statement;
  /** Fetches the categories of all items again. */
  readonly refresh: Statement;
}

/**
 * Orders stay where they are, one foreign table for each shard; the planner sends the question to all of them at the same
 * time (`async_capable`). The category of an item is small, hardly ever changes and is needed beside every shard's rows, so
 * the report node keeps a copy.
 */
export function foreignTables({ shards, catalog }: ReportAddresses): ForeignTables {
  const partitions = shards.map(
    (url, index) => `${server(`trade_${index}`, url)}
  CREATE FOREIGN TABLE sold_lines_${index} PARTITION OF sold_lines FOR VALUES IN (${index})
    SERVER trade_${index} OPTIONS (table_name 'sold_lines');`,
  );
  return {
    tables: {
      name: "report_tables",
      text: `DO $tables$ BEGIN
  PERFORM pg_advisory_xact_lock(${SET_UP_LOCK});
  IF to_regclass('sold_lines') IS NOT NULL THEN RETURN; END IF;
  CREATE TABLE sold_lines (item_id int, day date, units int, amount bigint)
    PARTITION BY LIST ((item_id % ${shards.length}));
  ${partitions.join("\n  ")}
  ${server("catalog", catalog)}
  CREATE FOREIGN TABLE items (id int, category_id int) SERVER catalog OPTIONS (table_name 'items');
  CREATE MATERIALIZED VIEW item_categories AS SELECT id, category_id FROM items;
  CREATE UNIQUE INDEX item_categories_id ON item_categories (id);
END $tables$`,
    },
    refresh: { name: "report_refresh", text: "REFRESH MATERIALIZED VIEW item_categories" },
  };
}

/**
 * Every shard adds up its own rows by item: the inner grouping contains what the orders are split by, so that it is done
 * there and only sums travel. Then categories are joined to the sums.
 */
export function salesStatement(shards: number): Statement {
  return {
    name: "report_sales",
    text: `WITH sums AS MATERIALIZED (
      SELECT item_id % ${shards} AS shard, item_id, day,
        count(*) AS orders, sum(units) AS units, sum(amount) AS amount
      FROM sold_lines WHERE day >= $1 GROUP BY 1, 2, 3
    )
    SELECT c.category_id AS "categoryId", s.day::text AS day, sum(s.orders)::bigint AS orders,
      sum(s.units)::bigint AS units, sum(s.amount)::bigint AS amount
    FROM sums s LEFT JOIN item_categories c ON c.id = s.item_id GROUP BY c.category_id, s.day ORDER BY s.day, c.category_id`,
  };
}

function server(name: string, url: string): string {
  const { hostname, port, pathname, username } = new URL(url);
  return `CREATE SERVER ${name} FOREIGN DATA WRAPPER postgres_fdw
    OPTIONS (host '${hostname}', port '${port}', dbname '${pathname.slice(1)}', async_capable 'true', fetch_size '10000');
  CREATE USER MAPPING FOR CURRENT_USER SERVER ${name} OPTIONS (user '${username}');`;
}
