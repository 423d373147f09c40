/** One probe against a target that stands: a short run at one rate, recorded and judged like any other. */
import { cpus } from "node:os";
import type { NodeDeath } from "../../targets/running-target.ts";
import type { CapacityObjective, ProbeAim, ProbeSeen } from "../../verdict/capacity/probe.ts";
import { probeSeen } from "../../verdict/capacity/probe-seen.ts";
import type { CertificateSeen, Evidence } from "../../verdict/evidence.ts";
import { judge } from "../../verdict/judge.ts";
import { readRun } from "../../verdict/read-run.ts";
import { gatherEvidence } from "../gather.ts";
import { measure } from "../measure.ts";
import type { RunPlan } from "../plan.ts";
import { RunRecord } from "../record.ts";
import type { Standing } from "../stand-up.ts";
import type { Probed } from "./find-knee.ts";

export interface Probe {
  readonly aim: ProbeAim;
  readonly plan: RunPlan;
  /** Number of its drive, and of the probe. */
  readonly drive: number;
  readonly number: number;
  readonly objective: CapacityObjective;
  /** Of earlier probes at this rate that could prove nothing: what they saw counts with it. */
  readonly earlier: readonly Pick<ProbeSeen, "late" | "errors">[];
  /** Of nodes that were not asked to die, so far and from now on. */
  readonly deaths: readonly NodeDeath[];
  readonly certificate: CertificateSeen | undefined;
}

/**
 * Leaves a folder of its own in `record`, which can be judged again like that of a run.
 * @throws {Failure} `environment` when it could not be recorded
 */
export async function probeAt(
  { aim, plan, drive, number, objective, earlier, deaths, certificate }: Probe,
  { driving, budgets }: Standing,
  record: RunRecord,
): Promise<Probed> {
  const { clock, watch } = driving;
  const folder = `probes/${String(number).padStart(2, "0")}-${aim}-${plan.ratePerS}`;
  const own = RunRecord.create(record.path(folder), record.runId);
  own.onBroken((error) =>
    watch.end({ status: "failed", because: `a probe cannot be recorded: ${error.message}` }),
  );
  const heard = { step: () => {}, second: driving.heard.second };
  const startedAt = new Date(clock.epochMs()).toISOString();
  // Until it begins: a drive that never did has no load.
  let [fromMs, fromEpochMs] = [clock.nowMs(), clock.epochMs()];
  const seen = await measure(plan, {
    ...{ ...driving, heard, record: own, drive },
    started: (atMs, atEpochMs) => {
      fromMs = atMs + plan.warmupS * 1000;
      fromEpochMs = atEpochMs + plan.warmupS * 1000;
    },
  });
  const gathered = gatherEvidence({
    ...{ plan, scenario: driving.scenario, record: own, startedAt, seen, budgets, certificate },
    ...{ target: driving.target, fleet: driving.fleet, early: watch.early },
    deaths: deaths.map(({ node, because, atEpochMs, lastLines }) => ({
      ...{ node, because, lastLines },
      atS: (atEpochMs - fromEpochMs) / 1000,
    })),
  });
  const evidence = withoutReport(gathered);
  own.writeJson("plan.json", { ...plan, runId: own.runId });
  own.writeJson("evidence.json", evidence);
  own.throwIfBroken();
  const { tally } = await readRun(own.folder);
  const verdict = judge(evidence, tally);
  own.writeJson("verdict.json", verdict);
  return {
    seen: probeSeen({ aim, objective, earlier, folder, cores: cpus().length }, evidence, verdict),
    seconds: evidence.timeline,
    ...{ fromMs, untilMs: fromMs + plan.durationS * 1000 },
  };
}

/** A run is told as text as well; of a probe the search tells. */
function withoutReport(evidence: Evidence): Evidence {
  const { report: _, ...artifacts } = evidence.artifacts;
  return { ...evidence, artifacts };
}
