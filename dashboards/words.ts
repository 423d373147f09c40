/** Words of queries that many panels share. Windows are Grafana's own, which follow the interval of scraping and the zoom. */
import type { Mark, Variable } from "./board.ts";

/** The run that was chosen. */
export const run = 'run_id="$run_id"';
export const window = "$__rate_interval";

/** Good answers are those a shopper could be content with. */
export const good = 'outcome=~"ok|sold-out|refused"';
export const bad = 'outcome!~"ok|sold-out|refused"';

export const rate = (series: string, selector = run) => `rate(${series}{${selector}}[${window}])`;

/** A counter begins with its run, so its highest value is how many there were. */
export const total = (series: string, selector = run) => `max_over_time(${series}{${selector}}[$__range])`;

/** What was last known of it in the time that is shown. */
export const last = (series: string, selector = run) => `last_over_time(${series}{${selector}}[$__range])`;

export const quantile = (q: number, series: string, selector = run, by = "le") =>
  `histogram_quantile(${q}, sum by (${by}) (rate(${series}_bucket{${selector}}[${window}])))`;

export const runs: Variable = {
  ...{ name: "run_id", label: "Run", order: "down" },
  query: "label_values(bench_run_info, run_id)",
};

/** What was 0 or 1 since the point before: a fault of two seconds must not fall between two points of a chart. */
export const everBetween = (series: string, between: string, selector = run) =>
  `max_over_time(${series}{${selector}}[${between}])`;

/** Whatever number of nodes it is done to, a fault is one. */
export const faultsBetween = (between: string, selector = run) =>
  `max by (fault) (${everBetween("bench_fault_active", between, selector)})`;

/** Marks are asked for every five seconds. */
export const faultsAndPhases = (selector = run): readonly Mark[] => [
  {
    ...{ name: "Faults", title: "{{fault}}", colour: "red" },
    expr: `${faultsBetween("5s", selector)} == 1`,
  },
  {
    ...{ name: "Phases", title: "{{phase}}", colour: "blue", isOff: true },
    expr: `${everBetween("bench_phase", "5s", selector)} == 1`,
  },
  {
    ...{ name: "Alerts", title: "{{alertname}}", colour: "orange" },
    expr: `ALERTS{alertname=~"Bench.*",alertstate="firing",${selector}}`,
  },
];
