import { describe, expect, test } from "vitest";
import {
  Reader,
  readDurationS,
  readObjectives,
  readRatePerS,
  readRecover,
  readWhole,
} from "../../cli/arguments.ts";

describe("a duration", () => {
  test.each([
    { word: "30s", value: 30 },
    { word: "500ms", value: 0.5 },
    { word: "2m", value: 120 },
    { word: "1.5h", value: 5400 },
    { word: "45", value: 45 },
  ])("$word is $value s", ({ word, value }) => {
    expect(readDurationS("--duration", word)).toEqual({ value });
  });

  test.each(["", "fast", "-3s", "3 parsecs", "1e3", "s"])(
    "%j is a problem that shows how to write one",
    (word) => {
      expect(readDurationS("--duration", word)).toEqual({
        problem: expect.stringContaining("write for example"),
      });
    },
  );
});

describe("a rate", () => {
  test.each([
    { word: "500", value: 500 },
    { word: "2k/s", value: 2000 },
    { word: "2.5k", value: 2500 },
    { word: "6000/m", value: 100 },
    { word: "1M/h", value: 1e6 / 3600 },
  ])("$word is $value/s", ({ word, value }) => {
    expect(readRatePerS("--rate", word)).toEqual({ value });
  });

  test.each(["fast", "-5", "1/0s", "5/fortnight"])("%j is a problem", (word) => {
    expect(readRatePerS("--rate", word)).toHaveProperty("problem");
  });
});

describe("recovery objectives", () => {
  test("say what, how much and how soon", () => {
    expect(
      readRecover("--recover", "p99<0.2s within 20s, errors<=1% within 500ms,good>99.5% within 1m"),
    ).toEqual({
      value: [
        { figure: "p99", limit: 200, withinS: 20 },
        { figure: "errors", limit: 0.01, withinS: 0.5 },
        { figure: "good", limit: 0.995, withinS: 60 },
      ],
    });
  });

  test("of the fault itself have no time to hold in", () => {
    expect(readRecover("--recover", "detect<3s, amplification<=1.5,detect<500ms")).toEqual({
      value: [
        { figure: "detect", limit: 3 },
        { figure: "amplification", limit: 1.5 },
        { figure: "detect", limit: 0.5 },
      ],
    });
  });

  test.each([
    "detect<3",
    "detect<3s within 20s",
    "amplification<2x",
    "p99<200ms",
    "p99<200ms within",
    "p99<200ms within soon",
    "p99<200ms,errors<1% within 20s",
    "good<99% within 10s",
    "good>101% within 10s",
    "p95<200ms within 20s",
    "p99<200ms within 20s within 30s",
    "",
  ])("%j is not one, and the sentence shows how to write it", (word) => {
    expect(readRecover("--recover", word)).toEqual({
      problem: expect.stringMatching(/^--recover ".*" is not a recovery objective; write for example/),
    });
  });
});

describe("objectives", () => {
  test("both kinds are read, in milliseconds and as a ratio", () => {
    expect(readObjectives("--slo", "p99<0.25s, errors<=0.1%")).toEqual({
      value: { p99Ms: 250, errorRatio: 0.001 },
    });
  });

  test("an unknown metric is a problem, never ignored", () => {
    expect(readObjectives("--slo", "p98<250ms")).toEqual({ problem: expect.stringContaining('"p98<250ms"') });
  });
});

test.each([
  { word: "0", is: "below" },
  { word: "11", is: "above" },
  { word: "2.5", is: "broken" },
  { word: "", is: "nothing" },
])("a number that is $is its range is a problem", ({ word }) => {
  expect(readWhole("--agents", word, 1, 10)).toEqual({
    problem: `--agents "${word}" is not a whole number from 1 to 10`,
  });
});

test("a reader collects all problems and skips absent words", () => {
  const reader = new Reader();
  expect(reader.read(undefined, (word) => readWhole("--a", word, 1, 2))).toBeUndefined();
  expect(reader.read("2", (word) => readWhole("--b", word, 1, 2))).toBe(2);
  expect(reader.read("x", (word) => readWhole("--c", word, 1, 2))).toBeUndefined();
  expect(reader.read("y", (word) => readRatePerS("--d", word))).toBeUndefined();
  expect(reader.problems).toHaveLength(2);
});
