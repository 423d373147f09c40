/** One latency distribution: HDR, whole microseconds, three significant digits, 0 to 1 h, in pooled WASM memory. */
import {
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  initWebAssemblySync,
  WasmHistogram,
} from "hdr-histogram-js";

/** 1 h. Longer is recorded as 1 h and counted in `overflowed`: the library itself loses such values without a word. */
const highestUs = 3_600_000_000;

/** WASM memory is freed only by `destroy()`, so histograms are reused; what is beyond this many is destroyed. */
const pooledAtMost = 512;
const pool: WasmHistogram[] = [];

/** A distribution of microseconds that adds up without loss. Give it back with `release()`; it cannot be used after. */
export class Latency {
  #hdr: WasmHistogram | undefined;
  #overflowed = 0;

  private constructor(hdr: WasmHistogram) {
    this.#hdr = hdr;
  }

  static blank(): Latency {
    return new Latency(pool.pop() ?? build());
  }

  /** From the V2 compressed base64 form. */
  static decode(encoded: string): Latency {
    initWebAssemblySync();
    // The third argument decodes on the WASM side: the two flavours of histogram cannot be added to each other.
    return new Latency(decodeFromCompressedBase64(encoded, 32, true) as WasmHistogram);
  }

  /** Fractions are rounded; below 0 counts as 0, above 1 h as 1 h. */
  record(us: number): void {
    this.#alive.recordValue(this.#clamped(us));
  }

  /**
   * Records a lateness of a probe that should have come every `everyUs`, and the samples it swallowed while it was
   * late: `us`, `us - everyUs`, ... For probes only; response times are measured from the plan and never filled up.
   */
  recordWithSwallowed(us: number, everyUs: number): void {
    this.#alive.recordValueWithExpectedInterval(this.#clamped(us), everyUs);
  }

  add(other: Latency): void {
    this.#alive.add(other.#alive);
    this.#overflowed += other.#overflowed;
  }

  addEncoded(encoded: string): void {
    const other = Latency.decode(encoded);
    this.add(other);
    other.release();
  }

  /** V2 compressed, base64. Equal distributions have equal encodings. */
  encode(): string {
    // Level 1: half the time of the default for 3 % more bytes, and the encoding happens beside the pacing.
    return encodeIntoCompressedBase64(this.#alive, 1);
  }

  /** The value that `percentile` (0-100) of the samples do not exceed, within 0.1 %; 0 when there are none. */
  percentileUs(percentile: number): number {
    return this.count === 0 ? 0 : this.#alive.getValueAtPercentile(percentile);
  }

  get maxUs(): number {
    return this.count === 0 ? 0 : this.#alive.maxValue;
  }

  get count(): number {
    return this.#alive.totalCount;
  }

  /** Samples above 1 h; they do not travel with the encoding. */
  get overflowed(): number {
    return this.#overflowed;
  }

  /** Gives the memory back to the pool. */
  release(): void {
    const hdr = this.#alive;
    this.#hdr = undefined;
    if (pool.length >= pooledAtMost || hdr.highestTrackableValue !== highestUs) {
      hdr.destroy();
      return;
    }
    hdr.reset();
    pool.push(hdr);
  }

  get #alive(): WasmHistogram {
    if (this.#hdr === undefined) throw new Error("a latency was used after it had been released");
    return this.#hdr;
  }

  #clamped(us: number): number {
    if (us > highestUs) {
      this.#overflowed++;
      return highestUs;
    }
    return us > 0 ? Math.round(us) : 0;
  }
}

function build(): WasmHistogram {
  initWebAssemblySync();
  return WasmHistogram.build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: highestUs,
    numberOfSignificantValueDigits: 3,
  });
}
