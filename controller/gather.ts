/** Everything seen becomes evidence: one document, and the two files of bits beside it. */
import { withWarmUp } from "../load/warm-up.ts";
import { type FaultSeen, isInPlace } from "../metrics/fault-seen.ts";
import type { PercentilesMs } from "../metrics/percentiles.ts";
import type { SettledSecond } from "../metrics/timeline-second.ts";
import { attemptsPerArrival, type Scenario } from "../scenarios/scenario.ts";
import type { BudgetReport, RunningTarget } from "../targets/running-target.ts";
import type { AgentSeen, Ending, Evidence, NodeSeen } from "../verdict/evidence.ts";
import { counted } from "../verdict/telling/figures.ts";
import { intervalLog } from "./collector.ts";
import type { EarlyEnding } from "./ending.ts";
import { farewellNotes } from "./farewell-notes.ts";
import type { Fleet } from "./fleet.ts";
import { bookLostShare } from "./lost-share.ts";
import type { MeasuredSeen } from "./measure.ts";
import { type RunPlan, usualExerciseRounds } from "./plan.ts";
import type { RunRecord } from "./record.ts";
import { usageBetween } from "./usage-between.ts";

export interface Gathered {
  readonly plan: RunPlan;
  readonly scenario: Scenario;
  readonly record: RunRecord;
  readonly startedAt: string;
  readonly seen: MeasuredSeen;
  readonly target: RunningTarget;
  readonly budgets: BudgetReport;
  readonly deaths: Evidence["targetSeen"]["deaths"];
  readonly fleet: Fleet;
  readonly early: EarlyEnding | undefined;
  readonly certificate: Evidence["certificate"] | undefined;
}

/** Writes `ledger.bin` and `found.bin`, and returns the evidence. */
export function gatherEvidence(gathered: Gathered): Evidence {
  const { plan, record, startedAt, seen, target, budgets, deaths, early, certificate } = gathered;
  const { timeline } = seen.collector;
  writeBits(gathered);
  const instrument = timeline.instrument();
  const evidence: Evidence = {
    schemaVersion: 1,
    runId: record.runId,
    scenario: plan.scenario,
    target: plan.target,
    seed: plan.seed,
    startedAt,
    plan: {
      ratePerS: plan.ratePerS,
      ...meanOf(gathered),
      durationS: plan.durationS,
      warmupS: plan.warmupS,
      agents: plan.agents,
      arrivals: plan.arrivals,
      ...(plan.strategy === undefined ? {} : { strategy: plan.strategy }),
      ...(plan.variants === undefined ? {} : { variants: plan.variants, unusual: plan.unusual ?? [] }),
      ...(plan.claim === undefined ? {} : { claim: plan.claim }),
      openOrClosed: plan.loadKind,
      requestTimeoutMs: plan.requestTimeoutMs,
      ...(plan.goodWithinMs === undefined ? {} : { goodWithinMs: plan.goodWithinMs }),
      ...(plan.recover === undefined ? {} : { recover: plan.recover }),
    },
    load: timeline.load(),
    operations: timeline.operations(),
    overall: timeline.overall(),
    timeline: withFaults(timeline.seconds(), seen.faults ?? []),
    instrument: {
      slipMs: spread(instrument.slipMs),
      connectionWaitMs: spread(instrument.connectionWaitMs),
      agentCpuRatio: instrument.agentCpuRatio,
      eventLoopDelayMs: { p99: instrument.eventLoopDelayMs.p99, max: instrument.eventLoopDelayMs.max },
      stalledMs: instrument.stalledMs,
      spunRatio: instrument.spunRatio,
      gcRatio: instrument.gcRatio,
      hostPressure: seen.pressure,
      lostIntervals: early === undefined ? instrument.lostIntervals : 0,
      identityBreaks: instrument.identityBreaks,
    },
    ...(certificate === undefined ? {} : { certificate }),
    agents: agentsSeen(gathered),
    nodes: nodesSeen(target, seen, budgets),
    targetSeen: {
      launcher: target.launcher,
      startUpS: target.startUpS,
      budgets,
      standIns: target.standIns,
      deaths,
    },
    ...(seen.faults === undefined ? {} : { faults: seen.faults }),
    ...(seen.watched === undefined ? {} : { watched: seen.watched }),
    ...consistencyOf(gathered),
    ...(seen.books === undefined ? {} : { correctness: seen.books.correctness }),
    ...(seen.pages === undefined ? {} : { pages: seen.pages }),
    ending: endingOf(early, timeline.measuredS()),
    notes: [...farewellNotes(seen.collector.farewells, early?.because), ...exerciseNotes(plan)],
    artifacts: artifactsOf(gathered),
  };
  timeline.release();
  return evidence;
}

