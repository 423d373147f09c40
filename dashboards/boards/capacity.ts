/** A search for the knee: how much the target carries, by which proofs, and which tier was full first. */
import type { Board, Points } from "../board.ts";
import { last as lastOf } from "../words.ts";

/** By another name than a run, so that a link from one board to the other does not take a run for a search. */
const search = 'run_id="$run_search"';
const last = (series: string, selector = search) => lastOf(series, selector);

const atProbes = (series: string) => ({
  ...{ expr: `sum by (probe) (${last(series)})`, legend: series, isInstant: true },
});
const against = (title: string, series: string, unit: Points["unit"], description: string): Points => ({
  ...{ kind: "points", title, unit, width: 12, height: 10, by: "probe", min: 0 },
  ...{ xTitle: "offered", xUnit: "reqps", description },
  queries: [atProbes("bench_probe_offered_rate"), atProbes(series)],
});

export const capacityBoard: Board = {
  uid: "bench-capacity",
  title: "Bench / Capacity",
  description:
    "A search for the knee of a target: what it carries, how that was proven, what was full first.",
  variables: [
    {
      ...{ name: "run_search", label: "Search", order: "down" },
      query: "label_values(bench_capacity_info, run_id)",
    },
  ],
  marks: [],
  rows: [
    {
      title: "The knee",
      panels: [
        {
          ...{ kind: "tile", title: "Carried", unit: "ops", width: 4, min: 0, nothing: "none found" },
          description:
            "Peak arrivals per second that were proven to be carried within the objective, by repeated probes.",
          queries: [
            {
              expr: `sum(${last("bench_capacity_knee_rate", `${search},bound="carried"`)})`,
              legend: "carried",
            },
          ],
        },
        {
          ...{ kind: "tile", title: "Not carried", unit: "ops", width: 4, min: 0, nothing: "not reached" },
          description:
            "The lowest peak at which the objective was broken, or could not be proven kept: the knee is between both.",
          queries: [
            {
              expr: `sum(${last("bench_capacity_knee_rate", `${search},bound="not-carried"`)})`,
              legend: "not carried",
            },
          ],
        },
        {
          ...{ kind: "tile", title: "Goodput at the knee", unit: "reqps", width: 4, min: 0 },
          description: "Requests per second that were answered well and in time at the knee.",
          queries: [{ expr: `sum(${last("bench_capacity_goodput_rate")})`, legend: "goodput" }],
        },
        {
          ...{ kind: "tile", title: "p99 at the knee", unit: "s", width: 4, min: 0 },
          description: "Response time from the instant a request was due, the highest of the proofs.",
          queries: [{ expr: `sum(${last("bench_capacity_p99_seconds")})`, legend: "p99" }],
        },
        {
          ...{
            kind: "tile",
            title: "Full first",
            unit: "none",
            width: 4,
            labels: ["tier", "sureness"],
            nothing: "not known",
          },
          description:
            "The tier that was full at the lowest load the target could not carry, and how sure that is.",
          queries: [
            { expr: last("bench_capacity_saturated"), legend: "{{tier}} ({{sureness}})", isInstant: true },
          ],
        },
        {
          ...{
            kind: "tile",
            title: "Back after an overload",
            unit: "s",
            width: 4,
            min: 0,
            nothing: "not seen",
          },
          description: "From the end of an overload until 99 % of the requests were good again for a second.",
          queries: [{ expr: `sum(${last("bench_capacity_back_after_seconds")})`, legend: "back after" }],
        },
      ],
    },
    {
      title: "What each load did",
      panels: [
        against(
          "Response time by load",
          "bench_probe_p99_seconds",
          "s",
          "The p99 of each probe, from the instant a request was due: flat, then steep. The knee is where the objective ends.",
        ),
        against(
          "Goodput by load",
          "bench_probe_good_rate",
          "reqps",
          "Good answers in time per second of each probe: along the diagonal as long as all is well, and away from it beyond the knee.",
        ),
        {
          ...{
            kind: "table",
            title: "Probes in the order they were made",
            unit: "short",
            width: 24,
            height: 10,
          },
          description:
            "Each probe is a short open-loop run at one rate: why it was made, what it answered, and its figures.",
          by: { probe: "Probe", aim: "Made to", answer: "Answer" },
          queries: [
            {
              expr: `sum by (probe, aim, answer) (${last("bench_probe_rate")})`,
              legend: "peak",
              isInstant: true,
            },
            ...[
              "bench_probe_offered_rate",
              "bench_probe_good_rate",
              "bench_probe_p50_seconds",
              "bench_probe_p99_seconds",
            ].map(atProbes),
          ],
          columns: [
            { title: "Peak, arrivals/s", unit: "ops" },
            { title: "Offered", unit: "reqps" },
            { title: "Good in time", unit: "reqps" },
            { title: "p50", unit: "s" },
            { title: "p99", unit: "s" },
          ],
        },
      ],
    },
    {
      title: "What was full",
      panels: [
        {
          ...{ kind: "table", title: "Nodes at the knee", unit: "percentunit", width: 12, height: 10 },
          description:
            "What each node used of its CPU budget at the knee, and in how many scheduler periods it was held back: means of the proofs.",
          by: { tier: "Tier", node: "Node" },
          queries: [
            {
              expr: `sum by (tier, node) (${last("bench_capacity_node_cpu_ratio")})`,
              legend: "used",
              isInstant: true,
            },
            {
              expr: `sum by (tier, node) (${last("bench_capacity_node_throttled_ratio")})`,
              legend: "held back",
              isInstant: true,
            },
          ],
          columns: [
            {
              title: "Used",
              unit: "percentunit",
              steps: [
                { from: 0.7, colour: "yellow" },
                { from: 0.85, colour: "red" },
              ],
            },
            { title: "Held back", unit: "percentunit" },
          ],
        },
        {
          ...{
            kind: "table",
            title: "Busiest node of each tier by probe",
            unit: "percentunit",
            width: 12,
            height: 10,
          },
          description:
            "What the busiest node of each tier used of its CPU budget in each probe: the tier that fills up first is the limit.",
          by: { probe: "Probe", tier: "Tier" },
          queries: [
            {
              expr: `max by (probe, tier) (${last("bench_probe_node_cpu_ratio")})`,
              legend: "used",
              isInstant: true,
            },
          ],
          columns: [{ title: "Used", unit: "percentunit", steps: [{ from: 0.85, colour: "red" }] }],
        },
      ],
    },
  ],
};
