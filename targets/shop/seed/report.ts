/** The database of a report node: nothing of its own; it reaches into others through postgres_fdw. */
import type { BusinessSql } from "./business-sql.ts";

export const report: BusinessSql = {
  /**
   * With partitionwise aggregation every shard adds up its own rows and sends sums; without it every row would travel.
   * It is set for the database, so that each connection has it.
   */
  tables: () => `
CREATE EXTENSION postgres_fdw;
DO $set$ BEGIN
  EXECUTE format('ALTER DATABASE %I SET enable_partitionwise_aggregate = on', current_database());
END $set$;`,
  rows: () => "",
  indexes: "",
  filled: [],
};
