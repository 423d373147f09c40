import { describe, expect, test } from "vitest";
import { shortOf } from "../../../controller/gate/enough-requests.ts";
import type { FigureName, Rule } from "../../../verdict/comparison/figure.ts";
import { run } from "../../fakes/repeated-runs.ts";

const rule = (figure: FigureName, operation?: string): Rule => ({
  ...{ figure, margin: 0.1, isAsked: true },
  ...(operation !== undefined && { operation }),
});
const plan = { durationS: 30, loadKind: "open", expectedRequests: 7_500 } as const;
const baselineOf = (figures: Readonly<Record<string, number>>) =>
  [1, 2, 3].map((at) =>
    run(
      `r${at}`,
      {},
      {
        figures: Object.fromEntries(
          Object.entries(figures).map(([name, requests]) => [name, { value: 1, requests }]),
        ),
      },
    ),
  );

test("a p99 of 7,500 requests tells nothing, and it is said how long a run has to be", () => {
  const all = [rule("p50"), rule("p99"), rule("errors"), rule("goodput")];
  expect(shortOf(all, plan, baselineOf({ p99: 7_400 }))).toEqual([
    {
      rule: rule("p99"),
      because:
        "p99 takes 10,000 requests of every run, and one of these makes about 7,500; --duration 50s would do, for the runs of the baseline, too",
    },
  ]);
});

describe("nothing is said against", () => {
  test.each([
    { why: "10,000 requests", asked: rule("p99"), plan: { ...plan, expectedRequests: 10_000 }, had: {} },
    { why: "a baseline that had more than was planned", asked: rule("p99"), plan, had: { p99: 12_000 } },
    { why: "an operation nobody has", asked: rule("p99", "order"), plan, had: { p99: 7_500 } },
    {
      why: "shoppers who wait for answers, of whom nobody knows",
      asked: rule("p99"),
      plan: { ...plan, loadKind: "closed", expectedRequests: 40 } as const,
      had: {},
    },
  ])("$why", ({ asked, plan: planned, had }) => {
    expect(shortOf([asked], planned, baselineOf(had))).toEqual([]);
  });
});

test("of one operation the runs of the baseline tell", () => {
  const seen = baselineOf({ p50: 7_500, "order.p50": 52, "home.p50": 2_000 });
  const short = shortOf([rule("p50", "order"), rule("p50", "home")], plan, seen);
  expect(short.map(({ because }) => because)).toEqual([
    expect.stringMatching(
      /^order\.p50 takes 200 requests of every run, and one of these makes about 52; --duration 140s/,
    ),
  ]);
});
