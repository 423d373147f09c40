/** What each fault cost, and how the target got over it. */
import type { Board } from "../board.ts";
import { bad, faultsAndPhases, faultsBetween, good, last, quantile, rate, run, runs } from "../words.ts";

const perFault = (series: string) => ({
  ...{ expr: `sum by (fault) (${last(series)})`, legend: series, isInstant: true },
});
const part = (series: string, name: string) => ({
  ...{ expr: `sum by (fault) (${last(series, `${run},part="${name}"`)})`, legend: name, isInstant: true },
});

export const chaosBoard: Board = {
  uid: "bench-chaos",
  title: "Bench / Chaos",
  description:
    "Faults of a run: when they were in place, what they cost, how soon they were noticed and got over.",
  variables: [runs],
  marks: faultsAndPhases(),
  rows: [
    {
      title: "What the faults came to",
      panels: [
        {
          ...{
            kind: "tile",
            title: "Lost by the worst",
            unit: "s",
            width: 6,
            min: 0,
            nothing: "unknown yet",
          },
          description:
            "The area under the usual by the fault that cost most: seconds in which everything was lost, or twice as many in which half of it was. Faults that were on together share theirs, so there is no sum.",
          queries: [{ expr: `max(${last("bench_fault_area_lost_seconds")})`, legend: "lost" }],
          steps: [{ from: 10, colour: "orange" }],
        },
        {
          ...{
            kind: "tile",
            title: "Requests lost",
            unit: "short",
            width: 6,
            min: 0,
            nothing: "unknown yet",
          },
          description:
            "Requests that would have been answered well and in time, had things been as usual, by the fault that cost most.",
          queries: [{ expr: `max(${last("bench_fault_lost_requests")})`, legend: "lost" }],
        },
        {
          ...{ kind: "tile", title: "Slowest recovery", unit: "s", width: 6, min: 0, nothing: "unknown yet" },
          description:
            "Longest time from when a fault was seen to be gone until all was well for 5 s. A fault that the target did not get over has none, and is in the table without it.",
          queries: [{ expr: `max(${last("bench_fault_recover_seconds")})`, legend: "recovery" }],
          steps: [{ from: 20, colour: "orange" }],
        },
        {
          ...{ kind: "tile", title: "Stayed down by itself", unit: "none", width: 6, nothing: "unknown yet" },
          description:
            "Whether the target stayed down after a fault was gone, under the load from before: a metastable failure.",
          queries: [{ expr: `max(${last("bench_fault_metastable")})`, legend: "metastable" }],
          words: { "0": { text: "no", colour: "green" }, "1": { text: "yes", colour: "red" } },
        },
      ],
    },
    {
      title: "While it went on",
      panels: [
        {
          ...{
            kind: "states",
            title: "Faults",
            unit: "none",
            width: 24,
            height: 6,
            on: "in place",
            colour: "red",
          },
          description: "Faults that were in place, from when they were due until they were seen to be gone.",
          queries: [{ expr: faultsBetween("$__interval"), legend: "{{fault}}" }],
        },
        {
          ...{ kind: "lines", title: "Availability", unit: "percentunit", width: 8, min: 0, max: 1 },
          description: "Good answers of all that were settled, whenever they were due. Faults are shaded.",
          queries: [
            {
              expr: `sum(${rate("bench_requests_total", `${run},${good}`)}) / (sum(${rate("bench_requests_total")}) > 0)`,
              legend: "good",
            },
          ],
        },
        {
          ...{ kind: "lines", title: "Response time, p99", unit: "s", width: 8, min: 0 },
          description: "From the instant a request was due, beside what the target claims.",
          queries: [
            { expr: quantile(0.99, "bench_request_duration_seconds"), legend: "p99" },
            { expr: `bench_objective_p99_seconds{${run}}`, legend: "claimed p99" },
          ],
        },
        {
          ...{ kind: "lines", title: "Not good", unit: "reqps", width: 8, min: 0 },
          description:
            "Settled requests with which no shopper could be content, by class: a refused connection is another fault than a late answer.",
          queries: [
            {
              expr: `sum by (outcome) (${rate("bench_requests_total", `${run},${bad}`)})`,
              legend: "{{outcome}}",
            },
          ],
        },
      ],
    },
    {
      title: "What each of them cost",
      panels: [
        {
          ...{ kind: "table", title: "Each fault", unit: "s", width: 24, height: 8 },
          description:
            "Times count from when the fault was seen to bite, recovery from when it was seen to be gone; response times from the instant a request was due. What is empty did not happen, or could not be seen.",
          by: { fault: "Fault" },
          queries: [
            perFault("bench_fault_lasted_seconds"),
            perFault("bench_fault_impact_seconds"),
            perFault("bench_fault_detect_seconds"),
            perFault("bench_fault_recover_under_seconds"),
            perFault("bench_fault_recover_seconds"),
            perFault("bench_fault_area_lost_seconds"),
            perFault("bench_fault_lost_requests"),
            perFault("bench_fault_budget_burned_ratio"),
            perFault("bench_fault_amplification_ratio"),
            part("bench_fault_good_ratio", "during"),
            part("bench_fault_p99_seconds", "before"),
            part("bench_fault_p99_seconds", "during"),
            part("bench_fault_p99_seconds", "first-10s"),
          ],
          columns: [
            { title: "Lasted", unit: "s" },
            { title: "Felt after", unit: "s" },
            { title: "Noticed after", unit: "s" },
            { title: "Well under it after", unit: "s" },
            { title: "Well again after", unit: "s" },
            { title: "Lost", unit: "s" },
            { title: "Requests lost", unit: "short" },
            { title: "Of a month's errors", unit: "percentunit" },
            { title: "Work grew by", unit: "short" },
            { title: "Good while on", unit: "percentunit" },
            { title: "p99 before", unit: "s" },
            { title: "p99 while on", unit: "s" },
            { title: "p99, 10 s after", unit: "s" },
          ],
        },
      ],
    },
  ],
};
