import { expect, test } from "vitest";
import { Probe } from "../../agents/probe.ts";
import { Latency } from "../../metrics/latency.ts";
import { ManualClock } from "../fakes/manual-clock.ts";

function seenBy(probe: Probe): { count: number; maxUs: number } {
  const latency = Latency.unpack(probe.take());
  const seen = { count: latency.count, maxUs: latency.maxUs };
  latency.release();
  return seen;
}

test("a healthy loop gives a sample every 10 ms, none of them late", () => {
  const clock = new ManualClock();
  let beats = 0;
  const probe = new Probe(clock, () => beats++);
  clock.pass(1000);
  expect(seenBy(probe)).toEqual({ count: 100, maxUs: 0 });
  expect(beats).toBe(100);
  probe.stop();
});

test("a stall of 1 s yields the samples it deserves", () => {
  const clock = new ManualClock();
  const probe = new Probe(clock, () => {});
  clock.stall(1010);
  clock.pass(0);
  const { count, maxUs } = seenBy(probe);
  expect(count).toBe(100);
  expect(Math.round(maxUs / 10_000)).toBe(100);
  probe.stop();
});

test("each take starts afresh, and a stopped probe is silent", () => {
  const clock = new ManualClock();
  const probe = new Probe(clock, () => {});
  clock.pass(50);
  probe.take();
  expect(seenBy(probe)).toEqual({ count: 0, maxUs: 0 });
  probe.stop();
  expect(clock.timers).toBe(0);
});
