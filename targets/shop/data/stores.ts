/** Which database holds what: the only place that knows of the split by business, of replicas and of shards. */
import type { ShopConfig } from "../config.ts";
import type { Log } from "../log.ts";
import { Database, type PoolLimits } from "./database.ts";
import { KeyHomes } from "./key-homes.ts";
import { Replicas } from "./replicas.ts";
import { shardOfId, shardOfItem } from "./shard.ts";

/** A report takes long and is asked for seldom. The first one on a report node also sets it up. */
const REPORT_LIMITS = { max: 2, statementTimeoutMs: 30_000 } as const;
/**
 * Keys have connections of their own: a way of selling may ask for one while it holds a connection of another shard, and
 * two of them must not wait for each other's. What a crash forgets of the last moment is only whose a key was.
 */
const KEY_LIMITS = { max: 2, isDurable: false } as const;

/** Those that a process is told of. */
export interface KnownDatabases extends Omit<ShopConfig["databases"], "catalog"> {
  readonly catalog?: ShopConfig["databases"]["catalog"] | undefined;
}

/** What is needed of a configuration; a process is told only of the databases that it needs itself. */
export interface StoresConfig {
  readonly pools: PoolLimits;
  readonly databases: KnownDatabases;
}

interface Replicated {
  readonly primary: Database;
  readonly reads: Replicas;
}

export class Stores {
  readonly shards: readonly Database[];
  /** For each shard, where its rows may be read when nothing is decided by them. */
  readonly shardReads: readonly Replicas[];
  /** Whose each idempotency key is, over all shards. */
  readonly keys: KeyHomes;
  /** The node that makes reports over all shards, where there is one. */
  readonly report: Database | undefined;
  /** Each database once, however many businesses it serves, and what it serves. */
  readonly all: ReadonlyMap<string, Database>;
  /** The databases without which something cannot be done; replicas are not among them. */
  readonly needed: readonly Database[];
  readonly #catalog: Replicated | undefined;
  readonly #keyHomes: readonly Database[];
  readonly #user: Replicated | undefined;

  /** `ran` hears of every statement that is sent to a database. */
  constructor(
    { databases, pools }: StoresConfig,
    log: Log,
    nowMs: () => number,
    ran: (database: string, statement: string) => void = () => {},
  ) {
    const all = new Map<string, Database>();
    const connect = (url: string, limits: PoolLimits) => {
      const database: Database = new Database(url, limits, log, nowMs, (statement) =>
        ran(database.address, statement),
      );
      return database;
    };
    const open = (url: string, limits: PoolLimits = pools) => {
      const database = all.get(url) ?? connect(url, limits);
      all.set(url, database);
      return database;
    };
    this.all = all;
    const withReplicas = (named: { readonly primary: string; readonly replicas: readonly string[] }) => {
      const primary = open(named.primary);
      const replicas = named.replicas.map((url) => open(url));
      return { primary, reads: new Replicas(primary, replicas, nowMs) };
    };
    this.#catalog = databases.catalog && withReplicas(databases.catalog);
    this.#user = databases.user && withReplicas(databases.user);
    this.shards = (databases.trade?.shards ?? []).map((url) => open(url));
    const primaries = [this.#catalog, this.#user].flatMap((one) => (one ? [one.primary] : []));
    this.needed = [...new Set([...primaries, ...this.shards])];
    this.shardReads = this.shards.map((shard, index) => {
      const replicas = databases.trade?.replicas?.[index] ?? [];
      return new Replicas(
        shard,
        replicas.map((url) => open(url)),
        nowMs,
      );
    });
    this.#keyHomes = (this.shards.length < 2 ? [] : (databases.trade?.shards ?? [])).map((url) =>
      connect(url, { ...pools, ...KEY_LIMITS }),
    );
    this.keys = new KeyHomes(this.#keyHomes, log, nowMs);
    this.report =
      databases.report === undefined ? undefined : open(databases.report, { ...pools, ...REPORT_LIMITS });
  }

  get catalog(): Database {
    return known("the catalogue", this.#catalog).primary;
  }

  get catalogReads(): Replicas {
    return known("the catalogue", this.#catalog).reads;
  }

  /** Whether this application knows where users are; only the areas that need them are told. */
  get hasUsers(): boolean {
    return this.#user !== undefined;
  }

  get user(): Database {
    return known("users", this.#user).primary;
  }

  get userReads(): Replicas {
    return known("users", this.#user).reads;
  }

  /** Where the rows of a business may be read when nothing is decided by them; undefined where it is not known here. */
  readsOf(business: "catalog" | "user" | "trade", shard: number): Replicas | undefined {
    switch (business) {
      case "catalog":
        return this.#catalog?.reads;
      case "user":
        return this.#user?.reads;
      case "trade":
        return this.shardReads[shard];
      default:
        return business satisfies never;
    }
  }

  /** Number of the trade shard of an item. */
  shardOfItem(itemId: number): number {
    return shardOfItem(itemId, this.shards.length);
  }

  /** The trade database of an item: its stock, its sales, and the orders for it. */
  tradeOfItem(itemId: number): Database {
    return this.shards[this.shardOfItem(itemId)]!;
  }

  /** Where to read the trade of an item when nothing is decided by it. */
  tradeReadsOfItem(itemId: number): Replicas {
    return this.shardReads[this.shardOfItem(itemId)]!;
  }

  /** As `tradeReadsOfItem`, by an order id; undefined when no such shard exists. */
  tradeReadsOfId(id: number): Replicas | undefined {
    return this.shardReads[shardOfId(id)];
  }

  /** Whether one database holds everything, so that one statement may join it. */
  get isOneDatabase(): boolean {
    const hasAll = this.#catalog !== undefined && this.#user !== undefined && this.shards.length > 0;
    return hasAll && this.needed.length === 1;
  }

  /** The trade database an order or sale id points at; undefined when no such shard exists. */
  tradeOfId(id: number): Database | undefined {
    return this.shards[shardOfId(id)];
  }

  async close(): Promise<void> {
    await Promise.all([...this.all.values(), ...this.#keyHomes].map((database) => database.close()));
  }
}

function known(what: string, replicated: Replicated | undefined): Replicated {
  if (replicated === undefined) throw new Error(`this process has no database of ${what}`);
  return replicated;
}
