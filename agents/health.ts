/** How the agent itself is doing, second by second: the instrument is judged before what it measured. */
import { PerformanceObserver } from "node:perf_hooks";
import type { Clock } from "../base/clock.ts";
import type { Vitals } from "../metrics/recorder.ts";
import { Probe, probeEveryMs } from "./probe.ts";
import type { VitalSigns } from "./seconds.ts";
import { Surroundings } from "./surroundings.ts";
import { Watchdog } from "./watchdog.ts";

export class Health implements VitalSigns, AsyncDisposable {
  readonly #clock: Clock;
  readonly #watchdog = new Watchdog();
  readonly #probe: Probe;
  readonly #collections: PerformanceObserver;
  readonly #surroundings: Surroundings;
  #gcMs = 0;
  #gcLongestMs = 0;
  #cpu = process.cpuUsage();
  #sinceMs: number;

  /** `clock` must have plain timers: the probe looks at the loop, not at the pacer's alarms. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sinceMs = clock.nowMs();
    this.#surroundings = new Surroundings(this.#sinceMs);
    this.#probe = new Probe(clock, () => this.#watchdog.beat());
    this.#collections = new PerformanceObserver((seen) => this.#count(seen.getEntries()));
    this.#collections.observe({ entryTypes: ["gc"] });
  }

  take(): Omit<Vitals, "spunMs"> {
    this.#count(this.#collections.takeRecords());
    const nowMs = this.#clock.nowMs();
    const { user, system } = process.cpuUsage(this.#cpu);
    const usedMs = (user + system) / 1000;
    const vitals = {
      eventLoopDelay: this.#probe.take(),
      cpuRatio: usedMs / Math.max(1, nowMs - this.#sinceMs),
      gcMs: this.#gcMs,
      gcLongestMs: this.#gcLongestMs,
      // A healthy loop is silent from one beat to the next.
      stalledMs: Math.max(0, this.#watchdog.takeLongestMs() - probeEveryMs),
      ...this.#surroundings.take(nowMs),
    };
    this.#gcMs = 0;
    this.#gcLongestMs = 0;
    this.#cpu = process.cpuUsage();
    this.#sinceMs = nowMs;
    return vitals;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#collections.disconnect();
    this.#probe.stop();
    this.#surroundings[Symbol.dispose]();
    await this.#watchdog[Symbol.asyncDispose]();
  }

  #count(collections: readonly { readonly duration: number }[]): void {
    for (const { duration } of collections) {
      this.#gcMs += duration;
      this.#gcLongestMs = Math.max(this.#gcLongestMs, duration);
    }
  }
}
