/** So many bytes a second and no more, for whoever shares it; first come, first served. */

/** What may go at once: a share of a second that is short against what people notice and long against a timer. */
const QUANTUM_S = 0.01;

export class TokenBucket {
  readonly #bytesPerMs: number;
  #freeAtMs = Number.NEGATIVE_INFINITY;

  constructor(bytesPerS: number) {
    this.#bytesPerMs = bytesPerS / 1000;
  }

  /** How much may be asked for at a time, so that everybody gets his turn. */
  get sliceBytes(): number {
    return Math.max(1, Math.floor(this.#bytesPerMs * QUANTUM_S * 1000));
  }

  /** The instant at which these bytes may go; they are paid for now. What nobody used is lost after one quantum. */
  reserve(bytes: number, nowMs: number): number {
    this.#freeAtMs = Math.max(this.#freeAtMs, nowMs - QUANTUM_S * 1000) + bytes / this.#bytesPerMs;
    return this.#freeAtMs;
  }
}
