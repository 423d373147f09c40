/** What one business needs in an empty database: its tables, its first rows, and what is done once they are in. */
import type { PaymentSplit } from "./payments.ts";

/** `report` is what a report node holds: ways to the others. */
export const businesses = ["catalog", "user", "trade", "report"] as const;
export type Business = (typeof businesses)[number];

export interface SeedSize {
  readonly items: number;
  readonly categories: number;
  readonly users: number;
  /** Which SKUs live here: those whose id modulo `shards` is `shard`. Only trade is split. */
  readonly shard: number;
  readonly shards: number;
  /** How payments lie. Only trade has some. Default: whole. */
  readonly payments?: PaymentSplit;
}

export interface BusinessSql {
  tables(size: SeedSize): string;
  /** Rows, the same for the same size. */
  rows(size: SeedSize): string;
  /** Indexes that are faster built over full tables. */
  readonly indexes: string;
  /**
   * Tables to vacuum and analyse. Never an empty one: a table analysed while empty is planned as empty until the
   * next analysis, however many rows come.
   */
  readonly filled: readonly string[];
}

/** A list of words as an SQL array. The words are ours and hold no quotes. */
export const sqlArray = (words: readonly string[]) => `ARRAY['${words.join("','")}']`;