/** Whoever measures a stage colder than usual should read so. */
function exerciseNotes({ launcher, exercise: { rounds } }: RunPlan): readonly string[] {
  if (launcher === "external" || rounds >= usualExerciseRounds) return [];
  return rounds === 0
    ? ["the stage was not exercised (--exercise 0): its programs and caches were cold"]
    : [`the stage was exercised for ${counted(rounds, "round")} at most (--exercise): it may have been cold`];
}

/** Every second knows the faults that were in place in some of it. */
function withFaults(
  seconds: readonly SettledSecond[],
  faults: readonly FaultSeen[],
): readonly SettledSecond[] {
  return seconds.map((second) => {
    const on = faults.filter((fault) => isInPlace(fault, second.atS, second.atS + 1)).map(({ id }) => id);
    return on.length === 0 ? second : { ...second, faults: on };
  });
}

function writeBits({ plan, scenario, record, seen, fleet }: Gathered): void {
  if (seen.books === undefined) return;
  const { ledger, lostAgents } = seen.collector;
  const load = withWarmUp(scenario.load(plan), plan.warmupS, plan.warmupRatePerS);
  for (const [index, { atS }] of lostAgents) {
    if (load.kind !== "open") continue;
    const share = { index, count: fleet.members.length };
    bookLostShare(ledger, { load, seed: plan.seed, share, lostAtS: atS + plan.warmupS });
  }
  // Both files speak of the same attempts, so that neither ends where the other goes on.
  const attempts = Math.max(ledger.attempts, seen.books.found.attempts, attemptsPerArrival);
  ledger.grow(attempts);
  seen.books.found.grow(attempts);
  record.write("ledger.bin", ledger.bytes());
  record.write("found.bin", seen.books.found.bytes());
}

function agentsSeen({ fleet, seen }: Gathered): readonly AgentSeen[] {
  return fleet.members.map(({ link, clock }) => {
    const lost = seen.collector.lostAgents.get(link.index);
    return {
      id: `agent-${link.index}`,
      ...seen.collector.timeline.agent(link.index),
      clockOffsetMs: clock.offsetMs,
      clockErrorMs: clock.errorMs,
      ...(lost === undefined ? {} : { lost: { ...lost, lastWords: fleet.lastWords(link.index) } }),
    };
  });
}

/** Of the measured part: what was used between its two ends. */
function nodesSeen(target: RunningTarget, seen: MeasuredSeen, budgets: BudgetReport): readonly NodeSeen[] {
  const { usageAtStart: from, usageAtEnd: to, usageSpanS: spanS, served } = seen;
  const used = usageBetween(target.nodes, { from, to, spanS }, budgets);
  return target.nodes.map(({ name, tier, zone, machine, cpuMillicores }) => ({
    ...{ name, tier },
    ...(zone === undefined ? {} : { zone }),
    ...(machine === undefined ? {} : { machine }),
    cpuBudgetMillicores: cpuMillicores,
    ...used.get(name)!,
    ...(served.has(name) && { requests: served.get(name)! }),
  }));
}

/** What the load's curve owes per second, without the chance in when each arrival comes. */
function meanOf({ plan, scenario }: Gathered): { readonly meanPerS?: number } {
  const load = scenario.load(plan);
  return load.kind === "open" ? { meanPerS: load.arrivalsBy(load.spanS) / load.spanS } : {};
}

/** Those that were looked at, and those the scenario meant to. */
function consistencyOf({ scenario, seen }: Gathered): Pick<Evidence, "consistency"> {
  const looked = seen.collector.timeline.looks();
  const meant = (scenario.guarantees ?? []).map(
    (name) => [name, looked[name] ?? { checked: 0, broken: 0 }] as const,
  );
  const consistency = { ...looked, ...Object.fromEntries(meant) };
  return Object.keys(consistency).length === 0 ? {} : { consistency };
}

function endingOf(early: EarlyEnding | undefined, measuredS: number): Ending {
  return early === undefined
    ? { status: "complete", because: "the plan was carried out", measuredS }
    : { ...early, measuredS };
}

function artifactsOf({ seen, target }: Gathered): Readonly<Record<string, string>> {
  const artifacts: Record<string, string> = {
    plan: "plan.json",
    events: "events.ndjson",
    timeline: "timeline.ndjson",
    intervals: intervalLog,
    report: "report.txt",
    verdict: "verdict.json",
  };
  if (seen.books !== undefined) Object.assign(artifacts, { ledger: "ledger.bin", found: "found.bin" });
  if (target.nodes.length > 0) artifacts["target"] = "target";
  return artifacts;
}

function spread({ p50, p99, max }: PercentilesMs): {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
} {
  return { p50, p99, max };
}
