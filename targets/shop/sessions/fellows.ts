/** The other nodes, as each of them tells the cache that all share: who has not said so for a while is not sent to. */

/** What is needed of Redis. */
export interface FellowStore {
  zadd(key: string, score: number, member: string): Promise<unknown>;
  zrangebyscore(key: string, min: number, max: "+inf"): Promise<string[]>;
  zrem(key: string, member: string): Promise<unknown>;
}

const KEY = "session-fellows";
export const TELL_EVERY_MS = 250;
/** Eight tellings missed. Until then every new session waits for an answer that never comes, see `ANSWER_LIMIT_MS`. */
export const SILENT_MS = 2_000;

export class Fellows {
  readonly #store: FellowStore;
  readonly #own: () => string | undefined;
  readonly #epochMs: () => number;
  #others: readonly string[] = [];

  /** `own` is host:port at which the others reach this node; undefined while it is not known. */
  constructor(store: FellowStore, own: () => string | undefined, epochMs: () => number) {
    this.#store = store;
    this.#own = own;
    this.#epochMs = epochMs;
  }

  /** host:port of every other node, as of the last telling. */
  get others(): readonly string[] {
    return this.#others;
  }

  /**
   * Says that this node is here, and looks who else is; false while it does not know its own address. The clocks of nodes of one machine are the same; on several
   * they may differ by less than `SILENT_MS`.
   * @throws when the cache does not answer; the others stay as they were known last
   */
  async tell(): Promise<boolean> {
    const own = this.#own();
    if (own === undefined) return false;
    const nowMs = this.#epochMs();
    await this.#store.zadd(KEY, nowMs, own);
    const here = await this.#store.zrangebyscore(KEY, nowMs - SILENT_MS, "+inf");
    this.#others = here.filter((address) => address !== own);
    return true;
  }

  /** Says goodbye, so that nobody waits for this node any more. */
  async leave(): Promise<void> {
    const own = this.#own();
    if (own !== undefined) await this.#store.zrem(KEY, own);
  }
}
