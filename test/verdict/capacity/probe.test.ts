import { describe, expect, it } from "vitest";
import { answerOf, badness, spoiltBy } from "../../../verdict/capacity/probe.ts";
import type { NodeSeen } from "../../../verdict/evidence.ts";
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

const node = (over: Partial<NodeSeen>): NodeSeen => ({
  ...{ name: "db", tier: "db", cpuBudgetMillicores: 300, cpuUsedRatio: 0, throttledRatio: 0 },
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

  it("is plainly bad when a tenth is proven late and a node had nothing left", () => {
    const bad = { answer: "bad", ratePerS: 200, offeredPerS: 400, completedPerS: 200 } as const;
    const busy = [node({ name: "shop", cpuUsedRatio: 0.3 }), node({ cpuUsedRatio: 0.97 })];
    const late = { of: 500, missed: 300 };
    const how = (seen: Parameters<typeof badness>[0]) => badness(seen, "cgroup-v1");
    expect(how({ ...bad, late, nodes: busy })).toEqual({ isPlain: true, carriedPerS: 100 });
    // A stall of the machine: everything waits, and nobody is busy.
    expect(how({ ...bad, late, nodes: [node({ cpuUsedRatio: 0.3 })] })).toEqual({});
    expect(how({ ...bad, late: { of: 500, missed: 20 }, nodes: busy })).toEqual({ carriedPerS: 100 });
    expect(how({ ...bad, completedPerS: 396, late, nodes: busy })).toEqual({ isPlain: true });
    expect(how({ ...bad, answer: "good", late, nodes: busy })).toEqual({});
  });

  it("is not plainly bad while the machine that a busy node shares is not full, nor where nobody holds budgets", () => {
    const bad = { answer: "bad", ratePerS: 200, offeredPerS: 400, completedPerS: 200 } as const;
    const late = { of: 500, missed: 300 };
    const shared = [
      node({ name: "shop", machine: "box", cpuUsedRatio: 0.95 }),
      node({ machine: "box", cpuUsedRatio: 0.2 }),
    ];
    expect(badness({ ...bad, late, nodes: shared }, "cgroup-v1")).toEqual({});
    expect(badness({ ...bad, late, nodes: [node({ cpuUsedRatio: 0.97 })] }, "none")).toEqual({});
  });

  it("is held to its errors only where somebody named a limit for them", () => {
    const seen = { late: { of: 500, missed: 1 }, errors: { of: 500, missed: 4 } };
    expect(answerOf(seen, { p99Ms: 250, errorRatio: 0.001 })).toBe("bad");
    expect(answerOf({ ...seen, late: { of: 500, missed: 0 } }, { p99Ms: 250 })).toBe("good");
  });
});
