/** One PostgreSQL server behind a pool with limits: prepared statements by name, and errors that say what was done. */
import pg from "pg";
import type { Log } from "../log.ts";
import { Connections, MAKING_LIMIT_MS } from "./connections.ts";
import { NotDone } from "./not-done.ts";

/** Prepared once per connection under its name; the name must mean the same text everywhere. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Where statements run: each as a transaction of its own, or all within one. */
export interface Session {
  run<R>(statement: Statement, values?: readonly unknown[]): Promise<R[]>;
}

export interface PoolLimits {
  readonly max: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** Whether a commit is acknowledged only when it is on disk. Default: true. */
  readonly isDurable?: boolean;
}

export interface PoolGauges {
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
}

/** Above the server's own limit, for a server that no longer answers at all. */
const SILENCE_MARGIN_MS = 500;

export class Database {
  /** host:port/name, for people and metrics. */
  readonly address: string;
  readonly #pool: pg.Pool;
  readonly #connections: Connections;
  readonly #nowMs: () => number;
  readonly #ran: (statement: string) => void;
  #answeredAtMs = Number.NEGATIVE_INFINITY;

  /** `ran` hears the name of every statement that is sent. */
  constructor(
    url: string,
    limits: PoolLimits,
    log: Log,
    nowMs: () => number,
    ran: (statement: string) => void = () => {},
  ) {
    const { host, pathname } = new URL(url);
    this.address = `${host}${pathname}`;
    this.#nowMs = nowMs;
    this.#ran = ran;
    this.#pool = new pg.Pool({
      connectionString: url,
      max: limits.max,
      connectionTimeoutMillis: Math.max(limits.connectTimeoutMs, MAKING_LIMIT_MS),
      statement_timeout: limits.statementTimeoutMs,
      query_timeout: limits.statementTimeoutMs + SILENCE_MARGIN_MS,
      idleTimeoutMillis: 60_000,
      // Plans are kept per connection, and some are made while the orders table is still empty: without this they
      // would go on reading it from end to end when it is not. Every statement of ours has an index to use.
      options: `-c enable_seqscan=off${limits.isDurable === false ? " -c synchronous_commit=off" : ""}`,
      types: { getTypeParser: readerOf as typeof pg.types.getTypeParser },
    });
    this.#connections = new Connections(this.#pool, { max: limits.max, waitMs: limits.connectTimeoutMs });
    // An idle connection that breaks is replaced at its next use; unheard, the event would end the process.
    this.#pool.on("error", (error) => log.error("idle-connection", error, { database: this.address }));
    // One in hand that breaks says so to the statement that runs on it, or to the next. That it breaks between two, or a
    // second time after it has said so, is told by an event of its own, which would end the process just the same.
    this.#pool.on("connect", (client) => client.on("error", () => {}));
  }

  /**
   * Runs one statement as a transaction of its own.
   * @throws {NotDone} when no connection could be had within the limit, or the server undid the statement
   * @throws {Error} otherwise; after a broken connection or a time-out it is unknown whether the statement took effect
   */
  async run<R>(statement: Statement, values: readonly unknown[] = []): Promise<R[]> {
    const client = await this.#connections.get(this.address);
    this.#ran(statement.name);
    try {
      const { rows } = await client.query({ ...statement, values: values as unknown[] });
      this.#answeredAtMs = this.#nowMs();
      this.#connections.giveBack(client, false);
      return rows as R[];
    } catch (error) {
      const isRolledBack = wasRolledBack(error);
      this.#connections.giveBack(client, !isRolledBack);
      if (isRolledBack && isTransient(error)) {
        throw new NotDone("undone", `${statement.name}: ${messageOf(error)}`, error);
      }
      throw error;
    }
  }

  /**
   * Runs one statement that changes nothing. A connection that broke under it is no reason not to ask on another one.
   * @throws {NotDone} when there was no answer: by reading nothing is ever done
   */
  async read<R>(statement: Statement, values: readonly unknown[] = []): Promise<R[]> {
    for (let isFirst = true; ; isFirst = false) {
      const askedAtMs = this.#nowMs();
      try {
        return await this.run<R>(statement, values);
      } catch (error) {
        if (error instanceof NotDone || wasRolledBack(error)) throw error;
        // Silence may last, and whoever has sat through it once is not made to do so again.
        if (isFirst && this.#nowMs() - askedAtMs < SILENCE_MARGIN_MS) continue;
        throw new NotDone("unreachable", `${statement.name}: ${messageOf(error)}`, error);
      }
    }
  }

  /**
   * Runs statements one after the other as one transaction, each of them a round trip; what they lock stays locked
   * until the end. When `work` throws, everything is undone.
   * @throws {NotDone} when no connection could be had, or nothing was committed for a reason that may pass
   * @throws {Error} otherwise; when the connection breaks under the COMMIT it is unknown whether it took effect
   */
  async transaction<T>(work: (within: Session) => Promise<T>): Promise<T> {
    const client = await this.#connections.get(this.address);
    const run = async <R>(statement: Statement, values: readonly unknown[] = []) => {
      this.#ran(statement.name);
      return (await client.query({ ...statement, values: values as unknown[] })).rows as R[];
    };
    let result: T;
    try {
      await client.query("BEGIN");
      result = await work({ run });
    } catch (error) {
      // Without a COMMIT nothing can have been done, whatever became of the connection: closing it undoes the rest.
      const isClean = wasRolledBack(error) && (await client.query("ROLLBACK").then(Boolean, () => false));
      this.#connections.giveBack(client, !isClean);
      if (wasRolledBack(error) && !isTransient(error)) throw error;
      throw error instanceof NotDone ? error : new NotDone("undone", messageOf(error), error);
    }
    try {
      await client.query("COMMIT");
      this.#answeredAtMs = this.#nowMs();
      this.#connections.giveBack(client, false);
      return result;
    } catch (error) {
      this.#connections.giveBack(client, true);
      throw error;
    }
  }

  /**
   * Rows in batches of at most `batchRows`, from one snapshot, without holding them all.
   * Uses a connection of the pool until it is read to its end or left.
   */
  async *stream<R>(text: string, values: readonly unknown[], batchRows: number): AsyncGenerator<R[]> {
    const client = await this.#connections.get(this.address);
    let isClean = false;
    this.#ran("stream");
    try {
      await client.query("BEGIN READ ONLY");
      await client.query(`DECLARE reading NO SCROLL CURSOR FOR ${text}`, values as unknown[]);
      for (;;) {
        const { rows } = await client.query(`FETCH ${batchRows} FROM reading`);
        if (rows.length === 0) break;
        yield rows as R[];
      }
      await client.query("COMMIT");
      isClean = true;
    } finally {
      this.#connections.giveBack(client, !isClean);
    }
  }

  /**
   * Whether it answers. One that answered anybody within `freshMs` is not asked again, so that a full pool, which is
   * load and not illness, does not take the node out of service.
   */
  async answers(freshMs: number): Promise<boolean> {
    if (this.answeredWithin(freshMs)) return true;
    try {
      await this.run({ name: "ping", text: "SELECT 1" });
      return true;
    } catch {
      return this.answeredWithin(freshMs);
    }
  }

  /** Whether it answered anybody here within the last `freshMs`. */
  answeredWithin(freshMs: number): boolean {
    return this.#nowMs() - this.#answeredAtMs < freshMs;
  }

  get gauges(): PoolGauges {
    return { total: this.#pool.totalCount, idle: this.#pool.idleCount, waiting: this.#connections.waiting };
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}

/**
 * Whether the server itself reported an error in a way that means the statement's transaction was rolled back.
 * Connection trouble (08), shutdown (57P), system (58) and internal (XX) errors leave it open.
 */
export function wasRolledBack(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code !== undefined && !/^(08|57P|58|XX)/.test(error.code);
}

/** The constraint a statement ran into, when it did. */
export function brokenConstraint(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError && error.code === "23505" ? error.constraint : undefined;
}

/** Time-out, serialization failure, deadlock, lock not available: the same statement may succeed at another time. */
function isTransient(error: unknown): boolean {
  return error instanceof pg.DatabaseError && ["57014", "40001", "40P01", "55P03"].includes(error.code ?? "");
}

const INT8 = 20;

/** Ids are bigint in the tables and stay below 2^53, so they are numbers here. */
function readerOf(oid: number, format?: "text" | "binary"): (value: string) => unknown {
  return oid === INT8 ? Number : pg.types.getTypeParser(oid, format as "text");
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
