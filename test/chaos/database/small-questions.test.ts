/** How soon small questions are answered: by the questions alone, at any instant of a budget's period, and not for ever. */
import { expect, test } from "vitest";
import { meanAnswerMs } from "../../../chaos/database/small-questions.ts";
import { ManualClock } from "../../fakes/manual-clock.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Asks somebody who takes `answerMs` for each answer; `stopAtMs` is when it is broken off. */
async function asked(forMs: number, answerMs: number, stopAtMs = Number.POSITIVE_INFINITY) {
  const clock = new ManualClock();
  const stop = new AbortController();
  const atMs: number[] = [];
  const ask = async () => {
    atMs.push(clock.nowMs());
    clock.stall(answerMs);
  };
  const mean = meanAnswerMs(ask, { forMs, clock, signal: stop.signal }).catch((error: unknown) => error);
  for (let step = 0; step < 200 + forMs; step++) {
    await turn();
    if (clock.nowMs() >= stopAtMs) stop.abort(new Error("the run is broken off"));
    clock.pass(1);
  }
  return { atMs, mean: await mean };
}

test("rests between them are in no answer, and none is asked that would come after the time", async () => {
  const { atMs, mean } = await asked(100, 3);
  expect(mean).toBe(3);
  const rests = atMs.slice(1).map((each, index) => each - atMs[index]! - 3);
  expect([Math.min(...rests) >= 4, Math.max(...rests) <= 10]).toEqual([true, true]);
  expect(atMs.at(-1)).toBeLessThan(100);
  expect(atMs.at(-1)).toBeGreaterThanOrEqual(100 - 3 - 10);
});

test.each([0, 1, 3, 6, 13, 16])(
  "those of %d ms fall into every part of the 20 ms by which budgets are given out",
  async (answerMs) => {
    const { atMs } = await asked(4_000, answerMs);
    expect(new Set(atMs.map((each) => each % 20)).size).toBe(20);
  },
);

test("one is asked at least, however little time there is", async () => {
  expect(await asked(0, 5)).toEqual({ atMs: [0], mean: 5 });
});

test("whoever breaks it off does not wait for the end", async () => {
  const { atMs, mean } = await asked(100, 3, 5);
  expect(mean).toEqual(new Error("the run is broken off"));
  expect(atMs).toEqual([0]);
});
