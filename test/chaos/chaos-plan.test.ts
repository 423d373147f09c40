/** Words of --chaos and plan files: what they mean, and every problem at once. */
import { describe, expect, test } from "vitest";
import { Failure } from "../../base/failure.ts";
import { chaosPlanOf, defineChaosPlan, isChaosFile, readWish } from "../../chaos/chaos-plan.ts";

describe("a wish in one word", () => {
  test.each([
    { word: "kill:shop-2@20s+15s", wish: { fault: "kill", where: "shop-2", atS: 20, forS: 15 } },
    {
      word: "replica-lag=2s:tier=db@40s+20s",
      wish: { fault: "replica-lag", value: "2s", where: "tier=db", atS: 40, forS: 20 },
    },
    { word: "avalanche=50%:cache@1m", wish: { fault: "avalanche", value: "50%", where: "cache", atS: 60 } },
    {
      word: "latency=200ms~50ms:shop-1>db@1.5s+500ms",
      wish: { fault: "latency", value: "200ms~50ms", where: "shop-1>db", atS: 1.5, forS: 0.5 },
    },
    {
      word: "kill:tier=app,zone=b*1@0+5",
      wish: { fault: "kill", where: "tier=app,zone=b*1", atS: 0, forS: 5 },
    },
    { word: "hook=drain@20s+10s", wish: { fault: "hook", value: "drain", atS: 20, forS: 10 } },
  ])("$word", ({ word, wish }) => expect(readWish(word)).toEqual(wish));

  test.each([
    "",
    "kill",
    "kill:shop-2",
    "kill@",
    "@20s",
    "Kill:shop@2",
    "kill:shop@2+",
    "kill:@2",
    "kill=@2",
  ])("%j is none, and says how one looks", (word) =>
    expect(readWish(word)).toMatchObject({ problem: expect.stringContaining("kill:shop-2@20s+15s") }),
  );

  test.each(["kill:shop@soon+5s", "kill:shop@5s+long", "kill:shop@-5s"])("%s: not a time", (word) =>
    expect(readWish(word)).toMatchObject({
      problem: expect.stringMatching(/is not a time; write for example 20s/),
    }),
  );
});

test.each([
  ["plan.yaml", true],
  ["./chaos/night.ts", true],
  ["kill:shop-2@20s+15s", false],
])("%s names a file: %s", (word, is) => expect(isChaosFile(word)).toBe(is));

