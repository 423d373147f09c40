import { describe, expect, test } from "vitest";
import { type Comparison, comparisonOf, notCompared } from "../../../verdict/comparison/comparison.ts";
import { usualRules } from "../../../verdict/comparison/figure.ts";
import { differences, differenceWords } from "../../../verdict/comparison/fingerprint.ts";
import { comparisonAnnotations } from "../../../verdict/comparison/reports/annotations.ts";
import { comparisonReports } from "../../../verdict/comparison/reports/catalog.ts";
import { comparisonMarkdown, mostBytes } from "../../../verdict/comparison/reports/markdown.ts";
import type { RunSeen } from "../../../verdict/comparison/run-seen.ts";
import { fingerprint, run } from "../../fakes/repeated-runs.ts";

const five = (p99: number, more: Partial<RunSeen> = {}) =>
  [0.99, 1, 1.01, 1, 1.005].map((factor, at) => run(`run-${p99}-${at}`, { p99: p99 * factor }, more));

function comparison(
  b: readonly RunSeen[],
  more: Partial<Parameters<typeof comparisonOf>[0]> = {},
): Comparison {
  return comparisonOf({
    names: ["baseline main", "stage-01"],
    ...{ a: five(40), b, isPaired: false, rules: usualRules, differences: [], isStrict: false },
    look: { runs: 5, alpha: 0.05 },
    ...more,
  });
}

const slower = comparison(five(60));
const same = comparison(five(40));
const wild = comparison([run("w1", { p99: 30 }), run("w2", { p99: 60 }), run("w3", { p99: 44 })]);

describe("the text", () => {
  test("begins with the answer, then the sides, then figures with margin and interval", () => {
    const lines = comparisonReports.text(slower).split("\n");
    expect(lines[0]).toBe("REGRESSION: p99: worse by more than the margin");
    expect(lines[1]).toBe("5 runs against 5 runs; A is baseline main, B is stage-01");
    const p99 = lines.find((line) => line.trim().startsWith("p99"));
    expect(p99).toMatch(/p99\s+40\.0 ms\s+60\.1? ?ms|60\.\d ms/);
    expect(p99).toMatch(/x 1\.50 \[1\.4\d, 1\.5\d\]\s+10 % more\s+REGRESSION/);
  });

  test.each([
    { seen: same, says: /^OK: p50, p99, goodput, errors: not worse/ },
    { seen: wild, says: /^INCONCLUSIVE: p99: not decided/ },
    {
      seen: comparison(five(40, { broken: ["3 units too many"] })),
      says: /^FAILED: 3 units too many \(run /,
    },
  ])("says $says", ({ seen, says }) => {
    expect(comparisonReports.text(seen)).toMatch(says);
  });

  test("says how many more runs would decide", () => {
    expect(comparisonReports.text(wild)).toMatch(/more runs? would decide|hardly decide/);
  });

  test("says what was set aside and what differs", () => {
    const other = { ...fingerprint, program: { shop: "p2" } };
    const text = comparisonReports.text(
      comparison([...five(40), run("late", {}, { doubts: ["our agents were late"] })], {
        differences: differences(fingerprint, other),
      }),
    );
    expect(text).toContain("set aside, of B: late: our agents were late");
    expect(text).toContain("program: shop: p1 in A, p2 in B");
  });
});

describe("the Markdown", () => {
  test("has a row for each figure, and words of a target are no markup", () => {
    const text = comparisonMarkdown(
      comparison(five(60, { runId: "a|b<script>" }), { names: ["main|x", "<b>"] }),
    );
    expect(text.match(/^\| (p50|p99|goodput|errors) /gm)).toHaveLength(4);
    expect(text).toContain("❌ REGRESSION");
    expect(text).toContain("main\\|x");
    expect(text).not.toContain("<b>");
  });

  test("is never longer than 64 kB, and says what is missing", () => {
    const many = Array.from({ length: 2_000 }, (_, at) =>
      run(`late-${at}`, {}, { doubts: ["late ".repeat(20)] }),
    );
    const text = comparisonMarkdown(comparison([...five(60), ...many]));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(mostBytes);
    expect(text).toMatch(/more lines; the JSON report has all/);
  });
});

describe("JUnit", () => {
  test.each([
    {
      what: "a regression is a failure",
      seen: slower,
      tag: '<failure type="regression"',
      counts: 'failures="1" errors="0"',
    },
    {
      what: "an undecided figure is skipped",
      seen: wild,
      tag: "<skipped",
      counts: 'failures="0" errors="0"',
    },
    {
      what: "broken books are an error",
      seen: comparison(five(40, { broken: ["3 units too many"] })),
      tag: '<error type="runs"',
      counts: 'errors="1"',
    },
  ])("$what", ({ seen, tag, counts }) => {
    const text = comparisonReports.junit(seen);
    expect(text).toContain(tag);
    expect(text).toContain(counts);
    expect(text).toContain('name="host cpu" value="a processor"');
  });

  test("words of a target cannot end an attribute", () => {
    const text = comparisonReports.junit(comparison(five(60), { names: ['"><x', "b"] }));
    expect(text).not.toContain("<x");
  });
});

describe("annotations", () => {
  test("none when all is well", () => expect(comparisonAnnotations(same)).toBe(""));

  test("the answer first, then the worst figures, and at most five", () => {
    const b = five(60).map((each, at) =>
      run(`b${at}`, { ...valuesOf(each), p50: 30, goodput: 100, errors: 0.4 }),
    );
    const late = Array.from({ length: 9 }, (_, at) => run(`late-${at}`, {}, { doubts: ["50%, late"] }));
    const lines = comparisonAnnotations(comparison([...b, ...late]))
      .trim()
      .split("\n");
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^::error title=bench::REGRESSION: p50, p99, goodput, errors/);
    expect(lines[1]).toMatch(/^::error title=bench%3A /);
    expect(lines.join("\n")).not.toMatch(/[^:]%(?!25|0A|0D|3A|2C)/);
  });

  test("broken books are an error, doubt is a warning", () => {
    expect(comparisonAnnotations(comparison(five(40, { broken: ["3 units"] })))).toMatch(/^::error/);
    expect(comparisonAnnotations(wild)).toMatch(/^::warning/);
  });
});

