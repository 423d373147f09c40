/** Counts by bucket of an HDR histogram, most of which are 0: only pages with something in them are there. */
import { buckets, doublings, perDoubling } from "./hdr-buckets.ts";

export class BucketCounts {
  readonly #pages: (Page | undefined)[] = new Array<Page | undefined>(doublings).fill(undefined);

  get total(): number {
    let total = 0;
    for (let doubling = 0; doubling < doublings; doubling++) total += this.#pages[doubling]?.total ?? 0;
    return total;
  }

  /** `count` is whole and above 0. @throws when there is no such bucket */
  add(bucket: number, count: number): void {
    if (!(bucket < buckets)) throw new Error(`a histogram has no bucket ${bucket}: that is beyond 1 h`);
    this.#page(bucket >>> 10).add(bucket & (perDoubling - 1), count);
  }

  addAll(other: BucketCounts): void {
    for (let doubling = 0; doubling < doublings; doubling++) {
      const page = other.#pages[doubling];
      if (page !== undefined) this.#page(doubling).addAll(page);
    }
  }

  of(bucket: number): number {
    return this.#pages[bucket >>> 10]?.counts[bucket & (perDoubling - 1)] ?? 0;
  }

  /** The first bucket at or after `from` that is not empty; -1 when there is none. */
  next(from: number): number {
    let at = from & (perDoubling - 1);
    for (let doubling = from >>> 10; doubling < doublings; doubling++, at = 0) {
      const found = this.#pages[doubling]?.next(at) ?? -1;
      if (found >= 0) return doubling * perDoubling + found;
    }
    return -1;
  }

  /** The last bucket that is not empty; -1 when there is none. */
  last(): number {
    for (let doubling = doublings - 1; doubling >= 0; doubling--) {
      const found = this.#pages[doubling]?.last() ?? -1;
      if (found >= 0) return doubling * perDoubling + found;
    }
    return -1;
  }

  /** The bucket of the `rank`-th lowest sample, counted from 1; -1 when there are not so many. */
  ofRank(rank: number): number {
    let left = rank;
    for (let doubling = 0; doubling < doublings; doubling++) {
      const page = this.#pages[doubling];
      if (page === undefined) continue;
      if (page.total >= left) return doubling * perDoubling + page.ofRank(left);
      left -= page.total;
    }
    return -1;
  }

  /** Gives the pages back; it is blank then. */
  release(): void {
    for (let doubling = 0; doubling < doublings; doubling++) {
      const page = this.#pages[doubling];
      if (page === undefined) continue;
      this.#pages[doubling] = undefined;
      if (pool.length < pooledAtMost) pool.push(page.clear());
    }
  }

  #page(doubling: number): Page {
    let page = this.#pages[doubling];
    if (page === undefined) this.#pages[doubling] = page = pool.pop() ?? new Page();
    return page;
  }
}

const wordBits = 32;
const words = perDoubling / wordBits;

/**
 * The counts of one doubling, and marks at those that are not 0. A histogram of 50 samples has a few pages with some ten
 * counts each, so whatever goes through a page goes by the marks: 32 words instead of 1,024 counts.
 */
class Page {
  /**
   * Double precision: exact up to 9 x 10^15, where 32 bits would overflow after an hour of a million requests a second
   * that are all equally punctual.
   */
  readonly counts = new Float64Array(perDoubling);
  /** Bit n mod 32 of word n div 32 stands for count n. */
  readonly #marks = new Int32Array(words);
  total = 0;

  add(at: number, count: number): void {
    this.counts[at]! += count;
    this.#marks[at >>> 5]! |= 1 << (at & 31);
    this.total += count;
  }

  addAll(other: Page): void {
    for (let word = 0; word < words; word++) {
      let left = other.#marks[word]!;
      if (left === 0) continue;
      this.#marks[word]! |= left;
      for (; left !== 0; left &= left - 1) {
        const at = word * wordBits + lowestBit(left);
        this.counts[at]! += other.counts[at]!;
      }
    }
    this.total += other.total;
  }

  next(from: number): number {
    let word = from >>> 5;
    let left = this.#marks[word]! & (-1 << (from & 31));
    while (left === 0) {
      if (++word === words) return -1;
      left = this.#marks[word]!;
    }
    return word * wordBits + lowestBit(left);
  }

  last(): number {
    for (let word = words - 1; word >= 0; word--) {
      const marks = this.#marks[word]!;
      if (marks !== 0) return word * wordBits + 31 - Math.clz32(marks);
    }
    return -1;
  }

  /** `rank` is 1 ... total. */
  ofRank(rank: number): number {
    let seen = 0;
    for (let word = 0; word < words; word++) {
      for (let left = this.#marks[word]!; left !== 0; left &= left - 1) {
        const at = word * wordBits + lowestBit(left);
        seen += this.counts[at]!;
        if (seen >= rank) return at;
      }
    }
    throw new Error(`a page of ${this.total} samples has no sample ${rank}`);
  }

  clear(): this {
    this.counts.fill(0);
    this.#marks.fill(0);
    this.total = 0;
    return this;
  }
}

/** Pages are used again, because most histograms live a second. 17 MiB at most. */
const pooledAtMost = 2048;
const pool: Page[] = [];

/** Which bit of a word that is not 0 is its lowest. */
function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