describe("a plan file", () => {
  test("has a seed, faults that repeat, quiet spans and hooks", () => {
    const plan = defineChaosPlan({
      seed: 7,
      faults: [
        { fault: "kill", where: "tier=app*1", at: "20s", for: "5s", repeat: { times: 3, every: "30s" } },
        { fault: "hook", value: "drain", at: "2m", for: "10s" },
      ],
      quiet: [["50s", "60s"]],
      hooks: { drain: { inject: "./drain", verify: "./is-drained", undo: "./undrain", limit: "2s" } },
    });
    expect(plan).toEqual({
      seed: 7,
      wishes: [
        { fault: "kill", where: "tier=app*1", atS: 20, forS: 5, repeat: { times: 3, everyS: 30 } },
        { fault: "hook", value: "drain", atS: 120, forS: 10 },
      ],
      quiet: [{ fromS: 50, toS: 60 }],
      hooks: {
        drain: {
          inject: { command: "./drain" },
          verify: { command: "./is-drained" },
          undo: { command: "./undrain" },
          limitMs: 2_000,
          folder: process.cwd(),
        },
      },
    });
  });

  test("that is wrong in many ways says all of them", () => {
    const bad = {
      seed: 1.5,
      faults: [
        { fault: "kill", at: "soon", for: "a while" },
        { at: "5s" },
        { fault: "freeze", at: "5s", for: "5s", repeat: { times: 0, every: "x" } },
      ],
      quiet: [["60s", "50s"]],
      hooks: { drain: { inject: "", verify: "http://localhost/x" }, fill: 3 },
    } as never;
    expect(problemsOf(bad)).toEqual([
      'its "seed" is not a whole number',
      'fault 1 (kill): its "at" is not a time; write for example 20s',
      'fault 1 (kill): its "for" is not a time; write for example 20s',
      'fault 2 has no "fault", which is the name of one',
      'fault 3 (freeze): its "repeat.times" is not a whole number from 1 to 10000',
      'fault 3 (freeze): its "repeat.every" is not a time; write for example 20s',
      'quiet span 1 is not from a time to a later one; write for example ["40s", "60s"]',
      'hook drain: its "inject" is empty',
      'hook drain: its "verify" needs its method; write for example POST http://localhost/x',
      expect.stringMatching(/^hook fill: /),
    ]);
  });

  const kill = { fault: "kill", where: "shop-2", at: "20s" };
  test.each([
    {
      why: "a misspelt field of the plan",
      plan: { faults: [], qiuet: [] },
      says: ['unknown field "qiuet"; did you mean "quiet"?'],
    },
    {
      why: "fields of a fault that nobody reads",
      plan: { faults: [{ ...kill, duration: "5s", vlaue: "2s" }] },
      says: [
        'fault 1 (kill): unknown field "duration"; known: fault, value, where, at, for, repeat',
        'fault 1 (kill): unknown field "vlaue"; did you mean "value"?',
      ],
    },
    {
      why: "a repetition that does not say how often",
      plan: { faults: [{ ...kill, repeat: { every: "20s" } }] },
      says: ['fault 1 (kill): its "repeat.times" is not a whole number from 1 to 10000'],
    },
    {
      why: "a misspelt field of a repetition",
      plan: { faults: [{ ...kill, repeat: { times: 2, every: "20s", tiems: 3 } }] },
      says: ['fault 1 (kill): its "repeat": unknown field "tiems"; did you mean "times"?'],
    },
    {
      why: "a repetition left empty",
      plan: { faults: [{ ...kill, repeat: null }] },
      says: ['fault 1 (kill): its "repeat" is not like { times: 3, every: "20s" }'],
    },
    {
      why: "so many times that nobody meant it",
      plan: { faults: [{ ...kill, repeat: { times: 1e12, every: "20s" } }] },
      says: ['fault 1 (kill): its "repeat.times" is not a whole number from 1 to 10000'],
    },
    {
      why: "a number for where",
      plan: { faults: [{ ...kill, where: 5 }] },
      says: ['fault 1 (kill): its "where" is not a word; write for example shop-2'],
    },
    {
      why: "a fault in one word",
      plan: { faults: ["kill:shop-2@20s", kill] },
      says: ['fault 1 is not like { fault: "kill", where: "shop-2", at: "20s", for: "5s" }'],
    },
    {
      why: "numbers for the ends of a quiet span",
      plan: { faults: [], quiet: [[40, 50]] },
      says: ['quiet span 1 is not from a time to a later one; write for example ["40s", "60s"]'],
    },
    {
      why: "a quiet span that is no list",
      plan: { faults: [], quiet: "40s" },
      says: ['its "quiet" is not a list of spans; write for example [["40s", "60s"]]'],
    },
    {
      why: "a misspelt field of a hook",
      plan: { faults: [], hooks: { drain: { inject: "a", verify: "b", udno: "c" } } },
      says: ['hook drain: unknown field "udno"; did you mean "undo"?'],
    },
  ])("with $why is refused", ({ plan, says }) => expect(problemsOf(plan as never)).toEqual(says));

  test("may give a value as a number", () => {
    const plan = defineChaosPlan({ faults: [{ ...kill, value: 2 as never }] });
    expect(plan.wishes).toEqual([{ fault: "kill", where: "shop-2", value: "2", atS: 20 }]);
  });

  test.each([undefined, null, 3, {}, { faults: "kill" }])("%j is none", (input) =>
    expect(problemsOf(input as never)).toEqual(["a chaos plan is an object with a list of faults"]),
  );

  test("that a file exports is taken as it was made, and otherwise read as if it were written plainly", () => {
    const made = defineChaosPlan({ faults: [kill] });
    expect(chaosPlanOf(made)).toBe(made);
    expect(chaosPlanOf({ faults: [kill] })).toEqual(made);
    expect(() => chaosPlanOf({ wishes: 5, faults: [] })).toThrow(Failure);
    for (const none of [null, 5]) expect(() => chaosPlanOf(none)).toThrow(Failure);
  });
});

function problemsOf(input: Parameters<typeof defineChaosPlan>[0]): readonly string[] {
  try {
    defineChaosPlan(input);
    return [];
  } catch (error) {
    if (error instanceof Failure && error.kind === "usage") return error.problems;
    throw error;
  }
}