test("the JSON has every figure with interval, decision and the runs it was made of", () => {
  const seen = JSON.parse(comparisonReports.json(slower));
  expect(seen).toMatchObject({
    schemaVersion: 1,
    verdict: { status: "refuted", exitCode: 12 },
    a: { name: "baseline main" },
    isPaired: false,
  });
  expect(seen.figures.map(({ name }: { name: string }) => name)).toEqual(["p50", "p99", "goodput", "errors"]);
  expect(seen.figures[1]).toMatchObject({ status: "regression", margin: 0.1, scale: "ratio", worse: "more" });
  expect(seen.b.runs).toHaveLength(5);
});

test("across machines it is advisory, and says so", () => {
  const other = { ...fingerprint, host: { ...fingerprint.host, cores: "64" } };
  const seen = comparison(five(60), { differences: differences(fingerprint, other) });
  expect(seen.isAdvisory).toBe(true);
  expect(comparisonReports.text(seen)).toContain("(advisory: made on different machines)");
});

describe("runs of different circumstances that nobody accepted", () => {
  const other = { ...fingerprint, host: { ...fingerprint.host, cores: "64", cpu: "another" } };
  const apart = differences(fingerprint, other);
  const sides = { names: ["baseline main", "stage-01"] as const, a: five(40), b: [], differences: apart };
  const seen = notCompared(sides, apart.map(differenceWords));
  const because =
    "these runs were not made under the same circumstances: host: cpu: a processor in A, another in B, and 1 more";

  test("are inconclusive, and not advisory, which would be 0", () => {
    expect(seen).toMatchObject({
      isAdvisory: false,
      verdict: { status: "inconclusive", exitCode: 5, because },
    });
  });

  test("are told in every form, without figures and with everything that differs", () => {
    expect(comparisonReports.text(seen).split("\n").slice(0, 3)).toEqual([
      `INCONCLUSIVE: ${because}`,
      "5 runs against 0 runs; A is baseline main, B is stage-01",
      "",
    ]);
    for (const format of ["text", "markdown", "junit"] as const)
      expect(comparisonReports[format](seen), format).toContain("host: cores: 2 in A, 64 in B");
    expect(comparisonMarkdown(seen)).not.toContain("| figure |");
    expect(comparisonReports.junit(seen)).toContain('tests="1" failures="0" errors="0" skipped="1"');
    expect(comparisonAnnotations(seen)).toMatch(/^::warning title=bench::INCONCLUSIVE/);
    expect(JSON.parse(comparisonReports.json(seen))).toMatchObject({
      verdict: { exitCode: 5 },
      figures: [],
      differences: [{ what: "cpu" }, { what: "cores" }],
    });
  });
});

describe("strictness", () => {
  const few = five(40).map((each) => ({
    ...each,
    figures: { ...each.figures, p99: { value: 40, requests: 500 } },
  }));
  test("a figure that could not be held is shown", () => {
    const seen = comparison(few);
    expect(seen.verdict.exitCode).toBe(0);
    expect(comparisonReports.text(seen)).toMatch(
      /p99 .*not held\s+a run has 500 requests, and p99 takes 10000/,
    );
  });
  test("and makes the whole inconclusive when all are wanted", () => {
    expect(comparison(few, { isStrict: true }).verdict).toMatchObject({
      exitCode: 5,
      status: "inconclusive",
    });
  });
});

const valuesOf = ({ figures }: RunSeen) =>
  Object.fromEntries(Object.entries(figures).map(([name, { value }]) => [name, value]));
