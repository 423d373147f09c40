/** Reads go round the replicas; one that cannot be reached rests, and the primary stands in. */
import type { Database, Statement } from "./database.ts";
import { NotDone } from "./not-done.ts";

const REST_MS = 1_000;

export class Replicas {
  readonly #primary: Database;
  readonly #replicas: readonly Database[];
  readonly #nowMs: () => number;
  readonly #restsUntilMs = new Map<Database, number>();
  #turn = 0;

  constructor(primary: Database, replicas: readonly Database[], nowMs: () => number) {
    this.#primary = primary;
    this.#replicas = replicas;
    this.#nowMs = nowMs;
  }

  /** Whether what was written just now may be missing from what is read here. */
  get mayLag(): boolean {
    return this.#replicas.length > 0;
  }

  /** Reads from a replica where there is one. What was written just now may not have reached it. */
  async read<R>(statement: Statement, values: readonly unknown[] = []): Promise<R[]> {
    const replica = this.#next();
    if (replica === undefined) return this.#primary.read<R>(statement, values);
    try {
      return await replica.run<R>(statement, values);
    } catch (error) {
      // A busy replica is no reason to press its load on the primary as well.
      if (error instanceof NotDone && error.reason === "full") throw error;
      // Anything else: a read can be repeated, whatever became of it.
      this.#restsUntilMs.set(replica, this.#nowMs() + REST_MS);
      return this.#primary.read<R>(statement, values);
    }
  }

  #next(): Database | undefined {
    for (let tried = 0; tried < this.#replicas.length; tried++) {
      const replica = this.#replicas[this.#turn++ % this.#replicas.length]!;
      if ((this.#restsUntilMs.get(replica) ?? 0) <= this.#nowMs()) return replica;
    }
    return undefined;
  }
}
