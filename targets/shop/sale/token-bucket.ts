/** A bucket that holds at most `burst` tokens and gets `ratePerS` new ones a second; full at the beginning. */

export class TokenBucket {
  readonly #ratePerS: number;
  readonly #burst: number;
  #tokens: number;
  #filledAtMs: number;

  constructor(ratePerS: number, burst: number, nowMs: number) {
    this.#ratePerS = ratePerS;
    this.#burst = burst;
    this.#tokens = burst;
    this.#filledAtMs = nowMs;
  }

  /** Takes a token, if there is one. */
  take(nowMs: number): boolean {
    const grown = ((nowMs - this.#filledAtMs) / 1_000) * this.#ratePerS;
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, grown));
    this.#filledAtMs = Math.max(this.#filledAtMs, nowMs);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
