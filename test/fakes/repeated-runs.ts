/** Runs that are repeated: figures that vary from run to run as real ones did. Seeded. */
import { Random } from "../../base/random.ts";
import { figureNames } from "../../verdict/comparison/figure.ts";
import type { Fingerprint } from "../../verdict/comparison/fingerprint.ts";
import type { RunSeen } from "../../verdict/comparison/run-seen.ts";

/** How much the logarithm of a figure varies between runs of the same, as a standard deviation. */
export interface Noise {
  readonly p50: number;
  readonly p99: number;
  /** Of a slow drift that is in neighbours alike: of each step from run to run. */
  readonly drift: number;
}

/** The calibration promises its p99 within 2 % of the truth in every drive: two standard deviations. Source: docs/calibrate.md. */
export const stubNoise: Noise = { p50: 0.01, p99: 0.01, drift: 0 };

/**
 * Ten runs of browse on stage-11, 40 s at 200/s, one seed, two builds in turns, between which there was nothing to be seen.
 * Source: docs/decisions/0020.
 */
export const realRuns = {
  p50: [1.39, 1.35, 1.37, 1.37, 1.36, 1.45, 1.64, 1.5, 1.5, 1.39],
  p99: [33.97, 38.06, 26.76, 24.87, 48.6, 36.44, 36.78, 32.19, 27.48, 22.52],
} as const;

export const stageNoise: Noise = { p50: 0.07, p99: 0.25, drift: 0.01 };

/** About normally distributed, by Box and Muller. */
export function normal(random: Random, sd = 1): number {
  return sd * Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

export const fingerprint: Fingerprint = {
  plan: { scenario: "browse", rate: "100/s" },
  target: { target: "stage-01", declaration: "d1" },
  program: { shop: "p1" },
  host: { cpu: "a processor", cores: "2" },
  versions: { bench: "0.1.0", node: "v20.20.2" },
};

/** 12,000 requests, all good, p50 10 ms and p99 40 ms; what is given is different. */
export function run(
  id: string,
  different: Partial<Record<string, number>> = {},
  more: Partial<RunSeen> = {},
): RunSeen {
  const values: Readonly<Record<string, number>> = {
    p50: 10,
    p95: 25,
    p99: 40,
    p999: 80,
    goodput: 400,
    errors: 0,
  };
  return {
    runId: id,
    startedAt: "2026-11-21T10:00:00.000Z",
    seed: 42,
    fingerprint,
    figures: Object.fromEntries(
      figureNames.map((name) => [name, { value: different[name] ?? values[name]!, requests: 12_000 }]),
    ),
    ...{ doubts: [], broken: [], graver: [] },
    ...more,
  };
}

/** Makes one run after the other; `factor` is how much longer everything takes than in the baseline. */
export class RunMaker {
  readonly #random: Random;
  readonly #noise: Noise;
  #drift = 0;
  #made = 0;

  constructor(noise: Noise, seed: number) {
    this.#noise = noise;
    this.#random = new Random(seed, 6_020);
  }

  make(factor = 1): RunSeen {
    this.#drift += normal(this.#random, this.#noise.drift);
    const latency = (ms: number, sd: number) =>
      ms * factor * Math.exp(this.#drift + normal(this.#random, sd));
    return run(`run-${this.#made++}`, {
      p50: latency(10, this.#noise.p50),
      p99: latency(40, this.#noise.p99),
      goodput: 400 * (1 + normal(this.#random, 0.002)),
    });
  }
}
