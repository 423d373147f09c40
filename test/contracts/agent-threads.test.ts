import { existsSync, readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { FineClock } from "../../agents/fine-clock.ts";
import { Health } from "../../agents/health.ts";
import { Watchdog } from "../../agents/watchdog.ts";
import { Cleanup } from "../../base/cleanup.ts";
import { systemClock } from "../../base/clock.ts";
import { Latency } from "../../metrics/latency.ts";

// Threads and real stalls have no simulated time; every case takes some tens of milliseconds.

let cleanup = new Cleanup();
afterEach(async () => {
  await cleanup[Symbol.asyncDispose]();
  cleanup = new Cleanup();
});

/** Pressure accounting can be compiled in and switched off, and then its file cannot be opened. */
function isReadable(path: string): boolean {
  try {
    return readFileSync(path, "utf8").startsWith("some");
  } catch {
    return false;
  }
}

/** Does nothing else for that long. */
function stall(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

test("alarms ring in order of their instants, never early, and not when cancelled", async () => {
  const clock = cleanup.use(await FineClock.start());
  const startedMs = clock.nowMs();
  const rung: [delayMs: number, isEarly: boolean][] = [];
  const ring = (delayMs: number) => () => rung.push([delayMs, clock.nowMs() - startedMs < delayMs]);
  for (const delayMs of [12.5, 0.3, 3.7, 3.2]) clock.after(delayMs, ring(delayMs));
  clock.after(5, ring(5))();
  await new Promise<void>((resolve) => clock.after(20, resolve));
  expect(rung).toEqual([
    [0.3, false],
    [3.2, false],
    [3.7, false],
    [12.5, false],
  ]);
});

test("an alarm set for an earlier instant than the one slept for is not missed", async () => {
  const clock = cleanup.use(await FineClock.start());
  clock.after(60_000, () => {});
  const startedMs = clock.nowMs();
  await new Promise<void>((resolve) => clock.after(2, resolve));
  expect(clock.nowMs() - startedMs).toBeLessThan(10_000);
});

test("an alarm that is put off again and again rings once, at its last instant", async () => {
  const clock = cleanup.use(await FineClock.start());
  const rung: number[] = [];
  let setAtMs = clock.nowMs();
  let cancel = clock.after(200, () => rung.push(clock.nowMs()));
  const untilMs = setAtMs + 10;
  while (setAtMs < untilMs) {
    await new Promise(setImmediate);
    cancel();
    // Before it is set: a busy machine may take milliseconds for the next line.
    setAtMs = clock.nowMs();
    cancel = clock.after(200, () => rung.push(clock.nowMs()));
  }
  await new Promise<void>((resolve) => clock.after(250, resolve));
  expect(rung).toHaveLength(1);
  expect(rung[0]! - setAtMs).toBeGreaterThan(199);
});

test("the watchdog sees a stall of the main loop while it lasts", async () => {
  const watchdog = cleanup.use(new Watchdog());
  const beating = setInterval(() => watchdog.beat(), 5);
  cleanup.defer(() => clearInterval(beating));
  // Its thread has to be up: it notes the silence before the first beat.
  await expect.poll(() => watchdog.takeLongestMs(), { interval: 20 }).toBeGreaterThan(0);
  stall(120);
  expect(watchdog.takeLongestMs()).toBeGreaterThan(60);
});

test("health covers the time since it was last taken", async () => {
  const health = cleanup.use(new Health(systemClock));
  stall(80);
  await new Promise((resolve) => setTimeout(resolve, 30));
  const { eventLoopDelay, cpuRatio, gcMs, gcLongestMs, stalledMs } = health.take();
  const delay = Latency.unpack(eventLoopDelay);
  expect(delay.maxUs).toBeGreaterThan(60_000);
  delay.release();
  expect(cpuRatio).toBeGreaterThan(0.05);
  expect(gcMs).toBeGreaterThanOrEqual(gcLongestMs);
  expect(stalledMs).toBeGreaterThanOrEqual(0);
  const fresh = Latency.unpack(health.take().eventLoopDelay);
  expect(fresh.count).toBeLessThan(3);
  fresh.release();
});

test("health knows of its host what this kernel tells, and nothing else", async () => {
  const health = cleanup.use(new Health(systemClock));
  // Jiffies are 10 ms long, and some have to pass.
  stall(60);
  const { pressure, throttling } = health.take();
  expect(pressure.stealRatio === undefined).toBe(!existsSync("/proc/stat"));
  expect(pressure.cpuSomeRatio === undefined).toBe(!isReadable("/proc/pressure/cpu"));
  for (const figure of [pressure.cpuSomeRatio ?? 0, pressure.stealRatio ?? 0]) {
    expect(figure).toBeGreaterThanOrEqual(0);
    expect(figure).toBeLessThanOrEqual(1);
  }
  expect(throttling?.throttledPeriods ?? 0).toBeLessThanOrEqual(throttling?.periods ?? 0);
});
