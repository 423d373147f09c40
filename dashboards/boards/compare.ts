/** A run over the one it is held against: the accepted one is moved in time so that both began together. */
import type { Board, Query, Tile, Variable } from "../board.ts";
import { bad, faultsBetween, window } from "../words.ts";

const before = 'run_id="$run_a"';
const now = 'run_id="$run_b"';
/** Milliseconds from the beginning of the accepted run to that of the new one. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana
const moved = "offset ${shift}ms";

const both = (of: (selector: string, moved: string) => string, isInstant = false): readonly Query[] => [
  { expr: of(before, ` ${moved}`), legend: "accepted", ...(isInstant && { isInstant }) },
  { expr: of(now, ""), legend: "new", ...(isInstant && { isInstant }) },
];

const quantileOf = (q: number) => (selector: string, at: string) =>
  `histogram_quantile(${q}, sum by (le) (rate(bench_request_duration_seconds_bucket{${selector}}[${window}]${at})))`;

const overAll = (q: number) => (selector: string, at: string) =>
  `histogram_quantile(${q}, sum by (le) (max_over_time(bench_request_duration_seconds_bucket{${selector}}[$__range]${at})))`;

const change = (of: (selector: string, moved: string) => string): string =>
  `(${of(now, "")}) / (${of(before, ` ${moved}`)}) - 1`;

const goodput = (selector: string, at: string) =>
  `sum(max_over_time(bench_slo_good_total{${selector}}[$__range]${at}))`;
const badShare = (selector: string, at: string) =>
  `sum(max_over_time(bench_requests_total{${selector},${bad}}[$__range]${at})) / sum(max_over_time(bench_requests_total{${selector}}[$__range]${at}))`;

const chosen = (name: string, label: string): Variable => ({
  ...{ name, label, order: "down" },
  // All of the year: labels are told of the time that is shown, and the accepted run is of another.
  query: "query_result(max by (run_id) (max_over_time(bench_run_info[1y])))",
  regex: '/run_id="([^"]+)"/',
});
const startOf = (variable: string) =>
  `max(max_over_time(bench_run_start_seconds{run_id="$${variable}"}[1y]))`;

export const compareBoard: Board = {
  uid: "bench-compare",
  title: "Bench / Compare",
  description:
    "A new run over an accepted one, as if both had begun together. Whether they differ is for bench compare to say: two runs are no statistics.",
  variables: [
    chosen("run_a", "Accepted run"),
    chosen("run_b", "New run"),
    {
      ...{ name: "shift", label: "Milliseconds between both", isHidden: true },
      // Prometheus knows no offset of nothing, which it would be for a run over itself.
      query: `query_result(floor(1000 * (${startOf("run_b")} - ${startOf("run_a")})) + 1)`,
      regex: "/ (-?[0-9]+) [0-9]+$/",
    },
  ],
  marks: [
    {
      name: "Faults",
      title: "{{fault}}",
      colour: "red",
      expr: `${faultsBetween("5s", now)} == 1`,
    },
    {
      name: "Alerts",
      title: "{{alertname}}",
      colour: "orange",
      expr: `ALERTS{alertname=~"Bench.*",alertstate="firing",${now}}`,
    },
  ],
  rows: [
    {
      title: "Changed by",
      panels: [
        ...[0.5, 0.99].map(
          (q): Tile => ({
            ...{ kind: "tile", title: `p${q * 100}`, unit: "percentunit", width: 6 },
            description: `Response time from the instant a request was due, over all requests: the new run's p${q * 100} against the accepted one's.`,
            queries: [{ expr: change(overAll(q)), legend: "change", isInstant: true }],
            steps: [{ from: 0.1, colour: "red" }],
          }),
        ),
        {
          ...{ kind: "tile", title: "Good and in time", unit: "percentunit", width: 6 },
          description:
            "Requests that were answered well within the claimed p99, in all: the new run's against the accepted one's. Less is worse.",
          queries: [{ expr: change(goodput), legend: "change", isInstant: true }],
          steps: [
            { from: -1, colour: "red" },
            { from: -0.02, colour: "green" },
          ],
        },
        {
          ...{ kind: "tile", title: "Not good, in all", unit: "percentunit", width: 6, min: 0 },
          description: "Share of the settled requests of the new run with which no shopper could be content.",
          queries: [{ expr: badShare(now, ""), legend: "not good", isInstant: true }],
          steps: [{ from: 0.001, colour: "orange" }],
        },
      ],
    },
    {
      title: "Over each other",
      panels: [
        {
          ...{ kind: "lines", title: "Offered", unit: "reqps", width: 12, min: 0 },
          description: "Requests by when they were due. Where both differ, so may all the rest.",
          queries: both((selector, at) => `rate(bench_requests_planned_total{${selector}}[${window}]${at})`),
        },
        {
          ...{ kind: "lines", title: "Good", unit: "reqps", width: 12, min: 0 },
          description: "Good answers in time per second, by when they came.",
          queries: both((selector, at) => `rate(bench_slo_good_total{${selector}}[${window}]${at})`),
        },
        {
          ...{ kind: "lines", title: "Response time, p50", unit: "s", width: 12, min: 0 },
          description: "From the instant a request was due until it was answered.",
          queries: both(quantileOf(0.5)),
        },
        {
          ...{ kind: "lines", title: "Response time, p99", unit: "s", width: 12, min: 0 },
          description: "From the instant a request was due until it was answered.",
          queries: both(quantileOf(0.99)),
        },
        {
          ...{ kind: "lines", title: "Not good", unit: "percentunit", width: 12, min: 0 },
          description: "Share of the settled requests with which no shopper could be content.",
          queries: both(
            (selector, at) =>
              `sum(rate(bench_requests_total{${selector},${bad}}[${window}]${at})) / (sum(rate(bench_requests_total{${selector}}[${window}]${at})) > 0)`,
          ),
        },
        {
          ...{ kind: "lines", title: "Busiest node", unit: "percentunit", width: 12, min: 0 },
          description: "Share of its CPU budget that the busiest node of the target used.",
          queries: both((selector, at) => `max(bench_node_cpu_ratio{${selector}}${at})`),
        },
      ],
    },
  ],
};
