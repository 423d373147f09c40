import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CallTime } from "../../../../targets/shop/bus/call-time.ts";
import { type Entry, Lane } from "../../../../targets/shop/bus/lane.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const time = (limitMs = 1_000) => new CallTime(limitMs, () => performance.now());

/** Which of these have entered, in order of time. */
async function entering(lane: Lane, names: readonly string[]) {
  const entered: string[] = [];
  const entries = new Map<string, Entry>();
  for (const name of names) {
    void Promise.resolve(lane.enter(time().signal)).then((entry) => {
      entries.set(name, entry);
      if (entry.status === "entered") entered.push(name);
    });
  }
  await settled();
  return {
    entered,
    statusOf: (name: string) => entries.get(name)?.status,
    async leave(name: string) {
      const entry = entries.get(name);
      if (entry?.status === "entered") entry.leave();
      await settled();
    },
  };
}

const settled = () => vi.advanceTimersByTimeAsync(0);

describe("a lane", () => {
  test("lets in as many as it has room for, the others in order of their coming", async () => {
    const lane = new Lane({ inHand: 2, waiting: 5 });
    const calls = await entering(lane, ["a", "b", "c", "d"]);
    expect(calls.entered).toEqual(["a", "b"]);
    expect([lane.inHand, lane.waiting]).toEqual([2, 2]);
    await calls.leave("b");
    expect(calls.entered).toEqual(["a", "b", "c"]);
    await calls.leave("a");
    expect(calls.entered).toEqual(["a", "b", "c", "d"]);
    await calls.leave("c");
    await calls.leave("d");
    expect([lane.inHand, lane.waiting]).toEqual([0, 0]);
  });

  test("turns away who would make the line too long", async () => {
    const calls = await entering(new Lane({ inHand: 1, waiting: 1 }), ["a", "b", "c"]);
    expect(["a", "b", "c"].map(calls.statusOf)).toEqual(["entered", undefined, "full"]);
  });

  test("gives up its place once, however often who left says so", async () => {
    const lane = new Lane({ inHand: 1, waiting: 5 });
    const calls = await entering(lane, ["a", "b", "c"]);
    await calls.leave("a");
    await calls.leave("a");
    expect(calls.entered).toEqual(["a", "b"]);
    expect(lane.inHand).toBe(1);
  });

  test("tells whose time was over before their turn, and calls the next one instead", async () => {
    const lane = new Lane({ inHand: 1, waiting: 5 });
    const calls = await entering(lane, ["a"]);
    const hurried = Promise.resolve(lane.enter(time(50).signal));
    const patient = Promise.resolve(lane.enter(time(5_000).signal));
    await vi.advanceTimersByTimeAsync(50);
    expect(await hurried).toEqual({ status: "late" });
    expect(lane.waiting).toBe(1);
    await calls.leave("a");
    expect((await patient).status).toBe("entered");
  });

  test("forgets who left while waiting", async () => {
    const lane = new Lane({ inHand: 1, waiting: 5 });
    await entering(lane, ["a"]);
    const waiting = time();
    const entry = Promise.resolve(lane.enter(waiting.signal));
    waiting.callerLeft();
    expect(await entry).toEqual({ status: "gone" });
    expect(lane.waiting).toBe(0);
  });

  test("does not let in whose time is over already", async () => {
    const over = time(10);
    await vi.advanceTimersByTimeAsync(10);
    expect(new Lane({ inHand: 1, waiting: 1 }).enter(over.signal)).toEqual({ status: "late" });
    expect(over.leftMs).toBe(0);
  });
});
