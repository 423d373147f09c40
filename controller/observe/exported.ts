/** A finished run, or search for the knee, as OpenMetrics text, and what of it Prometheus is asked. Pure. */
import type { LookedAt } from "./deep-link.ts";
import type { Question } from "./prometheus-api.ts";

export interface Exported extends LookedAt {
  /** OpenMetrics with timestamps. */
  readonly text: string;
}

/** Unix time of the first and the last value; undefined when there is none. */
export function timesIn(text: string): Pick<LookedAt, "fromEpochMs" | "toEpochMs"> | undefined {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  // Lines of metadata begin with #, and a value is followed by its time.
  for (const [, atS] of text.matchAll(/^[^#\n].* (\d+(?:\.\d+)?)$/gm)) {
    from = Math.min(from, Number(atS));
    to = Math.max(to, Number(atS));
  }
  return from > to ? undefined : { fromEpochMs: from * 1_000, toEpochMs: to * 1_000 };
}

const infoOf = { run: "bench_run_info", search: "bench_capacity_info" } as const;

const seriesOf = ({ kind, runId }: LookedAt): string => `${infoOf[kind]}{run_id=${JSON.stringify(runId)}}`;

const secondsOf = ({ fromEpochMs, toEpochMs }: LookedAt): number =>
  Math.ceil((toEpochMs - fromEpochMs) / 1_000);

/** Whether it has anything of it; five minutes longer than it took, as far as Prometheus looks back for a value. */
export const anyOfIt = (run: LookedAt): Question => ({
  query: `present_over_time(${seriesOf(run)}[${secondsOf(run) + 300}s])`,
  atEpochMs: run.toEpochMs,
});

/** Whether it has its end: a long run is in several blocks, of which that is in the last. */
export const endOfIt = (run: LookedAt): Question => ({ query: seriesOf(run), atEpochMs: run.toEpochMs });

/** Name of its file on the way in, which nobody else has who fills in the same run. */
export const fileNameOf = ({ runId }: Pick<LookedAt, "runId">, pid: number): string =>
  `${runId.replace(/[^\w.-]+/g, "-")}.${pid}.om`;
