/**
 * Whose an idempotency key is, where trade is split: each shard keeps its own orders unique by key, and nobody but the
 * key's home, a shard chosen by the key alone, knows of all of them. Whoever is about to write an order claims its key
 * there first; the first claim stands, and says on which shard that key may buy. docs/decisions/0016 says why so.
 */
import type { Log } from "../log.ts";
import { type Database, type Statement, wasRolledBack } from "./database.ts";
import { NotDone } from "./not-done.ts";
import { shardOfKey } from "./shard.ts";

/** Claims the key of one try; false when it belongs to another shard, so that it has been used for something else. */
export type ClaimKey = () => Promise<boolean>;

/** No row when somebody else's claim was committed while this one was made: the next look sees it. */
const claim: Statement = {
  name: "claim_key",
  text: `WITH mine AS (
      INSERT INTO order_keys (idem_key, shard) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING shard
    )
    SELECT shard FROM mine UNION ALL SELECT shard FROM order_keys WHERE idem_key = $1 LIMIT 1`,
};

const ROUNDS = 5;
/** How long a home that could not be reached is not asked again. */
const REST_MS = 1_000;
/** A home without a free connection that has answered this recently is busy, and not gone. */
const FRESH_MS = 1_000;

/** What is needed of a shard's database. */
export type KeyHome = Pick<Database, "address" | "answeredWithin" | "run">;

export class KeyHomes {
  readonly #homes: readonly KeyHome[];
  readonly #log: Log;
  readonly #nowMs: () => number;
  readonly #restsUntilMs = new Map<KeyHome, number>();

  /** `homes`: the shards in their order; none where there is one shard, which sees every key itself. */
  constructor(homes: readonly KeyHome[], log: Log, nowMs: () => number) {
    this.#homes = homes;
    this.#log = log;
    this.#nowMs = nowMs;
  }

  /** What is to be done before an order is written on `shard`; nothing where there is one shard. */
  claimOf(key: string, shard: number): ClaimKey | undefined {
    return this.#homes.length === 0 ? undefined : () => this.#claim(key, shard);
  }

  /**
   * A home that is gone watches over nothing until it is back: an order for which everything else is there is not refused
   * because somebody might use its key twice.
   * @throws {NotDone} when the home is busy
   */
  async #claim(key: string, shard: number): Promise<boolean> {
    const home = this.#homes[shardOfKey(key, this.#homes.length)]!;
    if ((this.#restsUntilMs.get(home) ?? 0) > this.#nowMs()) return true;
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const [row] = await home.run<{ shard: number }>(claim, [key, shard]);
        if (row) return row.shard === shard;
      }
    } catch (error) {
      if (!isGone(home, error)) throw error;
      this.#log.error("key-home", error, { home: home.address });
      this.#restsUntilMs.set(home, this.#nowMs() + REST_MS);
      return true;
    }
    throw new NotDone("undone", `a key was claimed and never seen, ${ROUNDS} times`);
  }
}

/** Broken connections and silence; not what the server itself undid, nor a crowd before one that answers. */
function isGone(home: KeyHome, error: unknown): boolean {
  if (!(error instanceof NotDone)) return !wasRolledBack(error);
  switch (error.reason) {
    case "unreachable":
      return true;
    case "full":
      return !home.answeredWithin(FRESH_MS);
    case "undone":
      return false;
    default:
      return error.reason satisfies never;
  }
}
