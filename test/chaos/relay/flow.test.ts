import { describe, expect, test } from "vitest";
import { Random } from "../../../base/random.ts";
import { FaultTrace } from "../../../chaos/relay/fault-trace.ts";
import { Flow } from "../../../chaos/relay/flow.ts";
import { TokenBucket } from "../../../chaos/relay/token-bucket.ts";
import { noEffects, type WayEffects } from "../../../chaos/relay/way-effects.ts";
import { ManualClock } from "../../fakes/manual-clock.ts";

/** A flow whose sink writes down what comes out, and when. */
function openFlow() {
  const clock = new ManualClock();
  const trace = new FaultTrace(0);
  const out: [atMs: number, what: string][] = [];
  const seen = { isPaused: false, isFull: false };
  const flow = new Flow({
    ...{ connection: 1, clock, random: new Random(1) },
    source: { pause: () => (seen.isPaused = true), resume: () => (seen.isPaused = false) },
    sink: {
      write: (chunk) => {
        out.push([clock.nowMs(), chunk.length > 10 ? `${chunk.length} bytes` : chunk.toString()]);
        return !seen.isFull;
      },
      end: () => void out.push([clock.nowMs(), "FIN"]),
      reset: () => void out.push([clock.nowMs(), "RST"]),
    },
    passed() {},
    awaitsAnswer: () => false,
    cut() {},
  });
  const put = (effects: Partial<WayEffects>) => flow.change({ ...noEffects, isNone: false, ...effects });
  return { clock, trace, out, seen, flow, put, say: (word: string) => flow.take(Buffer.from(word)) };
}

describe("latency", () => {
  test("everything is exactly that late, also the end", () => {
    const { clock, trace, out, flow, put, say } = openFlow();
    put({ latencies: [{ delayMs: 100, jitterMs: 0, trace }] });
    say("a");
    clock.pass(30);
    say("b");
    flow.takeEnd();
    clock.pass(200);
    expect(out).toEqual([
      [100, "a"],
      [130, "b"],
      [130, "FIN"],
    ]);
    expect(trace.seen(true)).toMatchObject({ connections: 1, chunks: 3, bytes: 2 });
  });

  test("jitter never lets anything overtake", () => {
    const { clock, trace, out, put, say } = openFlow();
    put({ latencies: [{ delayMs: 50, jitterMs: 50, trace }] });
    for (let index = 0; index < 50; index++) {
      say(String(index));
      clock.pass(1);
    }
    clock.pass(200);
    expect(out.map(([, what]) => Number(what))).toEqual(Array.from({ length: 50 }, (_, index) => index));
    const lates = new Set(out.map(([atMs], index) => atMs - index));
    expect(lates.size).toBeGreaterThan(5);
  });

  test("what waits goes at once when it is lifted", () => {
    const { clock, trace, out, flow, put, say } = openFlow();
    put({ latencies: [{ delayMs: 10_000, jitterMs: 0, trace }] });
    say("a");
    clock.pass(5);
    flow.change(noEffects);
    expect(out).toEqual([[5, "a"]]);
    say("b");
    expect(out).toEqual([
      [5, "a"],
      [5, "b"],
    ]);
  });

  test("is no limit of the bandwidth: far more than what a connection usually holds may be on its way", () => {
    const { trace, seen, flow, put } = openFlow();
    put({ latencies: [{ delayMs: 200, jitterMs: 0, trace }] });
    for (let index = 0; index < 200; index++) flow.take(Buffer.alloc(100_000));
    expect(seen.isPaused).toBe(false);
  });
});

describe("bandwidth", () => {
  test("so many bytes a second, over any span", () => {
    const { clock, trace, out, flow, put } = openFlow();
    put({ buckets: [{ bucket: new TokenBucket(10_000), trace }] });
    flow.take(Buffer.alloc(20_000));
    clock.pass(1_000);
    const bytesOut = () => out.reduce((sum, [, what]) => sum + Number.parseInt(what, 10), 0);
    expect(bytesOut()).toBeGreaterThanOrEqual(9_900);
    expect(bytesOut()).toBeLessThanOrEqual(10_200);
    clock.pass(1_100);
    expect(bytesOut()).toBe(20_000);
  });

  test("is shared by all who have the same bucket", () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket(1_000);
    const first = bucket.reserve(500, clock.nowMs());
    expect(bucket.reserve(500, clock.nowMs()) - first).toBe(500);
  });

  test("a source that is faster has to wait, and goes on when half is gone", () => {
    const { clock, trace, seen, flow, put } = openFlow();
    put({ buckets: [{ bucket: new TokenBucket(1_000_000), trace }] });
    for (let index = 0; index < 5; index++) flow.take(Buffer.alloc(64 * 1024));
    expect(seen.isPaused).toBe(true);
    clock.pass(100);
    expect(seen.isPaused).toBe(true);
    clock.pass(150);
    expect(seen.isPaused).toBe(false);
  });
});

describe("a sink that takes no more", () => {
  test("lets the source wait until it does, and nothing is lost", () => {
    const { out, seen, flow, say } = openFlow();
    seen.isFull = true;
    say("a");
    expect(seen.isPaused).toBe(true);
    say("b");
    expect(out.map(([, what]) => what)).toEqual(["a"]);
    seen.isFull = false;
    flow.drained();
    expect(out.map(([, what]) => what)).toEqual(["a", "b"]);
    expect(seen.isPaused).toBe(false);
  });
});

describe("hold", () => {
  test("also an end and a reset wait, each in its place", () => {
    const { clock, trace, out, flow, put, say } = openFlow();
    put({ holds: [trace] });
    say("a");
    flow.takeReset();
    clock.pass(60_000);
    expect(out).toEqual([]);
    flow.change(noEffects);
    expect(out.map(([, what]) => what)).toEqual(["a", "RST"]);
  });
});

test("late ends: data goes at once, the end does not", () => {
  const { clock, trace, out, flow, put, say } = openFlow();
  put({ lateEnds: [{ delayMs: 300, trace }] });
  say("a");
  flow.takeEnd();
  clock.pass(400);
  expect(out).toEqual([
    [0, "a"],
    [300, "FIN"],
  ]);
});

test("loss: what was lost comes a wait of TCP later, and all behind it", () => {
  const { clock, trace, out, put, say } = openFlow();
  put({ losses: [{ ratio: 0.5, trace }] });
  for (let index = 0; index < 20; index++) say(String(index % 10));
  clock.pass(600_000);
  expect(out).toHaveLength(20);
  const times = out.map(([atMs]) => atMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  // One loss in a row is 200 ms, two are 200 + 400, three 200 + 400 + 800.
  for (const atMs of times)
    expect([0, 200, 600, 1_400, 3_000, 6_200, 12_600, 25_400, 51_000]).toContain(atMs);
  expect(times.at(-1)).toBeGreaterThan(0);
});
