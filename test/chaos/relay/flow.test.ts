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

describe("one of several that is lifted", () => {
  /** The figures of one fault each. */
  const traces = () => [new FaultTrace(0), new FaultTrace(0)] as const;

  test("takes its own delay along, and leaves that of the other", () => {
    const { clock, out, put, say } = openFlow();
    const [long, short] = traces();
    const other = { delayMs: 100, jitterMs: 0, trace: short };
    put({ latencies: [{ delayMs: 10_000, jitterMs: 0, trace: long }, other] });
    say("a");
    clock.pass(30);
    put({ latencies: [other] });
    say("b");
    clock.pass(60_000);
    expect(out).toEqual([
      [100, "a"],
      [130, "b"],
    ]);
  });

  test("what had waited longer than the other asks for goes at once", () => {
    const { clock, out, put, say } = openFlow();
    const [long, short] = traces();
    const other = { delayMs: 100, jitterMs: 0, trace: short };
    put({ latencies: [{ delayMs: 10_000, jitterMs: 0, trace: long }, other] });
    say("a");
    clock.pass(500);
    put({ latencies: [other] });
    expect(out).toEqual([[500, "a"]]);
  });

  test("a delay, and the ends of connections are late as before", () => {
    const { clock, out, flow, put, say } = openFlow();
    const [long, slow] = traces();
    const lateEnds = [{ delayMs: 300, trace: slow }];
    put({ latencies: [{ delayMs: 60_000, jitterMs: 0, trace: long }], lateEnds });
    say("a");
    flow.takeEnd();
    clock.pass(10);
    put({ lateEnds });
    clock.pass(60_000);
    expect(out).toEqual([
      [10, "a"],
      [300, "FIN"],
    ]);
  });

  test("late ends, and what is delayed keeps its delay", () => {
    const { clock, out, flow, put, say } = openFlow();
    const [latency, slow] = traces();
    const latencies = [{ delayMs: 100, jitterMs: 0, trace: latency }];
    put({ latencies, lateEnds: [{ delayMs: 5_000, trace: slow }] });
    say("a");
    flow.takeEnd();
    clock.pass(10);
    put({ latencies });
    clock.pass(60_000);
    expect(out).toEqual([
      [100, "a"],
      [100, "FIN"],
    ]);
  });

  test("losses, of which the worst are waited for longest, and a delay beside them goes on", () => {
    const { clock, out, put, say } = openFlow();
    const [loss, latency] = traces();
    const latencies = [{ delayMs: 50, jitterMs: 0, trace: latency }];
    put({ latencies, losses: [{ ratio: 1, trace: loss }] });
    say("a");
    clock.pass(10);
    put({ latencies });
    clock.pass(600_000);
    expect(out).toEqual([[50, "a"]]);
  });

  test("a delay by which the tries of a loss took longer: they take as long as without it", () => {
    const { clock, out, put, say } = openFlow();
    const [loss, latency] = traces();
    const losses = [{ ratio: 1, trace: loss }];
    put({ latencies: [{ delayMs: 1_000, jitterMs: 0, trace: latency }], losses, rttMs: 2_000 });
    say("a");
    put({ losses });
    clock.pass(10_000_000);
    // Ten tries, which is the most: 200 ms, doubled each time. With the delay the first of them took 8 s.
    expect(out).toEqual([[200 * (2 ** 10 - 1), "a"]]);
  });

  test("one that is put differently holds nothing back for longer than it would now", () => {
    const { clock, trace, out, put, say } = openFlow();
    put({ latencies: [{ delayMs: 10_000, jitterMs: 0, trace }] });
    say("a");
    put({ latencies: [{ delayMs: 100, jitterMs: 20, trace }] });
    clock.pass(60_000);
    expect(out).toEqual([[120, "a"]]);
  });

  test("nothing overtakes when what came first is held back for longest", () => {
    const { clock, out, put, say } = openFlow();
    const [first, second] = traces();
    put({ latencies: [{ delayMs: 400, jitterMs: 0, trace: first }] });
    say("a");
    put({
      latencies: [
        { delayMs: 400, jitterMs: 0, trace: first },
        { delayMs: 10, jitterMs: 0, trace: second },
      ],
    });
    say("b");
    put({ latencies: [{ delayMs: 10, jitterMs: 0, trace: second }] });
    say("c");
    clock.pass(1_000);
    expect(out).toEqual([
      [0, "a"],
      [10, "b"],
      [10, "c"],
    ]);
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
