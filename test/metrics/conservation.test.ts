import { expect, test } from "vitest";
import { Conservation } from "../../metrics/conservation.ts";
import type { Counts } from "../../metrics/interval.ts";

const none: Counts = { planned: 0, fired: 0, completed: 0, failed: 0, dropped: 0, inFlight: 0, waiting: 0 };

function breaksOf(...seconds: Partial<Counts>[]): string[] {
  const conservation = new Conservation("agent 1");
  return seconds.flatMap((counts, second) => [
    ...conservation.add({ second, counts: { ...none, ...counts } }),
  ]);
}

test("requests that wait, fly over the end of a second, fail or are dropped are all accounted for", () => {
  expect(
    breaksOf(
      { planned: 10, fired: 7, completed: 4, failed: 1, dropped: 1, inFlight: 2, waiting: 2 },
      { planned: 1, fired: 3, completed: 5 },
    ),
  ).toEqual([]);
});

test.each([
  { why: "a request vanished before it was fired", counts: { planned: 2, fired: 1, completed: 1 } },
  { why: "a request was fired that nobody planned", counts: { fired: 1, completed: 1 } },
  { why: "an answer vanished", counts: { planned: 2, fired: 2, completed: 1 } },
  { why: "an answer came twice", counts: { planned: 1, fired: 1, completed: 2 } },
])("it says so when $why", ({ counts }) => {
  const breaks = breaksOf({}, counts);
  expect(breaks.length).toBeGreaterThan(0);
  for (const sentence of breaks) expect(sentence).toMatch(/^agent 1, second 1: \d+/);
});

test("a hole in the seconds is a break", () => {
  const conservation = new Conservation("agent 0");
  conservation.add({ second: 0, counts: none });
  expect(conservation.add({ second: 2, counts: none })).toEqual(["agent 0, second 2: expected second 1"]);
});
