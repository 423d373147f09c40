/** Which database holds what: the only place that knows of the split by business, of replicas and of shards. */
import type { ShopConfig } from "../config.ts";
import type { Log } from "../log.ts";
import { Database, type PoolLimits } from "./database.ts";
import { Replicas } from "./replicas.ts";
import { shardOfId, shardOfItem } from "./shard.ts";

/** A report takes long and is asked for seldom. The first one on a report node also sets it up. */
const REPORT_LIMITS = { max: 2, statementTimeoutMs: 30_000 } as const;

export class Stores {
  readonly catalog: Database;
  readonly catalogReads: Replicas;
  readonly shards: readonly Database[];
  /** For each shard, where its rows may be read when nothing is decided by them. */
  readonly shardReads: readonly Replicas[];
  /** The node that makes reports over all shards, where there is one. */
  readonly report: Database | undefined;
  /** Each database once, however many businesses it serves, and what it serves. */
  readonly all: ReadonlyMap<string, Database>;
  /** The databases without which something cannot be done; replicas are not among them. */
  readonly needed: readonly Database[];
  readonly #user: { readonly primary: Database; readonly reads: Replicas } | undefined;

  /** `ran` hears of every statement that is sent to a database. */
  constructor(
    { databases, pools }: ShopConfig,
    log: Log,
    nowMs: () => number,
    ran: (database: string, statement: string) => void = () => {},
  ) {
    const all = new Map<string, Database>();
    const open = (url: string, limits: PoolLimits = pools) => {
      const known = all.get(url);
      if (known) return known;
      const database: Database = new Database(url, limits, log, nowMs, (statement) =>
        ran(database.address, statement),
      );
      all.set(url, database);
      return database;
    };
    this.all = all;
    this.catalog = open(databases.catalog.primary);
    const user = databases.user && open(databases.user.primary);
    this.shards = (databases.trade?.shards ?? []).map((url) => open(url));
    this.needed = [...new Set([this.catalog, ...(user ? [user] : []), ...this.shards])];
    this.catalogReads = new Replicas(
      this.catalog,
      databases.catalog.replicas.map((url) => open(url)),
      nowMs,
    );
    const userReplicas = databases.user?.replicas ?? [];
    this.#user = user && {
      primary: user,
      reads: new Replicas(
        user,
        userReplicas.map((url) => open(url)),
        nowMs,
      ),
    };
    this.shardReads = this.shards.map((shard, index) => {
      const replicas = databases.trade?.replicas?.[index] ?? [];
      return new Replicas(
        shard,
        replicas.map((url) => open(url)),
        nowMs,
      );
    });
    this.report =
      databases.report === undefined ? undefined : open(databases.report, { ...pools, ...REPORT_LIMITS });
  }

  /** Whether this application knows where users are; only the areas that need them are told. */
  get hasUsers(): boolean {
    return this.#user !== undefined;
  }

  get user(): Database {
    return this.#users.primary;
  }

  get userReads(): Replicas {
    return this.#users.reads;
  }

  /** The trade database of an item: its stock, its sales, and the orders for it. */
  tradeOfItem(itemId: number): Database {
    return this.shards[shardOfItem(itemId, this.shards.length)]!;
  }

  /** Where to read the trade of an item when nothing is decided by it. */
  tradeReadsOfItem(itemId: number): Replicas {
    return this.shardReads[shardOfItem(itemId, this.shards.length)]!;
  }

  /** As `tradeReadsOfItem`, by an order id; undefined when no such shard exists. */
  tradeReadsOfId(id: number): Replicas | undefined {
    return this.shardReads[shardOfId(id)];
  }

  /** Whether one database holds everything, so that one statement may join it. */
  get isOneDatabase(): boolean {
    return this.needed.length === 1;
  }

  /** The trade database an order or sale id points at; undefined when no such shard exists. */
  tradeOfId(id: number): Database | undefined {
    return this.shards[shardOfId(id)];
  }

  /** An application without the areas that need it is not told where users are. */
  get #users() {
    if (this.#user === undefined) throw new Error("this application has no database of users");
    return this.#user;
  }

  async close(): Promise<void> {
    await Promise.all([...this.all.values()].map((database) => database.close()));
  }
}
