/** The page of a comparison: that it says what the JSON says, and draws it where it belongs. A browser: test/e2e/html-report.test.ts. */
import { describe, expect, test } from "vitest";
import { comparisonOf, notCompared } from "../../../verdict/comparison/comparison.ts";
import { usualRules } from "../../../verdict/comparison/figure.ts";
import { comparisonReports } from "../../../verdict/comparison/reports/catalog.ts";
import { intervalsChart, overTime } from "../../../verdict/comparison/reports/html-charts.ts";
import { type RunSeen, runSeen, type SecondSeen } from "../../../verdict/comparison/run-seen.ts";
import { judge } from "../../../verdict/judge.ts";
import { evidence, tallied } from "../../fakes/evidence.ts";
import { fingerprint, run } from "../../fakes/repeated-runs.ts";

const secondsAt = (p99Ms: number): readonly SecondSeen[] =>
  Array.from({ length: 20 }, (_, atS) => ({ atS, planned: 400, good: 398, p50Ms: 10, p99Ms: p99Ms + atS }));
const five = (p99: number, more: Partial<RunSeen> = {}) =>
  [0.99, 1, 1.01, 1, 1.005].map((factor, at) =>
    run(`run-${p99}-${at}`, { p99: p99 * factor }, { seconds: secondsAt(p99 * factor), ...more }),
  );
const held = (b: readonly RunSeen[], names: readonly [string, string] = ["baseline main", "stage-01"]) =>
  comparisonOf({
    ...{ names, a: five(40), b, isPaired: false, rules: usualRules, differences: [], isStrict: false },
    look: { runs: 5, alpha: 0.05 },
  });
const slower = held(five(60));
const page = comparisonReports.html(slower);
const wordsOf = (html: string) =>
  html.replaceAll(/<style>[\s\S]*?<\/style>|<[^>]+>/g, " ").replaceAll(/\s+/g, " ");

describe("the page", () => {
  test("begins with the answer and says the same figures as the text does", () => {
    const words = wordsOf(page);
    expect(words).toContain("REGRESSION: p99: worse by more than the margin");
    expect(words).toContain("5 runs against 5 runs; A is baseline main, B is stage-01");
    for (const { name } of slower.figures) expect(words).toContain(` ${name} `);
    const p99 = slower.figures.find(({ name }) => name === "p99")!;
    expect(words).toContain(
      `x ${p99.change!.value.toFixed(2)} [${p99.change!.low.toFixed(2)}, ${p99.change!.high.toFixed(2)}]`,
    );
    for (const { runId } of [...slower.a, ...slower.b]) expect(words).toContain(runId);
  });

  test("fetches nothing, runs nothing, and needs nothing beside it", () => {
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|<link|<img|https?:\/\/(?!www\.w3\.org)/);
  });

  test("ten runs of ten minutes are well below what people forward", () => {
    const long = Array.from({ length: 600 }, (_, atS) => ({
      atS,
      planned: 400,
      good: 398,
      p50Ms: 10,
      p99Ms: 41.237,
    }));
    const comparison = held(five(60, { seconds: long }));
    expect(comparisonReports.html({ ...comparison, a: five(40, { seconds: long }) }).length).toBeLessThan(
      400_000,
    );
  });

  test("names that would be markup are words", () => {
    const hostile = comparisonReports.html(held(five(60), ["<script>alert(1)</script>", "b"]));
    expect(hostile).not.toContain("<script>");
    expect(hostile).toContain("&lt;script&gt;");
  });

  test("runs that are not held together have no charts, and say why", () => {
    const refused = notCompared({ names: ["a", "b"], a: [], b: [], differences: [] }, ["another machine"]);
    const told = comparisonReports.html(refused);
    expect(wordsOf(told)).toContain("not made under the same circumstances: another machine");
    expect(told).not.toContain("<svg");
  });
});

