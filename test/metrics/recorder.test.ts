import { expect, test } from "vitest";
import { Latency } from "../../metrics/latency.ts";
import { Recorder } from "../../metrics/recorder.ts";
import { calm } from "./calm.ts";

const operations = ["home", "buy"];
const still = { inFlight: 0, waiting: 0 };
const home = 0;
const buy = 1;

function countOf(packed: Uint8Array): number {
  const latency = Latency.unpack(packed);
  const { count } = latency;
  latency.release();
  return count;
}

test("a second knows what was planned in it and what became known in it", () => {
  const recorder = new Recorder({ drive: 3, operations });
  recorder.planned(0);
  recorder.planned(0);
  recorder.fired(0, 100, 0);
  recorder.settled(0, 0, buy, "sold-out", 5_000, 4_000);
  recorder.attempt(0, 17, "rejected");
  recorder.fired(0, 100, 20);
  const interval = recorder.close(0, { inFlight: 1, waiting: 0 }).interval("open", calm);
  expect(interval).toMatchObject({
    drive: 3,
    second: 0,
    phase: "open",
    counts: { planned: 2, fired: 2, completed: 1, failed: 0, dropped: 0, inFlight: 1, waiting: 0 },
    latencies: [{ plannedSecond: 0, operation: "buy", outcomes: { "sold-out": 1 } }],
    attempts: [{ attempt: 17, booked: "rejected" }],
  });
  expect(countOf(interval.health.slip)).toBe(2);
});

test("what happened after the second's end belongs to the next, even when the second is closed late", () => {
  const recorder = new Recorder({ drive: 0, operations });
  recorder.planned(0);
  recorder.planned(0);
  recorder.planned(1);
  recorder.fired(1, 50, 0);
  recorder.fired(1, 50, 0);
  recorder.settled(1, 0, home, "ok", 900, 800);
  // Only now is second 0 closed: the sender has one in flight and one waiting.
  const first = recorder.close(0, { inFlight: 1, waiting: 1 }).interval("open", calm);
  expect(first.counts).toEqual({
    planned: 2,
    fired: 0,
    completed: 0,
    failed: 0,
    dropped: 0,
    inFlight: 0,
    waiting: 2,
  });
  expect(first.latencies).toEqual([]);
  const second = recorder.close(1, { inFlight: 1, waiting: 1 }).interval("open", calm);
  expect(second.counts).toMatchObject({ planned: 1, fired: 2, completed: 1, inFlight: 1, waiting: 1 });
});

test("latencies of one second are kept apart by planned second and operation, in that order", () => {
  const recorder = new Recorder({ drive: 0, operations });
  recorder.close(0, still).interval("open", calm);
  recorder.settled(1, 1, home, "ok", 1, 1);
  recorder.settled(1, 0, home, "timeout", 1_000_000, 1_000_000);
  recorder.settled(1, 1, buy, "ok", 1, 1);
  const { latencies } = recorder.close(1, still).interval("open", calm);
  expect(latencies.map(({ plannedSecond, operation }) => [plannedSecond, operation])).toEqual([
    [0, "home"],
    [1, "buy"],
    [1, "home"],
  ]);
});

test("a request that was never sent has a response time and no service time", () => {
  const recorder = new Recorder({ drive: 0, operations });
  recorder.fired(0, -1, -1);
  recorder.settled(0, 0, home, "disconnected", 700, -1);
  const { counts, latencies, health } = recorder.close(0, still).interval("open", calm);
  expect(counts).toMatchObject({ fired: 1, failed: 1, completed: 0 });
  expect([latencies[0]!.response, latencies[0]!.service, health.slip].map(countOf)).toEqual([1, 0, 0]);
});

test("an event for a closed second is not lost", () => {
  const recorder = new Recorder({ drive: 0, operations });
  recorder.close(0, still).interval("open", calm);
  recorder.planned(0);
  expect(recorder.close(1, still).interval("open", calm).counts.planned).toBe(1);
});

test("encoding step by step gives what encoding at once gives", () => {
  const [whole, stepped] = [0, 1].map((isStepped) => {
    const recorder = new Recorder({ drive: 0, operations });
    recorder.settled(0, 0, home, "ok", 10, 5);
    recorder.settled(0, 0, buy, "busy", 20, 15);
    const closed = recorder.close(0, still);
    let steps = 0;
    if (isStepped) while (closed.encodeOne()) steps++;
    expect(steps).toBe(isStepped ? 2 : 0);
    return closed.interval("open", calm);
  });
  expect(stepped).toEqual(whole);
});

test("seconds are closed in order", () => {
  expect(() => new Recorder({ drive: 0, operations }).close(1, still)).toThrow("second 1");
});
