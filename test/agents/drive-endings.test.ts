import { expect, test } from "vitest";
import { identityBreaks } from "../../metrics/conservation.ts";
import { attemptsOf, driven, get, scenarioOf, scripted, startMs, told, tryToBuy, twice } from "./driven.ts";

test("a stop drops what waits, gives what flies a second, and leaves nothing of the journeys", async () => {
  const scenario = scenarioOf({ operations: { home: tryToBuy, again: get }, journeys: { twice } });
  const { clock, drive, intervals, end } = driven({
    scenario,
    shape: { ratePerS: 10, durationS: 60 },
    // The first two are answered, the third takes too long, the rest waits; the first shopper has come back by then.
    sender: scripted((number) => (number < 2 ? { afterMs: 10 } : {}), 1),
  });
  clock.pass(startMs + 400);
  drive.stop("somebody pressed Ctrl-C");
  clock.pass(5_000);
  await told();
  expect(end()).toEqual({ intervals: 2, cutShort: 1, because: "somebody pressed Ctrl-C" });
  expect(attemptsOf(intervals)).toEqual([
    [0, "accepted"],
    [4, "accepted"],
    [12, "never-sent"],
    [8, "indeterminate"],
  ]);
  expect(intervals.at(-1)!.counts).toMatchObject({ inFlight: 1, waiting: 0 });
  expect(identityBreaks("agent 0", intervals)).toEqual([]);
  expect(clock.timers).toBe(0);
});

test("a stop before the start ends without an interval", async () => {
  const { clock, drive, intervals, end } = driven();
  clock.pass(100);
  drive.stop("another agent was lost");
  clock.pass(5_000);
  await told();
  expect(intervals).toEqual([]);
  expect(end()).toEqual({ intervals: 0, cutShort: 0, because: "another agent was lost" });
});

test.each([
  {
    why: "one of two answers",
    texts: ["<html>", '{"ok":true}'],
    wrong: 1,
    says: /^1 answer could not be judged/,
  },
  { why: "all answers", texts: ["<html>", "<html>"], wrong: 2, says: /^2 answers could not be judged/ },
  {
    why: "pages of several lines",
    texts: ["<!doctype html>\n<h1>oops</h1>\r\n", "<html>"],
    wrong: 2,
    says: /the first at "home": not JSON: <!doctype html> <h1>oops<\/h1>$/,
  },
  { why: "a very long page", texts: ["x".repeat(5_000), "<html>"], wrong: 2, says: /: not JSON: x{189}…$/ },
])("a judge that cannot read $why finds it wrong, and the farewell says so on one line", async (row) => {
  const judge = (answer: { text(): string }) => {
    if (!answer.text().startsWith("{")) throw new Error(`not JSON: ${answer.text()}`);
    return "ok" as const;
  };
  const { clock, intervals, end } = driven({
    scenario: scenarioOf({ operations: { home: { ...get, judge } } }),
    shape: { ratePerS: 2, durationS: 1 },
    sender: scripted((number) => ({ afterMs: 1, text: row.texts[number]! })),
  });
  clock.pass(3_000);
  await told();
  expect(intervals[0]!.latencies[0]!.outcomes).toMatchObject({ wrong: row.wrong });
  const { because } = end() as { because: string };
  const [ending, oddity] = because.split("; ");
  expect(ending).toBe("all of it was driven");
  expect(oddity).toMatch(row.says);
  expect(oddity).not.toMatch(/[\r\n]/);
});

test("a scenario that breaks ends the drive with a sentence for its author", async () => {
  const scenario = scenarioOf({
    operations: {
      home: {
        request() {
          throw new Error("no such item");
        },
      },
    },
  });
  const { clock, end } = driven({ scenario });
  clock.pass(5_000);
  await told();
  expect(end()).toMatchObject({ kind: "usage", message: 'scenario "small" broke: no such item' });
});
