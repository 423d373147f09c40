/**
 * Chance that can be replayed. Every choice of arrival k comes from `fork(seed, k)`, so one agent or fifty make the
 * same choices. Generator: sfc32 (Chris Doty-Humphrey, PractRand); seeding by the murmur3 finaliser.
 */
export class Random {
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 1;

  constructor(seed = 0, key = 0) {
    this.reseed(seed, key);
  }

  /** Starts over as `fork(seed, key)` would, without allocating. Both may be any safe integers. */
  reseed(seed: number, key: number): this {
    let a = mixed(seed | 0, 0x9e3779b9);
    let b = mixed(key | 0, 0x85ebca6b);
    let c = mixed(Math.floor(key / 4294967296) | 0, mixed(Math.floor(seed / 4294967296) | 0, 0xc2b2ae35));
    // The rounds of `#next32`, on local variables: this happens for every arrival.
    for (let counter = 1; counter <= seedingRounds; counter++) {
      const sum = (((a + b) | 0) + counter) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + sum) | 0;
    }
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#counter = 1 + seedingRounds;
    return this;
  }

  /** Uniform in [0, 1), 32 bits. */
  next(): number {
    return this.#next32() / 4294967296;
  }

  /** Uniform whole number in [0, below). */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** Uniform in [from, to). */
  between(from: number, to: number): number {
    return from + this.next() * (to - from);
  }

  /** Negative-exponential with the given mean, cut at `cap`. */
  exponential(mean: number, cap = Number.POSITIVE_INFINITY): number {
    return Math.min(cap, -mean * Math.log(1 - this.next()));
  }

  /** True with probability `ratio`. */
  happens(ratio: number): boolean {
    return this.next() < ratio;
  }

  #next32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }
}

/** Rounds after which every bit of the seed has reached every bit of the state; PractRand's own choice for sfc32. */
const seedingRounds = 12;

/** The chance that belongs to number `key` under `seed`; the same for every caller. */
export function fork(seed: number, key: number): Random {
  return new Random(seed, key);
}

function mixed(value: number, salt: number): number {
  let hash = (value ^ salt) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
