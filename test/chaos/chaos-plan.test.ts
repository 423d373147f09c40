/** Words of --chaos and plan files: what they mean, and every problem at once. */
import { describe, expect, test } from "vitest";
import { Failure } from "../../base/failure.ts";
import { defineChaosPlan, isChaosFile, readWish } from "../../chaos/chaos-plan.ts";

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
      'fault 1 (kill): its "at" is not a time; write for example 20s',
      'fault 1 (kill): its "for" is not a time; write for example 20s',
      'fault 2 has no "fault", which is the name of one',
      'fault 3 (freeze): its "repeat.every" is not a time; write for example 20s',
      "fault 3 (freeze): repeat.times is not a whole number from 1",
      'quiet span 1 is not from a time to a later one; write for example ["40s", "60s"]',
      'hook drain: its "inject" is empty',
      'hook drain: its "verify" needs its method; write for example POST http://localhost/x',
      expect.stringMatching(/^hook fill: /),
      "its seed is not a whole number",
    ]);
  });

  test.each([undefined, null, 3, {}, { faults: "kill" }])("%j is none", (input) => {
    expect(() => defineChaosPlan(input as never)).toThrow(/is an object with a list of faults/);
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
