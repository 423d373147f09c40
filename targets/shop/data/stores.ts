/** Which database holds what: the only place that knows of the split by business, of replicas and of shards. */
import type { ShopConfig } from "../config.ts";
import type { Log } from "../log.ts";
import { Database } from "./database.ts";
import { Replicas } from "./replicas.ts";
import { shardOfId, shardOfItem } from "./shard.ts";

export class Stores {
  readonly catalog: Database;
  readonly catalogReads: Replicas;
  readonly user: Database;
  readonly userReads: Replicas;
  readonly shards: readonly Database[];
  /** Each database once, however many businesses it serves, and what it serves. */
  readonly all: ReadonlyMap<string, Database>;
  /** The databases without which something cannot be done; replicas are not among them. */
  readonly needed: readonly Database[];

  constructor({ databases, pools }: ShopConfig, log: Log, nowMs: () => number) {
    const all = new Map<string, Database>();
    const open = (url: string) => {
      const known = all.get(url);
      if (known) return known;
      const database = new Database(url, pools, log, nowMs);
      all.set(url, database);
      return database;
    };
    this.all = all;
    this.catalog = open(databases.catalog.primary);
    this.user = open(databases.user.primary);
    this.shards = databases.trade.shards.map(open);
    this.needed = [...new Set([this.catalog, this.user, ...this.shards])];
    this.catalogReads = new Replicas(this.catalog, databases.catalog.replicas.map(open), nowMs);
    this.userReads = new Replicas(this.user, databases.user.replicas.map(open), nowMs);
  }

  /** The trade database of an item: its stock, its sales, and the orders for it. */
  tradeOfItem(itemId: number): Database {
    return this.shards[shardOfItem(itemId, this.shards.length)]!;
  }

  /** The trade database an order or sale id points at; undefined when no such shard exists. */
  tradeOfId(id: number): Database | undefined {
    return this.shards[shardOfId(id)];
  }

  async close(): Promise<void> {
    await Promise.all([...this.all.values()].map((database) => database.close()));
  }
}
