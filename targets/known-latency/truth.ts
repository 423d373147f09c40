/** What the server knows about its own answers: the delay each was to have, and the delay it had. */

export interface Quantiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
}

/** About the requests of one range of numbers. */
export interface Told {
  readonly answered: number;
  readonly drawnMs: Quantiles;
  /** From the request's last byte being read to the answer being written. */
  readonly actualMs: Quantiles;
  /** actual - drawn: the server's own lateness. */
  readonly lateUs: { readonly p50: number; readonly p99: number; readonly max: number };
}

/** Memory has an end: of requests with higher numbers nothing is kept. 16 bytes each. */
const keptNumbers = 1_000_000;

export class Truth {
  #drawnMs = new Float64Array(4_096).fill(Number.NaN);
  #actualMs = new Float64Array(4_096).fill(Number.NaN);

  note(n: number, drawnMs: number, actualMs: number): void {
    if (n >= keptNumbers) return;
    if (n >= this.#drawnMs.length) {
      this.#drawnMs = longer(this.#drawnMs, n);
      this.#actualMs = longer(this.#actualMs, n);
    }
    this.#drawnMs[n] = drawnMs;
    this.#actualMs[n] = actualMs;
  }

  /** Of the answered requests with numbers in [from, to). */
  tell(from: number, to: number): Told {
    const drawn: number[] = [];
    const actual: number[] = [];
    const lateUs: number[] = [];
    for (let n = from; n < Math.min(to, this.#drawnMs.length); n++) {
      const [drawnMs, actualMs] = [this.#drawnMs[n]!, this.#actualMs[n]!];
      if (Number.isNaN(drawnMs)) continue;
      drawn.push(drawnMs);
      actual.push(actualMs);
      lateUs.push((actualMs - drawnMs) * 1_000);
    }
    lateUs.sort((a, b) => a - b);
    return {
      answered: drawn.length,
      drawnMs: quantilesOf(drawn),
      actualMs: quantilesOf(actual),
      lateUs: { p50: quantile(lateUs, 0.5), p99: quantile(lateUs, 0.99), max: lateUs.at(-1) ?? 0 },
    };
  }

  forget(): void {
    this.#drawnMs.fill(Number.NaN);
    this.#actualMs.fill(Number.NaN);
  }
}

function quantilesOf(values: number[]): Quantiles {
  values.sort((a, b) => a - b);
  return {
    p50: quantile(values, 0.5),
    p90: quantile(values, 0.9),
    p99: quantile(values, 0.99),
    p999: quantile(values, 0.999),
  };
}

/** The smallest value that a share of `ratio` of the sorted values does not exceed; 0 when there are none. */
function quantile(sorted: readonly number[], ratio: number): number {
  return sorted[Math.max(0, Math.ceil(ratio * sorted.length - 1e-9) - 1)] ?? 0;
}

function longer(values: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(Math.max(n + 1, values.length * 2)).fill(Number.NaN);
  grown.set(values);
  return grown;
}
