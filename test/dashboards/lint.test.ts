/** Every dashboard is fit for use, and each rule that says so finds what it is for. */
import { describe, expect, test } from "vitest";
import type { Board, Panel } from "../../dashboards/board.ts";
import { boards } from "../../dashboards/catalog.ts";
import { expressionProblems, problemsOf, seriesOf } from "../../dashboards/lint.ts";

test.each(boards)("$uid has nothing wrong with it", (board) => {
  expect(problemsOf(board)).toEqual([]);
});

test("no two have one name", () => {
  expect(new Set(boards.map(({ uid }) => uid)).size).toBe(boards.length);
  expect(new Set(boards.map(({ title }) => title)).size).toBe(boards.length);
});

const panel: Panel = {
  ...{ kind: "lines", title: "Offered", unit: "reqps", width: 12 },
  description: "Requests by when they were due, of all operations.",
  queries: [
    { expr: 'rate(bench_requests_planned_total{run_id="$run_id"}[$__rate_interval])', legend: "offered" },
  ],
};
const board = (change: Partial<Board> = {}, ofPanel: object = {}): Board => ({
  ...{ uid: "bench-made-up", title: "Bench / Made up", description: "Of a test.", marks: [] },
  variables: [{ name: "run_id", label: "Run", query: "label_values(bench_run_info, run_id)" }],
  rows: [{ title: "All", panels: [{ ...panel, ...ofPanel } as Panel] }],
  ...change,
});
const asking = (expr: string) => board({}, { queries: [{ expr, legend: "it" }] });
const ofRun = 'run_id="$run_id"';

test("what the rules are tried on is well", () => {
  expect(problemsOf(board())).toEqual([]);
});

describe.each<{ what: string; wrong: Board; says: string }>([
  {
    what: "a uid of another kind",
    wrong: board({ uid: "Run_1" }),
    says: 'its uid "Run_1" is not kebab-case',
  },
  { what: "a uid that is too long", wrong: board({ uid: `bench-${"a".repeat(40)}` }), says: "40 characters" },
  {
    what: "a title of another kind",
    wrong: board({ title: "Runs" }),
    says: 'its title "Runs" does not begin',
  },
  { what: "no panels", wrong: board({ rows: [] }), says: "it has no panels" },
  {
    what: "a title twice",
    wrong: board({ rows: [{ title: "All", panels: [panel, panel] }] }),
    says: 'two panels are called "Offered"',
  },
  {
    what: "no description",
    wrong: board({}, { description: "Requests" }),
    says: "its description is no sentence",
  },
  {
    what: "a time of nobody knows which clock",
    wrong: board({}, { title: "Response time", unit: "s" }),
    says: "does not say by which clock",
  },
  { what: "no queries", wrong: board({}, { queries: [] }), says: "it asks nothing" },
  {
    what: "a panel wider than the page",
    wrong: board({}, { width: 25 }),
    says: "its width is 25 of 24 columns",
  },
  {
    what: "no legend",
    wrong: board({}, { queries: [{ ...panel.queries[0]!, legend: " " }] }),
    says: "a query has no legend",
  },
  { what: "every run at once", wrong: asking("bench_inflight"), says: "it is about every run there is" },
  {
    what: "a series that is not there",
    wrong: asking(`bench_inflights{${ofRun}}`),
    says: "no series bench_inflights",
  },
  { what: "a rule that is not there", wrong: asking(`bench:p99{${ofRun}}`), says: "no series bench:p99" },
  {
    what: "a label that is not there",
    wrong: asking(`bench_inflight{${ofRun},user="7"}`),
    says: "there is no label user",
  },
  {
    what: "a label that is not there, to sum by",
    wrong: asking(`sum by (instance) (bench_inflight{${ofRun}})`),
    says: "there is no label instance",
  },
  {
    what: "a window that does not follow the zoom",
    wrong: asking(`rate(bench_requests_planned_total{${ofRun}}[5m])`),
    says: "rate() over 5m, which does not follow the zoom",
  },
  {
    what: "a counter as it is",
    wrong: asking(`bench_requests_planned_total{${ofRun}}`),
    says: "the counter bench_requests_planned_total is shown as it is",
  },
  {
    what: "a counter as it is beside a rate of it",
    wrong: asking(
      `rate(bench_requests_planned_total{${ofRun}}[$__rate_interval]) + bench_requests_planned_total{${ofRun}}`,
    ),
    says: "is shown as it is",
  },
  {
    what: "a function that is too new",
    wrong: asking(`limitk(3, bench_inflight{${ofRun}})`),
    says: "limitk() is not known to Prometheus 2.42",
  },
  {
    what: "a variable of no use",
    wrong: board({
      variables: [
        ...board().variables,
        { name: "op", label: "Op", query: "label_values(bench_run_info, run_id)" },
      ],
    }),
    says: "variable op is used by nothing",
  },
  {
    what: "a variable that asks for nothing",
    wrong: board({ variables: [{ name: "run_id", label: "Run", query: "bench_run_info" }] }),
    says: "it asks for nothing that Grafana knows",
  },
  {
    what: "a row for each of one",
    wrong: board({ rows: [{ title: "All", panels: [panel], forEach: "run_id" }] }),
    says: "of which there are not many",
  },
  {
    what: "a mark of a series that is not there",
    wrong: board({
      marks: [{ name: "Faults", title: "x", colour: "red", expr: `bench_fault{${ofRun}} == 1` }],
    }),
    says: "mark Faults: there is no series bench_fault",
  },
  {
    what: "a table of a time",
    wrong: board({}, { kind: "table", by: { op: "Op" }, columns: [{ title: "x", unit: "short" }] }),
    says: "it is of one instant, and a query of it is not",
  },
  {
    what: "a table with too few columns",
    wrong: board({}, { kind: "table", by: { op: "Op" }, columns: [] }),
    says: "it has 0 columns for 1 queries",
  },
])("$what", ({ wrong, says }) => {
  test("is found", () => {
    expect(problemsOf(wrong).join("\n")).toContain(says);
  });
});

test("a rule that is there may be asked for", () => {
  expect(expressionProblems(`bench:p99{${ofRun}}`, new Set(["bench:p99"]))).toEqual([]);
});

test("series go by the names their kind gives them", () => {
  expect(seriesOf("bench_requests_total")).toBe("bench_requests");
  expect(seriesOf("bench_request_duration_seconds_bucket")).toBe("bench_request_duration_seconds");
  expect(seriesOf("bench_inflight")).toBe("bench_inflight");
  for (const wrong of [
    "bench_requests",
    "bench_requests_bucket",
    "bench_inflight_total",
    "bench_request_duration_seconds",
  ])
    expect(seriesOf(wrong), wrong).toBeUndefined();
});