describe("intervals", () => {
  const chart = intervalsChart(slower.figures);
  const rowOf = (name: string) => {
    const [, status = "", rest = ""] =
      new RegExp(`<g class="([a-z-]+)"><title>${name}:(.*?)</g>`, "s").exec(chart) ?? [];
    const [, dot] = /<circle cx="([\d.]+)"/.exec(rest) ?? [];
    return { status, dot: Number(dot) };
  };
  const limit = Number(/class="limit" x1="([\d.]+)"/.exec(chart)?.[1]);
  const none = Number(/class="grid" x1="([\d.]+)"/.exec(chart)?.[1]);

  test("a regression lies beyond its margin, and what has not changed at no change", () => {
    expect(rowOf("p99").status).toBe("regression");
    expect(rowOf("p99").dot).toBeGreaterThan(limit);
    expect(rowOf("p50").status).toBe("ok");
    expect(rowOf("p50").dot).toBeCloseTo(none, 0);
  });

  test("less of what should be more is drawn as worse", () => {
    const poorer = held(
      five(40).map((each) => ({
        ...each,
        figures: { ...each.figures, goodput: { value: 300, requests: 12_000 } },
      })),
    );
    const [, dot] = /<title>goodput:[\s\S]*?<circle cx="([\d.]+)"/.exec(intervalsChart(poorer.figures)) ?? [];
    const [, own] = /class="limit" x1="([\d.]+)"/.exec(intervalsChart(poorer.figures)) ?? [];
    expect(Number(dot)).toBeGreaterThan(Number(own));
  });

  test("one that is far off stays on the page", () => {
    const far = intervalsChart(held(five(4_000)).figures);
    for (const [, x] of far.matchAll(/(?:cx|x1|x2)="([\d.-]+)"/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(0);
      expect(Number(x)).toBeLessThanOrEqual(1_080);
    }
  });
});

describe("both sides over each other", () => {
  const shown = { title: "p99", unit: "ms", of: ({ p99Ms }: SecondSeen) => p99Ms };
  const pointsOf = (chart: string, side: "a" | "b", shape: "polyline" | "polygon") =>
    (new RegExp(`side-${side}">.*?<${shape} points="([^"]+)"`, "s").exec(chart)?.[1] ?? "")
      .split(" ")
      .map((each) => each.split(",").map(Number));

  test("the slower side lies above, a point for each second, its runs around it", () => {
    const chart = overTime(shown, slower);
    const [a, b] = [pointsOf(chart, "a", "polyline"), pointsOf(chart, "b", "polyline")];
    expect([a.length, b.length]).toEqual([20, 20]);
    for (const [at, [, y = 0]] of b.entries()) expect(y).toBeLessThan(a[at]![1]!);
    const band = pointsOf(chart, "b", "polygon").map(([, y]) => y!);
    expect(Math.min(...band)).toBeLessThan(Math.min(...b.map(([, y]) => y!)));
  });

  test("a second in which nothing was answered parts the line", () => {
    const silent = secondsAt(40).map(({ p50Ms: _, p99Ms, ...second }) => ({
      ...second,
      ...(second.atS !== 5 && { p99Ms: p99Ms! }),
    }));
    const chart = overTime(shown, { a: [run("one", {}, { seconds: silent })], b: [] });
    const lines = [...chart.matchAll(/<polyline points="([^"]+)"/g)].map(
      ([, points = ""]) => points.split(" ").length,
    );
    expect(lines).toEqual([5, 14]);
  });

  test("runs without seconds have no chart", () => {
    expect(overTime(shown, { a: [run("one")], b: [run("two")] })).toBe("");
  });
});

test("a run's seconds are those of its evidence: due, and answered well", () => {
  const seen = runSeen(evidence(), judge(evidence(), tallied()), fingerprint);
  expect(seen.seconds).toHaveLength(10);
  expect(seen.seconds![0]).toEqual({ atS: 0, planned: 400, good: 400, p50Ms: 3.2, p99Ms: 40 });
});
