/** What became of each operation in each planned second, in runs that want to know. */
import { expect, test } from "vitest";
import type { Outcome } from "../../metrics/outcome.ts";
import { Recorder } from "../../metrics/recorder.ts";
import { Timeline } from "../../metrics/timeline.ts";
import { calm } from "./calm.ts";

const still = { inFlight: 0, waiting: 0 };
const operations = ["home", "pay"];

/** Settled in its own second unless `later`; response time in milliseconds. */
interface Settled {
  readonly operation: number;
  readonly outcome: Outcome;
  readonly ms: number;
  readonly later?: true;
}

function secondsOf(goodWithinMs: number | undefined, settled: readonly Settled[]) {
  const recorder = new Recorder({ drive: 0, operations });
  const timeline = new Timeline({ agents: 1, warmupS: 0, durationS: 2, goodWithinMs });
  for (const second of [0, 1]) {
    for (const { operation, outcome, ms, later = false } of settled)
      if (Number(later) === second) recorder.settled(second, 0, operation, outcome, ms * 1_000, ms * 1_000);
    timeline.add(0, recorder.close(second, still).interval("open", calm));
  }
  const seconds = timeline.seconds();
  timeline.release();
  return seconds;
}

test("good are those answered well and in time, under the second they were planned in", () => {
  const [first, second] = secondsOf(100, [
    { operation: 0, outcome: "ok", ms: 20 },
    { operation: 0, outcome: "sold-out", ms: 30 },
    { operation: 0, outcome: "ok", ms: 800, later: true },
    { operation: 1, outcome: "error", ms: 5 },
    { operation: 1, outcome: "ok", ms: 5 },
  ]);
  expect(first!.operations).toEqual({ home: { settled: 3, good: 2 }, pay: { settled: 2, good: 1 } });
  expect(second!.operations).toEqual({});
});

test("late ones are taken to be the bad ones as far as there are any, so no more is lost than was", () => {
  const timedOut = { operation: 0, outcome: "timeout", ms: 10_000 } as const;
  const late = { operation: 0, outcome: "ok", ms: 500 } as const;
  expect(secondsOf(100, [timedOut, timedOut, { ...late, ms: 5 }])[0]!.operations).toEqual({
    home: { settled: 3, good: 1 },
  });
  expect(secondsOf(100, [timedOut, late, late])[0]!.operations).toEqual({ home: { settled: 3, good: 0 } });
});

test("they are not kept where nobody asked for them", () => {
  expect(secondsOf(undefined, [{ operation: 0, outcome: "ok", ms: 1 }])[0]).not.toHaveProperty("operations");
});
