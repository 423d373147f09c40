/** Fills an empty database, and says by a digest when what it fills it with has changed. */
import { createHash } from "node:crypto";
import pg from "pg";
import { type Business, type BusinessSql, businesses, type SeedSize } from "./business-sql.ts";
import { catalog } from "./catalog.ts";
import { paymentSplits } from "./payments.ts";
import { report } from "./report.ts";
import { trade } from "./trade.ts";
import { user } from "./user.ts";

const sqlOf: Readonly<Record<Business, BusinessSql>> = { catalog, user, trade, report };

export interface SeedOptions extends SeedSize {
  readonly url: string;
  readonly holds: readonly Business[];
}

/**
 * Creates the tables and rows of `holds` in one transaction, the same ones for the same size.
 * @throws {Error} when the database is not empty or does not answer; nothing is left behind then
 */
export async function seed({ url, holds, ...size }: SeedOptions): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Durability comes with the last commit; until then there is nothing to lose.
    await client.query("SET synchronous_commit = off");
    await client.query("BEGIN");
    for (const business of holds) {
      const { tables, rows, indexes } = sqlOf[business];
      await client.query(tables(size));
      await client.query(rows(size));
      await client.query(indexes);
    }
    await client.query("SET LOCAL synchronous_commit = on");
    await client.query("COMMIT");
    for (const table of holds.flatMap((business) => sqlOf[business].filled)) {
      await client.query(`VACUUM (ANALYZE) ${table}`);
    }
  } finally {
    await client.end();
  }
}

/** 16 hexadecimal digits that change whenever the tables or the rows they are seeded with do. */
export function seedDigest(): string {
  const size = { items: 1_000, categories: 10, users: 100, shard: 1, shards: 2 };
  const hash = createHash("sha256");
  for (const business of businesses) {
    const { tables, rows, indexes, filled } = sqlOf[business];
    const allTables = paymentSplits.map((payments) => tables({ ...size, payments }));
    hash.update([business, ...allTables, rows(size), indexes, ...filled].join("\0"));
  }
  return hash.digest("hex").slice(0, 16);
}
