/** What became of every attempt, in two bits each: the client's ledger, and how often the final read found it. */
import type { Booked } from "../metrics/outcome.ts";

/** Two bits in the order of the file format: 0 never sent, 1 accepted, 2 rejected, 3 indeterminate. */
export const bookedByCode: readonly Booked[] = ["never-sent", "accepted", "rejected", "indeterminate"];

/** Where the saturating count stops: 3 means three times or more. */
export const foundCeiling = 3;

/** What the clients know. Attempts nobody mentions are "never sent". 10^8 attempts are 25 MB. */
export class Ledger {
  readonly #pairs: Pairs;

  /** `attempts`: room to begin with; it grows by itself. */
  constructor(attempts = 0) {
    this.#pairs = new Pairs(attempts);
  }

  /** Ids it has room for: all attempts in [0, attempts) can be read. */
  get attempts(): number {
    return this.#pairs.length;
  }

  /** Makes room for `attempts` ids; never shrinks. */
  grow(attempts: number): void {
    this.#pairs.grow(attempts);
  }

  /** Writes what is known about `attempt`, growing when needed. @throws {RangeError} when it is no whole number >= 0 */
  set(attempt: number, booked: Booked): void {
    this.#pairs.set(attempt, bookedByCode.indexOf(booked));
  }

  get(attempt: number): Booked {
    return bookedByCode[this.#pairs.get(attempt)] ?? "never-sent";
  }

  /** The content of `ledger.bin`. A view: copy it before going on writing. */
  bytes(): Uint8Array {
    return this.#pairs.bytes();
  }
}

/** How often each attempt's key is in the books. */
export class Found {
  readonly #pairs: Pairs;

  constructor(attempts = 0) {
    this.#pairs = new Pairs(attempts);
  }

  /** Ids it has room for. */
  get attempts(): number {
    return this.#pairs.length;
  }

  grow(attempts: number): void {
    this.#pairs.grow(attempts);
  }

  /** Counts one order row of `attempt`; stays at 3. @throws {RangeError} when it is no whole number >= 0 */
  add(attempt: number): void {
    const seen = this.#pairs.get(attempt);
    if (seen < foundCeiling) this.#pairs.set(attempt, seen + 1);
  }

  /** 0 ... 3, where 3 means three or more. */
  get(attempt: number): number {
    return this.#pairs.get(attempt);
  }

  /** The content of `found.bin`. A view: copy it before going on writing. */
  bytes(): Uint8Array {
    return this.#pairs.bytes();
  }
}

/** A growing array of two-bit numbers; attempt n is bits 2(n mod 4).. of byte n div 4 (docs/how-a-run-goes.md). */
class Pairs {
  #bytes: Uint8Array;
  #length = 0;

  constructor(length: number) {
    this.#bytes = new Uint8Array(Math.ceil(length / 4));
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  grow(length: number): void {
    if (length <= this.#length) return;
    const needed = Math.ceil(length / 4);
    if (needed > this.#bytes.length) {
      // Doubling: attempts arrive roughly in order, and copying at each of them would be quadratic.
      const wider = new Uint8Array(Math.max(needed, this.#bytes.length * 2, 1_024));
      wider.set(this.#bytes);
      this.#bytes = wider;
    }
    this.#length = length;
  }

  set(index: number, code: number): void {
    if (!Number.isSafeInteger(index) || index < 0)
      throw new RangeError(`no attempt can have number ${index}`);
    this.grow(index + 1);
    // Division, not >> 2: numbers above 2^31 are allowed.
    const at = Math.floor(index / 4);
    const shift = (index % 4) * 2;
    this.#bytes[at] = ((this.#bytes[at] ?? 0) & ~(3 << shift)) | (code << shift);
  }

  get(index: number): number {
    if (index < 0 || index >= this.#length) return 0;
    return ((this.#bytes[Math.floor(index / 4)] ?? 0) >> ((index % 4) * 2)) & 3;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, Math.ceil(this.#length / 4));
  }
}
