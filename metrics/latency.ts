/** One latency distribution: an HDR histogram of whole microseconds, three significant digits, 0 to 1 h. */
import { BucketCounts } from "./bucket-counts.ts";
import { bucketOf, highestOf, highestUs, lowestOf } from "./hdr-buckets.ts";
import { addHdrV2, hdrV2Of } from "./hdr-v2.ts";
import { addPacked, packedOf } from "./packed-counts.ts";

/** A distribution of microseconds that adds up without loss. Give it back with `release()`; it cannot be used after. */
export class Latency {
  #counts: BucketCounts | undefined = new BucketCounts();
  #overflowed = 0;

  private constructor() {}

  static blank(): Latency {
    return new Latency();
  }

  /** From the V2 compressed base64 form. @throws when it is something else */
  static decode(encoded: string): Latency {
    const latency = new Latency();
    latency.addEncoded(encoded);
    return latency;
  }

  /** From the packed form. @throws when it is something else */
  static unpack(packed: Uint8Array): Latency {
    const latency = new Latency();
    latency.addPacked(packed);
    return latency;
  }

  /** Fractions are rounded; below 0 counts as 0, above 1 h as 1 h. */
  record(us: number): void {
    if (us > highestUs) {
      this.#overflowed++;
      this.#alive.add(bucketOf(highestUs), 1);
      return;
    }
    // Half a microsecond more and cut off is rounded. What is not above 0, or no number, is 0.
    this.#alive.add(us > 0 ? bucketOf((us + 0.5) >>> 0) : 0, 1);
  }

  /**
   * Records a lateness of a probe that should have come every `everyUs`, and the samples it swallowed while it was
   * late: `us`, `us - everyUs`, ... For probes only; response times are measured from the plan and never filled up.
   */
  recordWithSwallowed(us: number, everyUs: number): void {
    this.record(us);
    for (let swallowed = us - everyUs; swallowed >= everyUs; swallowed -= everyUs) this.record(swallowed);
  }

  add(other: Latency): void {
    this.#alive.addAll(other.#alive);
    this.#overflowed += other.#overflowed;
  }

  /** Adds the V2 compressed base64 form. @throws when it is something else */
  addEncoded(encoded: string): void {
    addHdrV2(encoded, this.#alive);
  }

  /** Adds the packed form. @throws when it is something else; part of it may have been added then */
  addPacked(packed: Uint8Array): void {
    addPacked(packed, this.#alive);
  }

  /** V2 compressed, base64: the form of interval logs, for other tools. Equal distributions have equal encodings. */
  encode(): string {
    return hdrV2Of(this.#alive);
  }

  /** The form that travels: a small part of the work and size of `encode`. Equal distributions have equal bytes. */
  pack(): Uint8Array {
    return packedOf(this.#alive);
  }

  /**
   * The value that `percentile` (0-100) of the samples do not exceed, within 0.1 %; 0 when there are none. As
   * HdrHistogram has it: the highest value of the bucket in which that share of the samples, and at least one, is
   * reached.
   */
  percentileUs(percentile: number): number {
    const counts = this.#alive;
    const share = (Math.min(percentile, 100) / 100) * counts.total;
    // The product may be one unit in the last place too large, which must not cost a whole sample.
    const needed = Math.max(Math.ceil(share - 2 ** (Math.floor(Math.log2(share)) - 52)), 1);
    const bucket = counts.ofRank(needed);
    return bucket < 0 ? 0 : highestOf(bucket);
  }

  /** The highest value that is not told from the longest sample, so within 0.1 %; 0 when there are none. */
  get maxUs(): number {
    const last = this.#alive.last();
    return last < 0 ? 0 : highestOf(last);
  }

  get count(): number {
    return this.#alive.total;
  }

  /** Every bucket that is not empty, lowest first; its values go from `lowestUs` to `us`, which speaks for all of them. */
  *filled(): Generator<{ readonly lowestUs: number; readonly us: number; readonly count: number }> {
    const counts = this.#alive;
    for (let bucket = counts.next(0); bucket >= 0; bucket = counts.next(bucket + 1))
      yield { lowestUs: lowestOf(bucket), us: highestOf(bucket), count: counts.of(bucket) };
  }

  /** How many samples are in buckets that begin above `us`: right within 0.1 % of it. */
  countAbove(us: number): number {
    const counts = this.#alive;
    let count = 0;
    let bucket = counts.next(bucketOf(Math.min(us, highestUs)) + 1);
    for (; bucket >= 0; bucket = counts.next(bucket + 1)) count += counts.of(bucket);
    return count;
  }

  /** Samples above 1 h; they do not travel with the encodings. */
  get overflowed(): number {
    return this.#overflowed;
  }

  /** Gives the memory back, to be used again. */
  release(): void {
    this.#alive.release();
    this.#counts = undefined;
  }

  get #alive(): BucketCounts {
    if (this.#counts === undefined) throw new Error("a latency was used after it had been released");
    return this.#counts;
  }
}
