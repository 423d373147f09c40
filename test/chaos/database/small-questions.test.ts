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
  for (let step = 0; step < 300; step++) {
    await turn();
    if (clock.nowMs() >= stopAtMs) stop.abort(new Error("the run is broken off"));
    clock.pass(1);
  }
  return { atMs, mean: await mean };
}

test("rests between them are in no answer, and none is asked that would come after the time", async () => {
  expect(await asked(100, 3)).toEqual({ atMs: [0, 10, 20, 30, 40, 50, 60, 70, 80, 90], mean: 3 });
});

test("they fall into every part of the 20 ms by which budgets are given out", async () => {
  const { atMs } = await asked(140, 0);
  expect(new Set(atMs.map((each) => each % 20)).size).toBe(20);
});

test("one is asked at least, however little time there is", async () => {
  expect(await asked(0, 5)).toEqual({ atMs: [0], mean: 5 });
});

test("whoever breaks it off does not wait for the end", async () => {
  const { atMs, mean } = await asked(100, 3, 12);
  expect(mean).toEqual(new Error("the run is broken off"));
  expect(atMs).toEqual([0, 10]);
});
