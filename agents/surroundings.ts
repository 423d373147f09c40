/** What keeps an agent from its CPU without its own doing: throttling of its cgroup, pressure and steal of its host. */
import { type PressureReading, pressureBetween, pressureOf } from "../metrics/host-pressure.ts";
import type { AgentHealth } from "../metrics/interval.ts";
import { type ThrottlingReading, throttlingBetween, throttlingOf } from "../metrics/throttling.ts";
import { type Kernel, type KernelFile, kernel } from "./kernel-file.ts";
import { cpuStatPaths } from "./own-cgroup.ts";

/**
 * Reads a handful of files at each `take`, synchronously. Where there are none (macOS), nothing is known.
 * Measured with Linux 6.18 on two cores, which others kept busy: 0.011 ms a take at the median of 2,000, 0.075 ms at p99.
 * /proc/stat takes the kernel longer the more CPUs and interrupts a machine has.
 */
export class Surroundings implements Disposable {
  readonly #pressure: KernelFile;
  readonly #stat: KernelFile;
  readonly #cpuStats: readonly KernelFile[];
  #before: Reading;

  constructor(nowMs: number, { whole, open }: Kernel = kernel) {
    const paths = cpuStatPaths(whole("/proc/self/mountinfo") ?? "", whole("/proc/self/cgroup") ?? "");
    this.#pressure = open("/proc/pressure/cpu");
    this.#stat = open("/proc/stat");
    this.#cpuStats = paths.map((path) => open(path));
    this.#before = this.#read(nowMs);
  }

  /** Since the last call. */
  take(nowMs: number): Pick<AgentHealth, "throttling" | "pressure"> {
    const before = this.#before;
    const now = this.#read(nowMs);
    this.#before = now;
    const [worst] = now.throttling
      .flatMap((to, level) => {
        const from = before.throttling[level];
        return from === undefined || to === undefined ? [] : [throttlingBetween(from, to)];
      })
      .sort((a, b) => b.throttledMs - a.throttledMs || b.periods - a.periods);
    return {
      ...(worst === undefined ? {} : { throttling: worst }),
      pressure: pressureBetween(before.pressure, now.pressure),
    };
  }

  [Symbol.dispose](): void {
    for (const file of [this.#pressure, this.#stat, ...this.#cpuStats]) file[Symbol.dispose]();
  }

  #read(nowMs: number): Reading {
    return {
      pressure: pressureOf(nowMs, this.#pressure.text(), this.#stat.text()),
      throttling: this.#cpuStats.map((file) => {
        const text = file.text();
        return text === undefined ? undefined : throttlingOf(text);
      }),
    };
  }
}

interface Reading {
  readonly pressure: PressureReading;
  /** Own cgroup first, then those above it; undefined where one tells nothing. */
  readonly throttling: readonly (ThrottlingReading | undefined)[];
}
