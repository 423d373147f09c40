/** Whether the instrument was honest: agents that were late, busy or held up say nothing about a target. */
import type { Board, Lines } from "../board.ts";
import { faultsAndPhases, last, rate, run, runs } from "../words.ts";

const ofAgents = `${run},agent=~"$agent"`;
/** Limits: docs/own-health.md. */
const each = (
  title: string,
  series: string,
  unit: Lines["unit"],
  from: number,
  description: string,
): Lines => ({
  ...{ kind: "lines", title, unit, width: 8, min: 0 },
  description,
  queries: [{ expr: `${series}{${ofAgents}}`, legend: "agent {{agent}}" }],
  steps: [{ from, colour: "red" }],
});

export const agentsBoard: Board = {
  uid: "bench-agents",
  title: "Bench / Agents",
  description: "Is the instrument honest: lateness, CPU, stalls and garbage collection of each agent.",
  variables: [
    runs,
    {
      ...{ name: "agent", label: "Agent", isMany: true },
      query: 'label_values(bench_agent_cpu_ratio{run_id="$run_id"}, agent)',
    },
  ],
  marks: faultsAndPhases(),
  rows: [
    {
      title: "Can it be believed",
      panels: [
        {
          ...{ kind: "tile", title: "Instrument", unit: "none", width: 6, nothing: "goes on" },
          description: "Whether anything was found against our own agents when the run was judged.",
          queries: [{ expr: last("bench_instrument_ok"), legend: "instrument" }],
          words: { "0": { text: "not fit", colour: "red" }, "1": { text: "well", colour: "green" } },
        },
        {
          ...{ kind: "tile", title: "Latest sender", unit: "s", width: 6, min: 0 },
          description:
            "How late requests were sent, p99 of the worst second of any agent. Above 5 ms, or a tenth of the claimed p99 if that is more, nothing leans on a second.",
          queries: [
            { expr: `max(max_over_time(bench_scheduler_lag_seconds{${run}}[$__range]))`, legend: "late" },
          ],
          steps: [{ from: 0.005, colour: "red" }],
        },
        {
          ...{ kind: "tile", title: "Busiest agent", unit: "percentunit", width: 6, min: 0 },
          description: "CPU of the busiest second of any agent, of one core.",
          queries: [{ expr: `max(max_over_time(bench_agent_cpu_ratio{${run}}[$__range]))`, legend: "CPU" }],
          steps: [{ from: 0.9, colour: "orange" }],
        },
        {
          ...{ kind: "tile", title: "Never sent", unit: "percentunit", width: 6, min: 0, max: 1 },
          description: "Share of the requests that were due and never sent.",
          queries: [
            {
              expr: `sum(max_over_time(bench_dropped_total{${run}}[$__range])) / (sum(max_over_time(bench_requests_planned_total{${run}}[$__range])) > 0)`,
              legend: "dropped",
            },
          ],
          steps: [{ from: 0.001, colour: "orange" }],
        },
      ],
    },
    {
      title: "Agent by agent",
      panels: [
        each(
          "Lateness",
          "bench_scheduler_lag_seconds",
          "s",
          0.005,
          "How late requests were sent after they were due, p99 of a second, the worst since the sample before.",
        ),
        each(
          "CPU",
          "bench_agent_cpu_ratio",
          "percentunit",
          0.9,
          "CPU of the agent, of one core. Near 1 it is the limit, and not the target.",
        ),
        each(
          "Delay of the event loop",
          "bench_event_loop_delay_seconds",
          "s",
          0.01,
          "How late a timer of the agent came that is due every 10 ms, p99 of a second.",
        ),
        each(
          "Stalls",
          "bench_agent_stall_seconds",
          "s",
          0.1,
          "Longest time in which the agent did nothing at all, as a thread beside it saw it.",
        ),
        each(
          "Garbage collection",
          "bench_agent_gc_pause_seconds",
          "s",
          0.01,
          "Longest single pause for collecting garbage.",
        ),
        {
          ...{ kind: "lines", title: "Pressure of the host", unit: "percentunit", width: 8, min: 0, max: 1 },
          description:
            "Share of the last second in which somebody on the agent's host waited for a CPU; not told where the kernel does not.",
          queries: [{ expr: `bench_host_cpu_pressure_ratio{${ofAgents}}`, legend: "agent {{agent}}" }],
        },
        each(
          "Held back",
          "bench_agent_throttled_ratio",
          "percentunit",
          0.01,
          "Share of scheduler periods in which the agent was held back by a CPU limit; not told where it has none.",
        ),
        each(
          "Taken by the hypervisor",
          "bench_host_steal_ratio",
          "percentunit",
          0.1,
          "Share of the CPUs' time that the hypervisor kept for others; not told where the kernel does not.",
        ),
        {
          ...{ kind: "table", title: "Clocks", unit: "s", width: 8 },
          description:
            "Within what the clock of each agent is known on the controller's, as of when the run began: all agents begin at one instant as exactly as this.",
          by: { agent: "Agent" },
          queries: [
            {
              expr: `max by (agent) (${last("bench_agent_clock_error_seconds", ofAgents)})`,
              ...{ legend: "within", isInstant: true },
            },
          ],
          columns: [{ title: "Within", unit: "s" }],
        },
      ],
    },
    {
      title: "Planned and sent",
      panels: [
        {
          ...{ kind: "lines", title: "Planned and sent", unit: "reqps", width: 24, min: 0 },
          description:
            "Requests that were due, that were sent, and that were thrown away because too many were under way.",
          queries: [
            { expr: rate("bench_requests_planned_total"), legend: "due" },
            { expr: rate("bench_requests_fired_total"), legend: "sent" },
            { expr: rate("bench_dropped_total"), legend: "thrown away" },
          ],
        },
      ],
    },
  ],
};
