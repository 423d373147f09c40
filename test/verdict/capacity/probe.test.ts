import { describe, expect, it } from "vitest";
import { answerOf, spoiltBy } from "../../../verdict/capacity/probe.ts";
import type { Finding } from "../../../verdict/finding.ts";
import { verdictOf } from "../../../verdict/verdict.ts";

const objective = { p99Ms: 250, errorRatio: 0.001 };
const answer = (lateOf: readonly [number, number], errorsOf: readonly [number, number]) =>
  answerOf(
    { late: { missed: lateOf[0], of: lateOf[1] }, errors: { missed: errorsOf[0], of: errorsOf[1] } },
    objective,
  );
const finding = (over: Partial<Finding>): Finding => ({
  ...{ check: "own-health", kind: "instrument", subject: "agents", status: "upheld", because: "all well" },
  ...over,
});

describe("a probe", () => {
  it("is good when its tail is proven, though so few requests cannot prove one error in a thousand", () => {
    expect(answer([0, 500], [0, 500])).toBe("good");
  });

  it("is bad when too many are late, or too many fail however fast", () => {
    expect(answer([50, 500], [0, 500])).toBe("bad");
    expect(answer([4, 500], [4, 500])).toBe("bad");
  });

  it("is open when neither is proven", () => {
    expect(answer([4, 500], [0, 500])).toBe("open");
    expect(answer([1, 700], [1, 700])).toBe("open");
  });

  it("is worth nothing when the instrument was not well, and worse when the books do not agree", () => {
    const sick = finding({ status: "refuted", because: "late" });
    const broken = finding({
      check: "no-oversell",
      kind: "correctness",
      status: "refuted",
      because: "sold 3 of 2",
    });
    expect(spoiltBy(verdictOf([sick]))).toEqual({ answer: "unsound", because: "late" });
    expect(spoiltBy(verdictOf([sick, broken]))).toEqual({ answer: "broken", because: "sold 3 of 2" });
    expect(spoiltBy(verdictOf([finding({})]))).toBeUndefined();
  });
});
