/** The target, tier by tier: use of its budget, how often it was held back, and errors. */
import type { Board } from "../board.ts";
import { bad, faultsAndPhases, last, rate, run, runs } from "../words.ts";

const full = [
  { from: 0.7, colour: "yellow" },
  { from: 0.85, colour: "red" },
] as const;

export const targetBoard: Board = {
  uid: "bench-target",
  title: "Bench / Target",
  description:
    "Tiers and nodes of the target: utilisation, saturation and errors, and which tier was full first.",
  variables: [
    runs,
    {
      ...{ name: "tier", label: "Tier", isMany: true },
      query: 'label_values(bench_node_cpu_ratio{run_id="$run_id"}, tier)',
    },
  ],
  marks: faultsAndPhases(),
  rows: [
    {
      title: "Which tier was full",
      panels: [
        {
          ...{ kind: "tile", title: "Busiest tier", unit: "percentunit", width: 6, min: 0, isNamed: true },
          description:
            "The tier of the node that used most of its CPU budget, on average over the time that is shown. Above 85 % there was nothing left.",
          queries: [
            {
              expr: `topk(1, max by (tier) (avg_over_time(bench_node_cpu_ratio{${run}}[$__range])))`,
              legend: "{{tier}}",
              isInstant: true,
            },
          ],
          steps: full,
        },
        {
          ...{ kind: "lines", title: "Busiest node of each tier", unit: "percentunit", width: 18, min: 0 },
          description:
            "Share of its CPU budget that the busiest node of each tier used: the tier that reaches its budget first is the limit. 1 is all of it; of one core where no budgets were held.",
          queries: [{ expr: `max by (tier) (bench_node_cpu_ratio{${run}})`, legend: "{{tier}}" }],
        },
        {
          ...{ kind: "table", title: "Nodes over the measured part", unit: "percentunit", width: 24 },
          description:
            "What each node was given, what it used of it, and in how many scheduler periods it was held back.",
          by: { tier: "Tier", node: "Node" },
          queries: [
            {
              expr: `sum by (tier, node) (${last("bench_node_cpu_budget_cores")})`,
              legend: "budget",
              isInstant: true,
            },
            {
              expr: `sum by (tier, node) (${last("bench_node_cpu_mean_ratio")})`,
              legend: "used",
              isInstant: true,
            },
            {
              expr: `sum by (tier, node) (${last("bench_node_throttled_mean_ratio")})`,
              legend: "held back",
              isInstant: true,
            },
          ],
          columns: [
            { title: "Budget, cores", unit: "short" },
            { title: "Used", unit: "percentunit", steps: full },
            { title: "Held back", unit: "percentunit" },
          ],
        },
      ],
    },
    {
      title: "Tier $tier",
      forEach: "tier",
      panels: [
        {
          ...{ kind: "lines", title: "Utilisation of $tier", unit: "percentunit", width: 12, min: 0 },
          description: "Share of its CPU budget that each node used in the last seconds.",
          queries: [{ expr: `bench_node_cpu_ratio{${run},tier=~"$tier"}`, legend: "{{node}}" }],
          steps: full,
        },
        {
          ...{ kind: "lines", title: "Saturation of $tier", unit: "percentunit", width: 12, min: 0, max: 1 },
          description:
            "Share of scheduler periods in which each node was held back, though it had work to do.",
          queries: [{ expr: `bench_node_throttled_ratio{${run},tier=~"$tier"}`, legend: "{{node}}" }],
        },
      ],
    },
    {
      title: "Errors",
      panels: [
        {
          ...{ kind: "lines", title: "Errors of the target", unit: "reqps", width: 24, min: 0 },
          description:
            "Settled requests with which no shopper could be content, by operation: nodes do not tell their errors, shoppers do.",
          queries: [
            { expr: `sum by (op) (${rate("bench_requests_total", `${run},${bad}`)})`, legend: "{{op}}" },
          ],
        },
      ],
    },
  ],
};
