/** One run: what was offered, what came of it, how long it took, and whether that can be believed. */
import type { Board } from "../board.ts";
import {
  bad,
  everBetween,
  faultsAndPhases,
  faultsBetween,
  good,
  last,
  quantile,
  rate,
  run,
  runs,
  total,
  window,
} from "../words.ts";

const response = "bench_request_duration_seconds";
const service = "bench_service_time_seconds";
const quantiles = [0.5, 0.95, 0.99, 0.999];
const named = (q: number) => `p${String(q * 100).replace(".", "")}`;

export const runBoard: Board = {
  uid: "bench-run",
  title: "Bench / Run",
  description:
    "One run: offered and achieved, response times, outcomes, and whether the instrument was well.",
  variables: [
    runs,
    {
      ...{ name: "op", label: "Operation", isMany: true },
      query: 'label_values(bench_requests_total{run_id="$run_id"}, op)',
    },
  ],
  marks: faultsAndPhases(),
  rows: [
    {
      title: "What it came to",
      panels: [
        {
          ...{
            kind: "tile",
            title: "Verdict",
            unit: "none",
            width: 4,
            labels: ["verdict"],
            nothing: "goes on",
          },
          description: "What was found when the run was over; while it goes on there is none.",
          queries: [{ expr: `${last("bench_verdict")} == 1`, legend: "{{verdict}}", isInstant: true }],
        },
        {
          ...{ kind: "tile", title: "Good and in time", unit: "percentunit", width: 4, min: 0, max: 1 },
          description:
            "Share of the settled requests that were answered well within the claimed p99, from the instant they were due.",
          queries: [
            {
              expr: `sum(${total("bench_slo_good_total")}) / sum(${total("bench_slo_all_total")})`,
              legend: "good",
            },
          ],
          steps: [
            { from: 0, colour: "red" },
            { from: 0.99, colour: "yellow" },
            { from: 0.999, colour: "green" },
          ],
        },
        {
          ...{ kind: "tile", title: "Never sent", unit: "short", width: 4, min: 0 },
          description:
            "Requests that were due and never sent, because the agent had too many under way. More than a few: the target was not offered what was planned.",
          queries: [{ expr: `sum(${total("bench_dropped_total")})`, legend: "dropped" }],
          steps: [{ from: 1, colour: "orange" }],
        },
        {
          ...{ kind: "tile", title: "Oversold", unit: "short", width: 4, min: 0, nothing: "no sale" },
          description: "Units sold beyond the stock, by the target's books, read when the run was over.",
          queries: [
            { expr: `sum(${last("bench_stock_units", `${run},state="oversold"`)})`, legend: "oversold" },
          ],
          steps: [{ from: 1, colour: "red" }],
        },
        {
          ...{ kind: "tile", title: "Stock left", unit: "short", width: 4, nothing: "no sale" },
          description: "Units that were not sold, by the target's books.",
          queries: [{ expr: `sum(${last("bench_stock_remaining")})`, legend: "left" }],
        },
        {
          ...{ kind: "tile", title: "Instrument", unit: "none", width: 4, nothing: "goes on" },
          description:
            "Whether anything was found against our own agents. Where there was, figures of the target are not to be believed.",
          queries: [{ expr: last("bench_instrument_ok"), legend: "instrument" }],
          words: { "0": { text: "not fit", colour: "red" }, "1": { text: "well", colour: "green" } },
        },
      ],
    },
    {
      title: "Offered and achieved",
      panels: [
        {
          ...{ kind: "lines", title: "Offered and achieved", unit: "reqps", width: 16, min: 0 },
          description:
            "Requests by when they were due (offered, sent) and by when they were answered (settled, good). Where they part, the target or the agents could not keep up.",
          queries: [
            { expr: rate("bench_requests_planned_total"), legend: "offered" },
            { expr: rate("bench_requests_fired_total"), legend: "sent" },
            { expr: `sum(${rate("bench_requests_total")})`, legend: "settled" },
            { expr: `sum(${rate("bench_requests_total", `${run},${good}`)})`, legend: "good" },
          ],
        },
        {
          ...{ kind: "lines", title: "Under way", unit: "short", width: 8, min: 0 },
          description:
            "Requests under way at the end of the second, beside what they should be by Little's law: rate times mean service time. Where both part for long, something waits that is not counted.",
          queries: [
            { expr: `bench_inflight{${run}}`, legend: "under way" },
            { expr: `sum(${rate(`${service}_sum`)})`, legend: "by Little's law" },
          ],
        },
      ],
    },
    {
      title: "How long it took",
      panels: [
        {
          ...{ kind: "lines", title: "Response time", unit: "s", width: 12, min: 0 },
          description:
            "From the instant a request was due until it was answered, with the time in which it waited to be sent. The straight line is what the target claims of its p99.",
          queries: [
            ...quantiles.map((q) => ({
              expr: quantile(q, response, `${run},op=~"$op"`),
              legend: named(q),
            })),
            { expr: `bench_objective_p99_seconds{${run}}`, legend: "claimed p99" },
          ],
        },
        {
          ...{ kind: "lines", title: "Service time", unit: "s", width: 12, min: 0 },
          description:
            "From the instant a request was really sent. Where it is far below the response time, requests waited in the agent or for a connection.",
          queries: quantiles.map((q) => ({
            expr: quantile(q, service, `${run},op=~"$op"`),
            legend: named(q),
          })),
        },
        {
          ...{ kind: "heat", title: "Where response times were", unit: "s", width: 24, height: 9 },
          description:
            "Requests by response time, from the instant a request was due, and by when they were answered; each is in all cells of the window it counts in. Two bands are two ways through the target, a band that ends is a limit.",
          queries: [
            {
              expr: `sum by (le) (increase(${response}_bucket{${run},op=~"$op"}[${window}]))`,
              legend: "{{le}}",
            },
          ],
        },
      ],
    },
    {
      title: "What came of it",
      panels: [
        {
          ...{ kind: "lines", title: "Outcomes", unit: "reqps", width: 12, min: 0, isStacked: true },
          description:
            "Settled requests by what came of them. Sold out and refused are good answers: a shopper was told what is so.",
          queries: [
            {
              expr: `sum by (outcome) (${rate("bench_requests_total", `${run},op=~"$op"`)})`,
              legend: "{{outcome}}",
            },
          ],
        },
        {
          ...{ kind: "lines", title: "Not good", unit: "reqps", width: 12, min: 0 },
          description: "Settled requests with which no shopper could be content, by class.",
          queries: [
            {
              expr: `sum by (outcome) (${rate("bench_requests_total", `${run},op=~"$op",${bad}`)})`,
              legend: "{{outcome}}",
            },
          ],
        },
        {
          ...{ kind: "table", title: "By operation", unit: "short", width: 24 },
          description:
            "From the beginning of the run to the end of the time that is shown: settled requests, the share that was not good, and response times from the instant a request was due.",
          by: { op: "Operation" },
          queries: [
            { expr: `sum by (op) (${total("bench_requests_total")})`, legend: "requests", isInstant: true },
            {
              expr: `sum by (op) (${total("bench_requests_total", `${run},${bad}`)}) / (sum by (op) (${total("bench_requests_total")}) > 0)`,
              legend: "not good",
              isInstant: true,
            },
            ...[0.5, 0.99].map((q) => ({
              expr: `histogram_quantile(${q}, sum by (op, le) (${total(`${response}_bucket`)}))`,
              legend: named(q),
              isInstant: true,
            })),
          ],
          columns: [
            { title: "Requests", unit: "short" },
            { title: "Not good", unit: "percentunit", steps: [{ from: 0.001, colour: "orange" }] },
            { title: "p50", unit: "s" },
            { title: "p99", unit: "s" },
          ],
        },
      ],
    },
    {
      title: "What went on",
      panels: [
        {
          ...{ kind: "states", title: "Phases", unit: "none", width: 12, on: "on", colour: "blue" },
          description: "Parts of the scenario, by the plan.",
          queries: [{ expr: everBetween("bench_phase", "$__interval"), legend: "{{phase}}" }],
        },
        {
          ...{ kind: "states", title: "Faults", unit: "none", width: 12, on: "in place", colour: "red" },
          description: "Faults that were in place, from when they were due until they were seen to be gone.",
          queries: [{ expr: faultsBetween("$__interval"), legend: "{{fault}}" }],
        },
      ],
    },
  ],
};
