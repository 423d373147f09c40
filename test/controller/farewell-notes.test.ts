import { expect, test } from "vitest";
import type { DriveEnd } from "../../agents/drive.ts";
import { farewellNotes } from "../../controller/farewell-notes.ts";
import { driven, get, scenarioOf, scripted, startMs, told } from "../agents/driven.ts";

const farewells = (...said: readonly { because: string; cutShort?: number }[]) =>
  new Map(said.map(({ because, cutShort = 0 }, agent) => [agent, { because, cutShort }]));

test.each([
  { why: "all was driven", because: "all of it was driven", ended: undefined, notes: [] },
  { why: "it was stopped", because: "interrupted; twice", ended: "interrupted; twice", notes: [] },
  {
    why: "all was driven, and something was odd",
    because: "all of it was driven; 12 answers could not be judged; oh",
    ended: undefined,
    notes: ["agent-0: 12 answers could not be judged; oh"],
  },
  {
    why: "it was stopped, and something was odd",
    because: "agent 1 is gone; 3 answers could not be judged",
    ended: "agent 1 is gone",
    notes: ["agent-0: 3 answers could not be judged"],
  },
  {
    why: "it ended for a reason nobody knows",
    because: "all of it was dreamt",
    ended: undefined,
    notes: ["agent-0: all of it was dreamt"],
  },
])("a farewell has to say $notes when $why", ({ because, ended, notes }) => {
  expect(farewellNotes(farewells({ because }), ended)).toEqual(notes);
});

test("agents speak in the order of their numbers, and journeys cut short are summed", () => {
  const said = farewells(
    { because: "all of it was driven; b", cutShort: 30 },
    { because: "all of it was driven; a", cutShort: 7 },
  );
  expect(farewellNotes(new Map([...said].toReversed()), undefined)).toEqual([
    "agent-0: b",
    "agent-1: a",
    "37 journeys of 2 agents would have gone on after the end of the load",
  ]);
});

test("no farewell, no notes", () => expect(farewellNotes(new Map(), undefined)).toEqual([]));

test("what a real drive says is understood: an end as planned, a stop, and a judge that throws", async () => {
  const judge = () => {
    throw new Error("no luck");
  };
  const odd = scenarioOf({ operations: { home: { ...get, judge } } });
  const shape = { ratePerS: 2, durationS: 1 };
  const ends: (DriveEnd | Error | undefined)[] = [];
  for (const [scenario, stop] of [
    [scenarioOf(), undefined],
    [scenarioOf(), "interrupted"],
    [odd, undefined],
  ] as const) {
    const { clock, drive, end } = driven({ scenario, shape, sender: scripted(() => ({ afterMs: 1 })) });
    clock.pass(startMs + 300);
    if (stop !== undefined) drive.stop(stop);
    clock.pass(5_000);
    await told();
    ends.push(end());
  }
  expect(ends.map((end) => farewellNotes(farewells(end as DriveEnd), "interrupted"))).toEqual([
    [],
    [],
    ['agent-0: 2 answers could not be judged, the first at "home": no luck'],
  ]);
});
