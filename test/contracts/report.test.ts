/** What every report promises, run over the whole catalogue. */
import { describe, expect, test } from "vitest";
import { judge } from "../../verdict/judge.ts";
import { findReport, reports } from "../../verdict/reports/catalog.ts";
import type { Judged, Report } from "../../verdict/reports/report.ts";
import { resultSchema } from "../../verdict/result-schema.ts";
import { badBetween, disturbed, faultSeen } from "../fakes/disturbed.ts";
import { evidence, nothing, tallied, unlimited, without } from "../fakes/evidence.ts";

const judged = (seen: Judged["evidence"], tally: Judged["tally"]): Judged => ({
  evidence: seen,
  tally,
  verdict: judge(seen, tally),
});

const nasty = `</td> & "quoted" | piped \`ticks\` \u0007 \ud800 ]]> <script>`;
const deaths = [{ node: "shop-1", atS: 1, because: nasty, lastLines: [nasty] }];

const worlds = [
  { what: "a good run", run: judged(evidence(), tallied()) },
  { what: "a run in which nothing happened", run: judged(nothing(), undefined) },
  {
    what: "a run against no limit at all",
    run: judged(unlimited(unlimited(evidence(), "p99Ms"), "errorRatio"), tallied()),
  },
  { what: "a target without books", run: judged(without(evidence(), "correctness"), undefined) },
  {
    what: "a fault that a target got over too late",
    run: judged(
      disturbed({ bad: badBetween(10, 30), recover: [{ figure: "good", limit: 0.99, withinS: 10 }] }),
      tallied(),
    ),
  },
  {
    what: "faults that overlap, with nothing usual to compare with",
    run: judged(
      disturbed({
        seconds: 20,
        faults: [faultSeen(1, 4), faultSeen(2, 9, { id: "slow:shop-2@2", nodes: ["shop-2"] })],
      }),
      tallied(),
    ),
  },
  { what: "a dead node with nasty last words", run: judged(evidence({ targetSeen: { deaths } }), tallied()) },
];

test("formats are found by their word, and the nearest is offered for a wrong one", () => {
  for (const report of reports) expect(findReport(report.format)).toBe(report);
  expect(() => findReport("markdwon")).toThrow('did you mean "markdown"?');
});

/** What a browser runs is no word of the report. */
const told = (report: Report, run: Judged): string =>
  report.render(run).replace(/<(script|style)[^>]*>.*?<\/\1>/gs, "");

const tellingVerdicts = reports.filter(({ tells }) => tells === "verdict");

test("nothing but figures is told by those that are for other programs to draw", () => {
  expect(reports.filter(({ tells }) => tells === "figures").map(({ format }) => format)).toEqual([
    ...["csv", "hgrm", "openmetrics"],
  ]);
});

describe.each(reports)("$format", (report) => {
  test.each(worlds)("of $what has one line break at the end, and no holes", ({ run }) => {
    const page = told(report, run);
    expect(page.endsWith("\n") && !page.endsWith("\n\n")).toBe(true);
    expect(page).not.toMatch(/undefined|NaN|\[object/);
  });
});

describe.each(tellingVerdicts)("$format", (report) => {
  test.each(worlds)("tells the status of $what", ({ run }) => {
    expect(told(report, run).toLowerCase()).toContain(run.verdict.status);
  });

  test.each(worlds)("gives the reason of every finding of $what", ({ run }) => {
    // Words only: lines are broken and marks escaped differently in each format.
    const words = (page: string) => page.replace(/&[a-z]+;|\\u[0-9a-f]{4}|[^a-z0-9]+/gi, "").toLowerCase();
    const page = words(told(report, run));
    for (const { because } of run.verdict.findings) {
      if (!because.includes(nasty)) expect(page).toContain(words(because));
    }
  });
});

test.each(tellingVerdicts)(
  "$format tells what has to be known beside the figures: stand-ins, and what agents said",
  (report) => {
    const words = (page: string) => page.replace(/[^a-z0-9]+/gi, "");
    const page = words(
      report.render(judged(evidence({ notes: ["agent-0: 12 answers were odd"] }), tallied())),
    );
    expect(page).toContain(words("stands in for LVS: HAProxy in TCP mode"));
    expect(page).toContain(words("agent-0: 12 answers were odd"));
  },
);

test("text stays within 100 columns and uses no colour unless asked", () => {
  for (const { run } of worlds) {
    const page = findReport("text").render(run);
    expect(page.split("\n").filter((line) => line.length > 100)).toEqual([]);
    expect(page).not.toContain("\u001b");
  }
});

test("json is one document that fits the shipped schema", () => {
  for (const { run } of worlds)
    expect(() => resultSchema.parse(JSON.parse(findReport("json").render(run)))).not.toThrow();
});

test("junit counts what it lists, and nothing of the target's words becomes markup", () => {
  for (const { run } of worlds) {
    const page = findReport("junit").render(run);
    const times = (tag: string) => page.match(new RegExp(`<${tag}[ >]`, "g"))?.length ?? 0;
    const said = (name: string) => Number(page.match(new RegExp(`<testsuites[^>]* ${name}="(\\d+)"`))?.[1]);
    expect(said("tests")).toBe(times("testcase"));
    expect(said("failures")).toBe(times("failure"));
    expect(said("errors")).toBe(times("error"));
    expect(said("skipped")).toBe(times("skipped"));
    expect(page).not.toContain("<script>");
    expect(page).not.toContain("\u0007");
    expect(page).not.toMatch(/[\p{Cs}\ufffe]/u);
  }
});

test("markdown lets no word of the target out of its table cell", () => {
  const page = findReport("markdown").render(worlds.at(-1)!.run);
  expect(page).not.toContain("<script>");
  expect(page).toContain("\\| piped");
});
