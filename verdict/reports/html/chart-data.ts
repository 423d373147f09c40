/** Evidence as the numbers that charts are drawn from. Pure. */
import { Latency } from "../../../metrics/latency.ts";
import { isGood, outcomes } from "../../../metrics/outcome.ts";
import { percentileMs } from "../../../metrics/percentiles.ts";
import type { SettledSecond } from "../../../metrics/timeline-second.ts";
import type { Evidence } from "../../evidence.ts";
import { markedSeconds } from "../../marks.ts";
import type { Latencies } from "../../recorded.ts";
import { steps } from "../hgrm.ts";
import type { ChartData, Column, Curve, Heat, Span } from "./chart-types.ts";

export function chartDataOf(evidence: Evidence, latencies: Latencies | undefined): ChartData {
  const { timeline, plan } = evidence;
  const column = (of: (second: SettledSecond) => number | undefined): Column =>
    timeline.map((second) => rounded(of(second)));
  const shapes = timeline.map(({ response }) => shapeOf(response));
  const ofShape = (of: (shape: Shape) => number): Column =>
    shapes.map((shape) => (shape.count === 0 ? null : rounded(of(shape))));
  const met = outcomes.filter((name) => timeline.some((second) => (second.outcomes[name] ?? 0) > 0));
  return {
    atS: timeline.map(({ atS }) => atS),
    planned: column(({ planned }) => planned),
    completed: column(({ completed }) => completed),
    good: column((second) => goodIn(second)),
    inFlight: column(({ inFlight }) => inFlight),
    p50Ms: ofShape(({ p50Ms }) => p50Ms),
    p90Ms: ofShape(({ p90Ms }) => p90Ms),
    p99Ms: ofShape(({ p99Ms }) => p99Ms),
    maxMs: ofShape(({ maxMs }) => maxMs),
    slipP99Ms: column(({ health }) => health?.slipP99Ms),
    agentCpuPercent: column(({ health }) => health && health.agentCpuRatio * 100),
    outcomes: met.map((name) => ({
      ...{ name, isGood: isGood(name) },
      counts: column((second) => second.outcomes[name] ?? 0),
    })),
    heat: heatOf(shapes),
    spans: [...faultSpans(evidence), ...phaseSpans(timeline)],
    marked: markedSeconds(evidence).map(({ atS }) => atS),
    ...(latencies !== undefined &&
      latencies.overall.response.count > 0 && {
        curves: {
          response: curveOf(latencies.overall.response),
          service: curveOf(latencies.overall.service),
        },
      }),
    ...(plan.claim?.p99Ms !== undefined && { limitP99Ms: plan.claim.p99Ms }),
  };
}

/** What is needed of the histogram of a second, so that no more than one is in memory. */
interface Shape {
  readonly count: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** How many in each row of the map. */
  readonly rows: ReadonlyMap<number, number>;
}

function shapeOf(encoded: string): Shape {
  const latency = Latency.decode(encoded);
  const rows = new Map<number, number>();
  for (const { us, count } of latency.filled()) rows.set(rowOf(us), (rows.get(rowOf(us)) ?? 0) + count);
  const [p50Ms = 0, p90Ms = 0, p99Ms = 0] = [50, 90, 99].map((each) => percentileMs(latency, each));
  const shape = { count: latency.count, p50Ms, p90Ms, p99Ms, maxMs: latency.maxUs / 1_000, rows };
  latency.release();
  return shape;
}

/** Each row a fifth wider than the one below it: 13 of them from 1 ms to 10 ms. */
const rowFactor = 10 ** (1 / 13);

/** Rows below 1 ms: three decades, down to a microsecond. */
const rowsBelow = 39;

const rowOf = (us: number): number =>
  Math.max(0, Math.ceil(Math.log(Math.max(us, 1) / 1_000) / Math.log(rowFactor) + rowsBelow));

function heatOf(shapes: readonly Shape[]): Heat {
  const counted = shapes.map(({ rows }) => rows);
  const all = counted.flatMap((rows) => [...rows.keys()]);
  if (all.length === 0) return { boundsMs: [], cells: [] };
  const [lowest, highest] = [Math.min(...new Set(all)), Math.max(...new Set(all))];
  const boundsMs = Array.from({ length: highest - lowest + 1 }, (_, at) =>
    Number((rowFactor ** (lowest + at - rowsBelow)).toPrecision(4)),
  );
  const cells = counted.flatMap((rows, second) =>
    [...rows].toSorted(([a], [b]) => a - b).flatMap(([row, count]) => [second, row - lowest, count]),
  );
  return { boundsMs, cells };
}

const goodIn = ({ outcomes: seen }: SettledSecond): number =>
  outcomes.filter(isGood).reduce((sum, name) => sum + (seen[name] ?? 0), 0);

/** From when it was seen to bite; one that never was from when it was injected. To the end where it was never gone. */
function faultSpans({ faults = [], ending }: Evidence): readonly Span[] {
  return faults.flatMap(({ id, effectAtS, injectedAtS, undoneAtS }) => {
    const fromS = effectAtS ?? injectedAtS;
    if (fromS === undefined) return [];
    return [{ kind: "fault", name: id, fromS, toS: undoneAtS ?? ending.measuredS } as const];
  });
}

/** Only where there are several. */
function phaseSpans(timeline: readonly SettledSecond[]): readonly Span[] {
  const spans: { kind: "phase"; name: string; fromS: number; toS: number }[] = [];
  for (const { atS, phase } of timeline) {
    const last = spans.at(-1);
    if (last?.name === phase) last.toS = atS + 1;
    else spans.push({ kind: "phase", name: phase, fromS: atS, toS: atS + 1 });
  }
  return spans.length < 2 ? [] : spans;
}

/**
 * 100 % itself has no place on a scale of ever smaller distances to it: the curve ends with the longest, at the distance of
 * one in as many as there are.
 */
function curveOf(latency: Latency): Curve {
  const end = { percentile: 100 - 100 / Math.max(1, latency.count), us: latency.maxUs };
  const shown = [...steps(latency).filter(({ percentile }) => percentile < end.percentile), end];
  return {
    percentiles: shown.map(({ percentile }) => Number(percentile.toFixed(6))),
    ms: shown.map(({ us }) => us / 1_000),
  };
}

/** Three decimals are a microsecond. */
const rounded = (value: number | undefined): number | null =>
  value === undefined ? null : Math.round(value * 1_000) / 1_000;
