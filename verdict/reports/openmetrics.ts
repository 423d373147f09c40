/** The run as a Prometheus would have seen it, with the time of each value: to be back-filled and looked at beside others. */
import { Latency } from "../../metrics/latency.ts";
import type { Outcome } from "../../metrics/outcome.ts";
import { type SecondHealth, worse } from "../../metrics/second-health.ts";
import type { Labels } from "../../metrics/series/catalog.ts";
import { type Instant, openMetricsOf } from "../../metrics/series/openmetrics.ts";
import { type RunDescribed, RunSeries } from "../../metrics/series/run-series.ts";
import { tellAgent, tellNode } from "../../metrics/series/tell-gauges.ts";
import type { SettledSecond } from "../../metrics/timeline-second.ts";
import type { Evidence } from "../evidence.ts";
import type { Recorded } from "../recorded.ts";
import { isHealing } from "../recovery/objective.ts";
import { tellAfterwards } from "../run-afterwards.ts";
import type { Judged, Report } from "./report.ts";

/** More instants than that say little more, and a ten-minute run would be a hundred megabytes. */
const mostInstants = 120;
/** Of a run of hours all the same: what is asked over twenty seconds, as dashboards do, needs two of them in there. */
const longestStepS = 10;

export const openmetrics: Report = {
  format: "openmetrics",
  title: "OpenMetrics with timestamps, to be back-filled into a Prometheus",
  extension: "om",
  tells: "figures",
  needsRecorded: true,
  render: (judged) => openMetricsOf(judged.recorded === undefined ? [] : instantsOf(judged, judged.recorded)),
};

/** One when it begins, one at the end of every second, or of every few; the last has what was known when all was over. */
function instantsOf(judged: Judged, recorded: Recorded): readonly Instant[] {
  const { timeline, load } = judged.evidence;
  const run = new RunSeries(describedRun({ ...judged.evidence, version: judged.about?.bench }));
  for (const [operation, outcomes] of metBy(recorded)) run.announce(operation, outcomes);
  run.began(recorded.startEpochS);
  const instants: Instant[] = [{ epochS: recorded.startEpochS, samples: run.samples() }];
  const stepS = Math.min(longestStepS, Math.max(1, Math.ceil(timeline.length / mostInstants)));
  for (let from = 0; from < timeline.length; from += stepS) {
    const step = timeline.slice(from, from + stepS);
    for (const second of step) tell(run, step, { second, recorded });
    if (from + stepS >= timeline.length) {
      run.atLeast(load);
      tellAfterwards(run, judged);
    }
    instants.push({ epochS: recorded.startEpochS + step.at(-1)!.atS + 1, samples: run.samples() });
  }
  if (timeline.length > 0) return instants;
  tellAfterwards(run, judged);
  return [{ epochS: recorded.startEpochS, samples: run.samples() }];
}

function tell(
  run: RunSeries,
  step: readonly SettledSecond[],
  { second, recorded }: { readonly second: SettledSecond; readonly recorded: Recorded },
): void {
  for (const [operation, seen] of recorded.seconds.get(second.atS) ?? []) {
    const [response, service] = [summed(seen.response), summed(seen.service)];
    run.operation(operation, { outcomes: seen.outcomes, response, service });
    response.release();
    service.release();
  }
  // What was so in any second of the step is so at its end: a fault of two seconds must not fall between two instants.
  const phases = [...new Set(step.map(({ phase }) => phase))];
  const faults = [...new Set(step.flatMap(({ faults: on = [] }) => on))];
  run.second({ ...second, phases, faults });
  for (const [agent, health] of healthIn(step, recorded)) tellAgent(run, agent, health);
  // Of the last look in the step: a look tells of the seconds since the one before.
  const used = step.flatMap(({ atS }) => recorded.nodes.get(atS) ?? []);
  for (const node of used) tellNode(run, node);
}

function summed(encoded: readonly string[]): Latency {
  const sum = Latency.blank();
  for (const each of encoded) sum.addEncoded(each);
  return sum;
}

/** Every operation with every outcome it ever had; where those were not kept, with none. */
function metBy({ seconds }: Recorded): ReadonlyMap<string, ReadonlySet<Outcome>> {
  const met = new Map<string, Set<Outcome>>();
  for (const operations of seconds.values())
    for (const [operation, { outcomes }] of operations) {
      const seen = met.get(operation) ?? new Set();
      for (const outcome of Object.keys(outcomes) as Outcome[]) seen.add(outcome);
      met.set(operation, seen);
    }
  return met;
}

export interface RunKnown extends Pick<Evidence, "runId" | "scenario" | "target" | "seed"> {
  readonly plan: Pick<Evidence["plan"], "strategy" | "claim" | "recover" | "goodWithinMs">;
  /** Of bench. */
  readonly version?: string | undefined;
  /** Those that were planned. */
  readonly faults?: readonly { readonly id: string; readonly nodes: readonly string[] }[] | undefined;
}

/** As every series of a run names it, while it goes on and afterwards. */
export function describedRun(known: RunKnown): RunDescribed {
  const { runId, scenario, target, seed, plan, version, faults = [] } = known;
  const { strategy, claim, recover = [], goodWithinMs } = plan;
  const info: Labels = {
    seed: String(seed),
    ...(strategy !== undefined && { strategy }),
    ...(version !== undefined && { version }),
  };
  const healing = recover.filter(isHealing).filter(({ figure }) => figure === "p99");
  return {
    ...{ runId, scenario, target, info },
    ...(claim?.p99Ms !== undefined && { limitMs: claim.p99Ms }),
    ...(claim?.errorRatio !== undefined && { errorRatio: claim.errorRatio }),
    otherLimitsMs: [
      ...healing.map(({ limit }) => limit),
      ...(goodWithinMs === undefined ? [] : [goodWithinMs]),
    ],
    faultNodes: new Map(faults.map(({ id, nodes }) => [id, nodes])),
  };
}

/** Of each agent where that was kept, else of the one that was worst off; figure by figure the worst second of the step. */
function healthIn(step: readonly SettledSecond[], { agents }: Recorded): ReadonlyMap<string, SecondHealth> {
  const worst = new Map<string, SecondHealth>();
  for (const { atS, health } of step) {
    const each = agents.get(atS);
    const told =
      each === undefined
        ? health === undefined
          ? []
          : [["worst", health] as const]
        : [...each].map(([agent, seen]) => [String(agent), seen] as const);
    for (const [agent, seen] of told) {
      const before = worst.get(agent);
      worst.set(agent, before === undefined ? seen : worse(before, seen));
    }
  }
  return worst;
}
