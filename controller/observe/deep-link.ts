/** The address at which one run, or one search for the knee, is looked at. Pure. */

/** A Grafana with our dashboards, or Prometheus' own page. */
export type Viewer =
  | { readonly grafanaUrl: string; readonly prometheusUrl?: string }
  | { readonly prometheusUrl: string };

export interface LookedAt {
  readonly kind: "run" | "search";
  readonly runId: string;
  /** Unix time of its first and its last value. */
  readonly fromEpochMs: number;
  readonly toEpochMs: number;
}

/** Names of dashboards in links, equal to their `uid` in dashboards/boards. */
const boardOf = { run: "bench-run", search: "bench-capacity" } as const satisfies Record<
  LookedAt["kind"],
  string
>;

/** Their variables: a search is none of the runs. */
const variableOf = { run: "var-run_id", search: "var-run_search" } as const satisfies Record<
  LookedAt["kind"],
  string
>;

/** Of our Prometheus in a Grafana; equal to `uid` in dashboards/grafana/provisioning/datasources. */
const dataSourceUid = "bench-prometheus";

/** Either side, so that beginning and end are seen to be that. */
const MARGIN_MS = 60_000;

/** Of the Grafana where there is one. */
export function deepLink(viewer: Viewer, about: LookedAt): string {
  return "grafanaUrl" in viewer
    ? grafanaLink(viewer.grafanaUrl, about)
    : prometheusLink(viewer.prometheusUrl, about);
}

function grafanaLink(url: string, { kind, runId, fromEpochMs, toEpochMs }: LookedAt): string {
  const words = new URLSearchParams({
    [variableOf[kind]]: runId,
    "var-datasource": dataSourceUid,
    from: String(Math.floor(fromEpochMs) - MARGIN_MS),
    to: String(Math.ceil(toEpochMs) + MARGIN_MS),
  });
  return `${withoutSlash(url)}/d/${boardOf[kind]}?${words}`;
}

/** `/graph` is the page of Prometheus 2; Prometheus 3 leads from there to its own, with the same words. */
function prometheusLink(url: string, about: LookedAt): string {
  // Its page takes whole minutes in some builds, so the end is the first one after the margin.
  const endMs = Math.ceil((about.toEpochMs + MARGIN_MS) / 60_000) * 60_000;
  const rangeS = Math.ceil((endMs - about.fromEpochMs + MARGIN_MS) / 1_000);
  const words = new URLSearchParams({
    "g0.expr": expressionOf(about),
    "g0.tab": "0",
    "g0.range_input": `${rangeS}s`,
    "g0.end_input": new Date(endMs).toISOString().slice(0, 19).replace("T", " "),
  });
  return `${withoutSlash(url)}/graph?${words}`;
}

function expressionOf({ kind, runId, fromEpochMs, toEpochMs }: LookedAt): string {
  const selector = `run_id=${JSON.stringify(runId)}`;
  if (kind === "search") return `{__name__=~"bench_capacity_.+",${selector}}`;
  return `sum by (outcome) (rate(bench_requests_total{${selector}}[${windowS(toEpochMs - fromEpochMs)}s]))`;
}

/** Four samples: a run is scraped every 5 s, or back-filled with 120 instants, or one every 10 s (verdict/reports/openmetrics.ts). */
const windowS = (lengthMs: number): number => 4 * Math.min(10, Math.max(5, Math.ceil(lengthMs / 120_000)));

const withoutSlash = (url: string): string => url.replace(/\/+$/, "");
