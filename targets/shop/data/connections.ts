/**
 * Connections to one PostgreSQL server. Who asks waits for a limited time; a connection that is being made goes on being
 * made when he has left, and only two are made at once.
 *
 * A server that starts again on a fraction of a core takes longer to make a connection than anybody waits. Were each thrown
 * away with who asked for it, all its CPU would go into connections that nobody uses: stage-08 stayed away for 90 s after a
 * kill of 15 s, until the run ended. Pools that are kept well do as this one does (pgxpool, HikariCP).
 */
import type pg from "pg";
import { NotDone } from "./not-done.ts";

export interface ConnectionLimits {
  /** Connections at most. */
  readonly max: number;
  /** Whoever asks waits at most so long, milliseconds. */
  readonly waitMs: number;
}

/** Made at the same time: enough for a server that is well, and few enough for one that is just up. */
const MADE_AT_ONCE = 2;
/** After a partition a connection may be half made for ever; nobody is served by these two until then. Our choice. */
export const MAKING_LIMIT_MS = 5_000;

interface Waiting {
  take(client: pg.PoolClient): void;
  fail(error: unknown): void;
}

/** What is needed of a pool. */
export interface Pool {
  readonly idleCount: number;
  /** Those that are being made included. */
  readonly totalCount: number;
  connect(): Promise<pg.PoolClient>;
}

export class Connections {
  readonly #pool: Pool;
  readonly #limits: ConnectionLimits;
  readonly #waiting = new Set<Waiting>();
  /** Idle ones that were asked for and not handed over yet. */
  #taking = 0;
  #making = 0;

  constructor(pool: Pool, limits: ConnectionLimits) {
    this.#pool = pool;
    this.#limits = limits;
  }

  /** How many wait for one. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** @throws {NotDone} when there was none within the limit, or none could be made; by then nothing was sent */
  get(address: string): Promise<pg.PoolClient> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        // Others have theirs: it is a crowd that he waits behind, also while more are being made.
        const inUse = this.#pool.totalCount - this.#pool.idleCount - this.#making;
        const isFull = inUse > 0;
        const why = isFull ? `none came free of ${inUse} in use` : "none was made";
        waiting.fail(new Error(`${why} within ${this.#limits.waitMs} ms`), isFull ? "full" : "unreachable");
      }, this.#limits.waitMs);
      const leave = () => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
      };
      const waiting = {
        take: (client: pg.PoolClient) => {
          leave();
          resolve(client);
        },
        fail: (error: unknown, reason: NotDone["reason"] = "unreachable") => {
          leave();
          reject(new NotDone(reason, `no connection to ${address}: ${messageOf(error)}`, error));
        },
      };
      this.#waiting.add(waiting);
      this.#serve();
    });
  }

  /** `isBroken`: it is closed instead of being used again. */
  giveBack(client: pg.PoolClient, isBroken: boolean): void {
    client.release(isBroken);
    this.#serve();
  }

  #serve(): void {
    // Each is either idle already, or one more is made: the pool itself never has to let anybody wait.
    while (this.#taking < this.#waiting.size && this.#pool.idleCount > this.#taking) {
      this.#taking++;
      this.#hand(() => this.#taking--);
    }
    const unserved = () => this.#waiting.size - this.#taking - this.#making;
    while (unserved() > 0 && this.#making < MADE_AT_ONCE && this.#pool.totalCount < this.#limits.max) {
      this.#making++;
      this.#hand(() => this.#making--);
    }
  }

  #hand(isHere: () => void): void {
    this.#pool.connect().then(
      (client) => {
        isHere();
        const [first] = this.#waiting;
        if (first === undefined) client.release();
        else first.take(client);
        this.#serve();
      },
      (error: unknown) => {
        isHere();
        const [first] = this.#waiting;
        first?.fail(error);
        this.#serve();
      },
    );
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
