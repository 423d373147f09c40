/** The whole way from evidence to exit code. */
import { describe, expect, test } from "vitest";
import { judge } from "../../verdict/judge.ts";
import { evidence, nothing, tallied, without } from "../fakes/evidence.ts";

const sale = { saleId: 3, itemId: 4711, initial: 10 };

test("a good run is upheld, with every check having spoken", () => {
  const verdict = judge(evidence(), tallied());
  expect(verdict).toMatchObject({ status: "upheld", exitCode: 0 });
  expect(verdict.findings.map((finding) => finding.check)).toEqual([
    "own-health",
    "agents-present",
    "completeness",
    "target-health",
    "no-oversell",
    "conservation",
    "no-lost-acknowledgement",
    "no-phantom",
    "no-duplicate",
    "per-user-limit",
    "throughput",
    "tail-latency",
    "errors",
  ]);
});

test("a run in which nothing happened is inconclusive, and nothing in it is upheld", () => {
  const verdict = judge(nothing(), undefined);
  expect(verdict).toMatchObject({ status: "inconclusive", exitCode: 5 });
  expect(verdict.findings.filter((finding) => finding.status === "upheld")).toEqual([]);
});

test.each([
  {
    why: "more was sold than there was",
    spoiling: { correctness: { stocks: [{ ...sale, remaining: 0, sold: 37 }] } },
    exitCode: 11,
  },
  { why: "the tail is above the claim", spoiling: { overall: { responseMs: { p99: 251 } } }, exitCode: 10 },
  {
    why: "the target answered too little",
    spoiling: { load: { completed: 3_900, failed: 100, completedPerS: 390 } },
    exitCode: 10,
  },
  {
    why: "too many answers were bad",
    spoiling: { overall: { outcomes: { ok: 3_990, error: 10 } } },
    exitCode: 10,
  },
  { why: "our agents were late", spoiling: { instrument: { slipMs: { p99: 26 } } }, exitCode: 5 },
  { why: "an interval was lost", spoiling: { instrument: { lostIntervals: 1 } }, exitCode: 5 },
  {
    why: "somebody pressed Ctrl-C",
    spoiling: { ending: { status: "interrupted", because: "Ctrl-C", measuredS: 4 } },
    exitCode: 5,
  },
  {
    why: "a node died",
    spoiling: {
      targetSeen: { deaths: [{ node: "shop-1", atS: 3, because: "exit code 137", lastLines: [] }] },
      ending: { status: "target-died", because: "shop-1 died", measuredS: 3 },
    },
    exitCode: 4,
  },
] as const)("exit code $exitCode when $why", ({ spoiling, exitCode }) => {
  expect(judge(evidence(spoiling), tallied()).exitCode).toBe(exitCode);
});

describe("when the instrument was the limit", () => {
  const late = { instrument: { slipMs: { p99: 40 } } };

  test("rate and latency become inconclusive, both ways, and say why", () => {
    const verdict = judge(evidence({ ...late, overall: { responseMs: { p99: 900 } } }), tallied());
    for (const finding of verdict.findings.filter((each) => each.kind === "performance")) {
      expect(finding.status).toBe("inconclusive");
      expect(finding.because).toContain("slip p99 was 40.0 ms");
    }
  });

  test("an oversell stands", () => {
    const verdict = judge(
      evidence({ ...late, correctness: { stocks: [{ ...sale, remaining: 0, sold: 11 }] } }),
      tallied(),
    );
    expect(verdict).toMatchObject({ status: "refuted", exitCode: 11 });
  });

  test("sound books stay upheld", () => {
    const books = judge(evidence(late), tallied()).findings.filter((each) => each.kind === "correctness");
    expect(books.map((finding) => finding.status)).toEqual(Array(6).fill("upheld"));
  });
});

test("a lost agent makes rates and latencies inconclusive, too", () => {
  const lost = { atS: 4, because: "silent for 3 s", lastWords: "" };
  const [first, second] = evidence().agents;
  const verdict = judge(evidence({ agents: [first!, { ...second!, lost }] }), tallied());
  expect(verdict.exitCode).toBe(5);
  expect(verdict.findings.find((finding) => finding.check === "tail-latency")).toMatchObject({
    status: "inconclusive",
    because: expect.stringContaining("agent-1 was lost"),
  });
});

test("a web server without books and without a claim is judged by its throughput", () => {
  const external = without(without(without(evidence(), "correctness"), "claim"), "strategy");
  const verdict = judge(external, undefined);
  expect(verdict.exitCode).toBe(0);
  expect(verdict.findings.map((finding) => finding.check)).toContain("throughput");
  expect(verdict.findings.some((finding) => finding.kind === "correctness")).toBe(false);
});

test("a figure that is not a number upholds nothing", () => {
  const verdict = judge(evidence({ overall: { responseMs: { p99: Number.NaN } } }), tallied());
  expect(verdict).toMatchObject({ status: "inconclusive", exitCode: 5 });
});

test("the same evidence gives the same verdict again", () => {
  expect(judge(evidence(), tallied())).toEqual(judge(evidence(), tallied()));
});
