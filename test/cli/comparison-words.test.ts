import { describe, expect, test } from "vitest";
import { readComparisonWords, readMargins, refused, ruleProblems } from "../../cli/comparison-words.ts";
import { ruleName, usualRules } from "../../verdict/comparison/figure.ts";
import { differences } from "../../verdict/comparison/fingerprint.ts";
import { fingerprint } from "../fakes/repeated-runs.ts";

const margins = (...words: string[]) => {
  const problems: string[] = [];
  const rules = Object.fromEntries(readMargins(words, problems).map((rule) => [ruleName(rule), rule.margin]));
  return { rules, problems };
};

describe("margins", () => {
  test("are the usual ones when nobody says otherwise", () => {
    expect(margins().rules).toEqual({ p50: 0.05, p99: 0.1, goodput: 0.05, errors: 0.005 });
    expect(usualRules.every(({ isAsked }) => !isAsked)).toBe(true);
  });

  test("are changed, added and left out", () => {
    expect(margins("p99=15%,goodput=off", "order.p50=5%")).toEqual({
      rules: { p50: 0.05, p99: 0.15, errors: 0.005, "order.p50": 0.05 },
      problems: [],
    });
  });

  test("everything wrong is told at once, with the nearest name", () => {
    const { problems } = margins("p98=10%,p99=ten", "goodput=100%", "p50=0%", "errors=");
    expect(problems).toHaveLength(5);
    expect(problems[0]).toContain("did you mean");
    expect(problems[1]).toContain("p99=10%");
  });

  test("all off is nothing to compare", () => {
    expect(margins("p50=off,p99=off,goodput=off,errors=off").problems.join()).toContain("nothing to compare");
  });

  test("an operation nobody knows would never be worse", () => {
    const rules = readMargins(["oder.p50=5%"], []);
    expect(ruleProblems(rules, ["p50", "p99", "goodput", "errors", "order.p50"])).toEqual([
      '--margin: unknown figure "oder.p50"; did you mean "order.p50"?',
    ]);
  });
});

test("other words, all problems together", () => {
  const problems: string[] = [];
  readComparisonWords({ across: ["hots"], report: ["mrkdown=x", "junit"] }, problems);
  expect(problems).toHaveLength(3);
  expect(problems.join()).toMatch(/"host".*"markdown".*no path/);
});

describe("what differs", () => {
  const of = (part: "plan" | "target" | "program" | "host" | "versions") =>
    differences(fingerprint, { ...fingerprint, [part]: { ...fingerprint[part], more: "x" } });

  test("a load can never differ, a target only when it is meant: wrong words", () => {
    expect(() => refused(of("plan"), new Set(["target", "host", "versions"]))).toThrow(
      /not runs of the same/,
    );
    expect(() => refused(of("target"), new Set())).toThrow(/not runs of the same/);
    expect(refused(of("target"), new Set(["target"]))).toEqual([]);
  });

  test("machine and version are circumstances: nothing is wrong with the words", () => {
    expect(refused(of("host"), new Set())).toEqual(["host: more: none in A, x in B"]);
    expect(refused(of("versions"), new Set(["host"]))).toHaveLength(1);
    expect(refused(of("host"), new Set(["host"]))).toEqual([]);
  });

  test("the program is what one compares for", () => expect(refused(of("program"), new Set())).toEqual([]));
});
