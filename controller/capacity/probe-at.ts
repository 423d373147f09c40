/** One probe against a target that stands: a short run at one rate, recorded and judged like any other. */
import { cpus } from "node:os";
import {
  answerOf,
  type CapacityObjective,
  type ProbeAim,
  type ProbeSeen,
  sharesOf,
  spoiltBy,
} from "../../verdict/capacity/probe.ts";
import { pooled } from "../../verdict/capacity/proven.ts";
import type { Evidence } from "../../verdict/evidence.ts";
import { hostFullRatio } from "../../verdict/instrument-limits.ts";
import { judge } from "../../verdict/judge.ts";
import { readRun } from "../../verdict/read-run.ts";
import { ms, percent } from "../../verdict/telling/figures.ts";
import { gatherEvidence } from "../gather.ts";
import { measure } from "../measure.ts";
import type { RunPlan } from "../plan.ts";
import { RunRecord } from "../record.ts";
import type { Standing } from "../stand-up.ts";

export interface Probe {
  readonly aim: ProbeAim;
  readonly plan: RunPlan;
  /** Number of its drive, and of the probe. */
  readonly drive: number;
  readonly number: number;
  readonly objective: CapacityObjective;
  /** Of earlier probes at this rate that could prove nothing: what they saw counts with it. */
  readonly earlier: readonly Pick<ProbeSeen, "late" | "errors">[];
}

export interface Probed {
  readonly seen: ProbeSeen;
  readonly evidence: Evidence;
}

/** Leaves a folder of its own in `record`, which can be judged again like that of a run. */
export async function probeAt(
  { aim, plan, drive, number, objective, earlier }: Probe,
  { driving, budgets }: Standing,
  record: RunRecord,
): Promise<Probed> {
  const folder = `probes/${String(number).padStart(2, "0")}-${aim}-${plan.ratePerS}`;
  const own = RunRecord.create(record.path(folder), record.runId);
  const heard = { step: () => {}, second: driving.heard.second };
  const startedAt = new Date(driving.clock.epochMs()).toISOString();
  const seen = await measure(plan, { ...driving, heard, record: own, drive });
  const evidence = gatherEvidence({
    ...{ plan, scenario: driving.scenario, record: own, startedAt, seen, budgets },
    ...{ target: driving.target, fleet: driving.fleet, early: driving.watch.early },
    deaths: [],
    certificate: undefined,
  });
  own.writeJson("plan.json", { ...plan, runId: own.runId });
  own.writeJson("evidence.json", evidence);
  const { tally } = await readRun(own.folder);
  const verdict = judge(evidence, tally);
  own.writeJson("verdict.json", verdict);
  const shares = sharesOf(evidence);
  const together = {
    late: pooled([...earlier, shares].map(({ late }) => late)),
    errors: pooled([...earlier, shares].map(({ errors }) => errors)),
  };
  const spanS = evidence.ending.measuredS || plan.durationS;
  const { p50, p90, p99 } = evidence.overall.responseMs;
  const late = shares.late.missed / Math.max(1, shares.late.of);
  const errors = shares.errors.missed / Math.max(1, shares.errors.of);
  const asked = answerOf(together, objective);
  const cores = coresOf(evidence);
  const answer = spoiltBy(verdict) ??
    (asked === "bad" ? spoiltByHost(cores) : undefined) ?? {
      answer: asked,
      because: `p99 ${ms(p99)}, ${percent(late)} late or bad, ${percent(errors)} bad, of ${shares.late.of} requests`,
    };
  const nodes = evidence.nodes;
  return {
    evidence,
    seen: {
      ...{ aim, ratePerS: plan.ratePerS, spanS, ...shares, ...answer, nodes, folder },
      offeredPerS: evidence.load.offeredPerS,
      completedPerS: evidence.load.completedPerS,
      goodPerS: (shares.late.of - shares.late.missed) / spanS,
      ...{ p50Ms: p50, p90Ms: p90, p99Ms: p99 },
      agentCpuRatio: evidence.instrument.agentCpuRatio,
      ...cores,
    },
  };
}

/** What nodes and agents used of this machine, and what the rest of it did. */
function coresOf({ nodes, instrument, plan }: Evidence): Pick<ProbeSeen, "usedCores" | "otherCores"> {
  const ofNodes = nodes.reduce((sum, each) => sum + (each.cpuUsedRatio * each.cpuBudgetMillicores) / 1000, 0);
  const usedCores = ofNodes + instrument.agentCpuRatio * plan.agents;
  const busyRatio = instrument.hostPressure.cpuBusyRatio;
  return busyRatio === undefined
    ? { usedCores }
    : { usedCores, otherCores: Math.max(0, busyRatio * cpus().length - usedCores) };
}

/** A full machine makes any target bad. */
function spoiltByHost({
  usedCores,
  otherCores = 0,
}: ReturnType<typeof coresOf>): Pick<ProbeSeen, "answer" | "because"> | undefined {
  const cores = cpus().length;
  if (usedCores + otherCores < cores * hostFullRatio) return undefined;
  const words = `${usedCores.toFixed(2)} by the target and our agents, ${otherCores.toFixed(2)} by the rest`;
  return { answer: "unsound", because: `the machine itself was full: of ${cores} cores ${words}` };
}
