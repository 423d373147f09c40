/** Links that lead to one run: to the dashboards that there are, with the variables that they have. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { deepLink, type LookedAt } from "../../../controller/observe/deep-link.ts";
import { dashboardsFolder } from "../../../controller/observe/places.ts";
import { boards } from "../../../dashboards/catalog.ts";

const run: LookedAt = {
  kind: "run",
  runId: "20260731T090000Z-flash-sale-stage-08-7f3a",
  fromEpochMs: Date.UTC(2026, 6, 31, 9, 0, 5),
  toEpochMs: Date.UTC(2026, 6, 31, 9, 5, 5),
};
const search: LookedAt = { ...run, kind: "search" };

describe("a Grafana", () => {
  test("shows the run by its own dashboard, with a minute either side", () => {
    const link = new URL(deepLink({ grafanaUrl: "http://127.0.0.1:3000" }, run));
    expect(link.origin + link.pathname).toBe("http://127.0.0.1:3000/d/bench-run");
    expect(Object.fromEntries(link.searchParams)).toEqual({
      "var-run_id": run.runId,
      "var-datasource": "bench-prometheus",
      from: String(Date.UTC(2026, 6, 31, 8, 59, 5)),
      to: String(Date.UTC(2026, 6, 31, 9, 6, 5)),
    });
  });

  test("is preferred to Prometheus, and may be below a path", () => {
    const link = deepLink(
      { grafanaUrl: "https://example.org/grafana/", prometheusUrl: "http://x:1" },
      search,
    );
    expect(link).toMatch(/^https:\/\/example\.org\/grafana\/d\/bench-capacity\?/);
  });

  test.each([run, search])("has the dashboard of a $kind, by the variable that is there", (about) => {
    const [, uid, variable = ""] =
      /\/d\/([\w-]+)\?var-(\w+)=/.exec(deepLink({ grafanaUrl: "http://g" }, about)) ?? [];
    const board = boards.find((each) => each.uid === uid);
    expect(board?.variables.map(({ name }) => name)).toContain(variable);
  });

  test.each([run, search])("names our Prometheus for a $kind as it is provisioned", (about) => {
    const provisioned = readFileSync(
      join(dashboardsFolder(), "grafana/provisioning/datasources/bench.yaml"),
      "utf8",
    );
    const link = new URL(deepLink({ grafanaUrl: "http://g" }, about));
    expect(provisioned).toContain(`uid: ${link.searchParams.get("var-datasource")}\n`);
  });

  test("is asked for whole milliseconds", () => {
    const about = { ...search, fromEpochMs: 1_000_000.4, toEpochMs: 1_000_000.6 };
    expect(deepLink({ grafanaUrl: "http://g" }, about)).toMatch(/from=940000&to=1060001$/);
  });
});

describe("Prometheus alone", () => {
  const wordsOf = (about: LookedAt) =>
    Object.fromEntries(new URL(deepLink({ prometheusUrl: "http://127.0.0.1:9090" }, about)).searchParams);

  test("draws what came of the requests, from a minute before the run to the full minute after it", () => {
    expect(deepLink({ prometheusUrl: "http://127.0.0.1:9090" }, run)).toMatch(
      /^http:\/\/127\.0\.0\.1:9090\/graph\?/,
    );
    expect(wordsOf(run)).toEqual({
      "g0.expr": `sum by (outcome) (rate(bench_requests_total{run_id="${run.runId}"}[20s]))`,
      "g0.tab": "0",
      // From 8:59:05.
      "g0.range_input": `${7 * 60 + 55}s`,
      "g0.end_input": "2026-07-31 09:07:00",
    });
  });

  test("takes its rates over four samples of a long run, too", () => {
    const hours = { ...run, toEpochMs: run.fromEpochMs + 2 * 3_600_000 };
    expect(wordsOf(hours)["g0.expr"]).toContain("[40s]");
  });

  test("has whatever is known of a search", () => {
    expect(wordsOf(search)["g0.expr"]).toBe(`{__name__=~"bench_capacity_.+",run_id="${run.runId}"}`);
  });
});
