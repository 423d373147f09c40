/** How often each caller may call each service: a token bucket for every pair, so that one caller's storm is not everybody's. */
import { Lru } from "../cache/lru.ts";
import { TokenBucket } from "../sale/token-bucket.ts";

export interface CallerRatesOptions {
  /** Calls a second of one caller to one service; after a pause as many as one second's at once. */
  readonly callsPerS: number;
  nowMs(): number;
}

/** Callers name themselves, so there may be any number of names: the longest silent one is forgotten above this. */
const MOST_PAIRS = 1_000;
/** After a minute a bucket is full again, whatever its rate: forgetting it then changes nothing. */
const FORGOTTEN_AFTER_MS = 60_000;

export class CallerRates {
  readonly #options: CallerRatesOptions;
  readonly #buckets: Lru<TokenBucket>;

  constructor(options: CallerRatesOptions) {
    this.#options = options;
    this.#buckets = new Lru(MOST_PAIRS, options.nowMs);
  }

  /** Whether this call may be answered; it counts when it may. */
  admits(service: string, caller: string): boolean {
    const { callsPerS, nowMs } = this.#options;
    const pair = `${service} ${caller}`;
    const burst = Math.max(1, callsPerS);
    const bucket = this.#buckets.get(pair) ?? new TokenBucket(callsPerS, burst, nowMs());
    this.#buckets.set(pair, bucket, FORGOTTEN_AFTER_MS);
    return bucket.take(nowMs());
  }
}
