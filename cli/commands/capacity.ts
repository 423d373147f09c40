/** `bench capacity`: the knee of a target under a scenario, searched for and proven. */
import { randomInt } from "node:crypto";
import { join, resolve } from "node:path";
import { closedProblems, planCapacity, refusedInSearch } from "../../controller/capacity/plan-capacity.ts";
import { type CapacityPlan, searchCapacity } from "../../controller/capacity/search-capacity.ts";
import { searchVersion } from "../../controller/capacity/search-version.ts";
import { identityOf } from "../../controller/gate/identity.ts";
import { chosenTarget, type RunRequest } from "../../controller/plan.ts";
import { newRunId, RunRecord } from "../../controller/record.ts";
import { isInterruption, type Parts } from "../../controller/run.ts";
import type { CapacitySeen } from "../../verdict/capacity/capacity-seen.ts";
import { capacityExitCode, capacityLines, objectiveWords } from "../capacity-report.ts";
import { ensureComponents } from "../consent.ts";
import { kneeBefore } from "../knee-before.ts";
import { openProgress } from "../progress.ts";
import { type ReadRequest, type RunWords, readRequest } from "../request.ts";
import { runsFolder } from "../results.ts";
import type { Settings } from "../settings.ts";
import { about, partsOf } from "./run.ts";

export interface CapacityWords extends RunWords {
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

export async function capacity(scenario: string, words: CapacityWords, signal: AbortSignal): Promise<number> {
  const { request, settings } = await readSearch(scenario, words);
  const { plan, before } = planSearch(request);
  if (words.dryRun === true) {
    print(
      words.json === true
        ? { objective: plan.objective, search: plan.search, before }
        : dryLines(plan, before),
    );
    return 0;
  }
  const { seen, lines } = await performSearch(request, { plan, settings }, signal);
  print(words.json === true ? { ...seen, exitCode: capacityExitCode(seen) } : lines);
  return settings.advisory === true ? 0 : capacityExitCode(seen);
}

/**
 * As for a run, but for what has no place in a search: as a flag it is refused, in a settings file it is for runs.
 * @throws {Failure} `usage` listing all problems
 */
export async function readSearch(scenario: string, words: RunWords): Promise<ReadRequest> {
  const refused = Object.entries(refusedInSearch).flatMap(([word, problem]) =>
    words[word as keyof typeof refusedInSearch] === undefined ? [] : [problem],
  );
  const { request, settings } = await readRequest(scenario, words, {
    problems: refused,
    about: (asked) => closedProblems(asked.scenario),
  });
  const { durationS: _, warmupS: __, ...ofSearch } = request;
  return { settings, request: ofSearch };
}

/** Begins where an earlier search of the same ended, when there is one. */
export function planSearch(request: RunRequest): {
  readonly plan: CapacityPlan;
  readonly before: ReturnType<typeof kneeBefore>;
} {
  const first = planCapacity(request, undefined);
  const before = kneeBefore(first.base);
  return { plan: before === undefined ? first : planCapacity(request, before), before };
}

export interface PerformedSearch {
  readonly plan: CapacityPlan;
  readonly settings: Settings;
  /** Where its folder is made; that of all runs when absent. */
  readonly runsIn?: string;
}

/** Carries a search out; its folder holds what was found, as JSON and as text. */
export async function performSearch(
  request: RunRequest,
  { plan, settings, runsIn = runsFolder() }: PerformedSearch,
  signal: AbortSignal,
): Promise<{ readonly seen: CapacitySeen; readonly lines: readonly string[]; readonly folder: string }> {
  const progress = openProgress({ stream: process.stderr });
  try {
    const { target } = request;
    if (target.kind === "stage" && plan.base.launcher === "processes") {
      await ensureComponents(chosenTarget(target).spec, {
        isAgreed: settings.install === true,
        network: plan.base.network,
        say: progress.heard.step,
        signal,
      });
    }
    const runId = newRunId(
      `capacity-${plan.base.scenario}`,
      plan.base.target,
      Date.now(),
      randomInt(0x10000),
    );
    const record = RunRecord.create(resolve(settings.out ?? join(runsIn, runId)), runId);
    const parts = partsOf({ record, progress, request, plan: plan.base, isKept: false });
    const whatAndWhere = { ...about(runId), kind: "capacity", identity: identityOf(request) };
    const seen = await carryOut(plan, { parts, whatAndWhere }, signal);
    progress.end();
    const lines = capacityLines(seen, record.folder);
    record.write("capacity.txt", `${lines.join("\n")}\n`);
    return { seen, lines, folder: record.folder };
  } finally {
    progress.end();
  }
}

async function carryOut(
  plan: CapacityPlan,
  { parts, whatAndWhere }: { readonly parts: Parts; readonly whatAndWhere: object },
  signal: AbortSignal,
): Promise<CapacitySeen> {
  const { base, search, objective, curve } = plan;
  const { record } = parts;
  const capacity = { version: searchVersion, search, objective, curve };
  record.writeJson("plan.json", { ...base, runId: record.runId, capacity });
  record.writeJson("run.json", { ...whatAndWhere, state: "incomplete" });
  try {
    const seen = await searchCapacity(plan, parts, signal);
    const { cutShort } = seen;
    record.writeJson("run.json", {
      ...whatAndWhere,
      ...(cutShort === undefined ? { state: "complete" } : { state: "failed", because: cutShort.because }),
    });
    return seen;
  } catch (error) {
    const state = isInterruption(error) ? "interrupted" : "failed";
    record.writeJson("run.json", { ...whatAndWhere, state, because: (error as Error).message });
    throw error;
  }
}

function dryLines(
  { base, search, objective }: ReturnType<typeof planCapacity>,
  before: { kneePerS: number } | undefined,
) {
  return [
    `${base.scenario} against ${base.target}: ${objectiveWords(objective)}`,
    `from ${search.firstPerS.toFixed(0)} /s${before === undefined ? "" : ", just below what an earlier search found"}, by ${search.growth} up, then halved to ${search.resolutionRatio * 100} %, then proven by ${search.proofs} good probes`,
  ];
}

function print(what: object): void {
  process.stdout.write(Array.isArray(what) ? `${what.join("\n")}\n` : `${JSON.stringify(what, null, 2)}\n`);
}
