/** One experiment of a verification: an ordinary run, or an ordinary search, or one that was made before. */
import { Failure } from "../base/failure.ts";
import type { HostSeen } from "../chaos/host-seen.ts";
import { readJson } from "../controller/gate/fingerprint.ts";
import { identityOf } from "../controller/gate/identity.ts";
import { planRun, type RunRequest } from "../controller/plan.ts";
import type { Made } from "../controller/verify/carry-out.ts";
import { experimentRequest } from "../controller/verify/experiment-request.ts";
import type { MadeBefore, WhatAndWhere } from "../controller/verify/made-before.ts";
import type { Step } from "../controller/verify/plan-verification.ts";
import type { Taken, Wanted } from "../controller/verify/taken.ts";
import type { CapacitySeen } from "../verdict/capacity/capacity-seen.ts";
import type { Experiment } from "../verdict/claims/stage-claim.ts";
import { judge } from "../verdict/judge.ts";
import { readRun } from "../verdict/read-run.ts";
import { decidingFindings } from "../verdict/verdict.ts";
import { performSearch, planSearch } from "./commands/capacity.ts";
import { about, perform } from "./commands/run.ts";

export interface Making {
  readonly host: HostSeen;
  /** Where the folders of runs and searches are made. */
  readonly runsIn: string;
  readonly wanted: Wanted;
  readonly before: MadeBefore;
  readonly isInstalling: boolean;
  /** How a folder is named in the result. */
  readonly folderName: (path: string) => string;
}

export function experimentMaker(making: Making): (step: Step, signal: AbortSignal) => Promise<Made<Taken>> {
  const { host, folderName } = making;
  return async (step, signal) => {
    const request = experimentRequest(step.experiment, host, step.seed);
    const made = step.experiment.kind === "run" ? oneRun : oneSearch;
    const { folder, ...rest } = await made(step, { ...making, request }, signal);
    return { ...rest, folder: folderName(folder) };
  };
}

export interface AskedBefore {
  readonly host: HostSeen;
  /** Is used up by being asked. */
  readonly before: MadeBefore;
  /** Of the first round. */
  readonly seed: number;
}

/** How many of the first rounds of an experiment need not be made; 0 of one that cannot be made here. */
export const madeAlready =
  ({ host, before, seed }: AskedBefore) =>
  (experiment: Experiment): number => {
    try {
      for (let round = 0; ; round++) {
        const request = experimentRequest(experiment, host, seed + round);
        const where = whatAndWhere(request);
        const folder =
          experiment.kind === "run"
            ? before.takeRun(planRun(request), where)
            : before.takeSearch(planSearch(request).plan, where);
        if (folder === undefined) return round;
      }
    } catch (error) {
      if (error instanceof Failure) return 0;
      throw error;
    }
  };

interface Asked extends Making {
  readonly request: RunRequest;
}

async function oneRun(
  { key, round }: Step,
  { request, before, wanted, runsIn, isInstalling }: Asked,
  signal: AbortSignal,
): Promise<Made<Taken>> {
  const plan = planRun(request);
  const where = whatAndWhere(request);
  const earlier = await firstReadable(() => before.takeRun(plan, where), readRun);
  if (earlier !== undefined) {
    const { evidence, tally } = earlier.read;
    const figures = wanted.ofRun(key, { evidence, tally, verdict: judge(evidence, tally) }, round);
    return { folder: earlier.folder, isReused: true, figures, ...spoilt(figures) };
  }
  const settings = { install: isInstalling };
  const judged = await perform(request, { plan, settings, isKept: false, runsIn }, signal);
  const { verdict, folder } = judged;
  const leaked = verdict.exitCode === 15 ? decidingFindings(verdict)[0]?.because : undefined;
  if (leaked === undefined && signal.aborted) throw signal.reason;
  const figures = wanted.ofRun(key, judged, round);
  return {
    ...{ folder, isReused: false, figures, ...spoilt(figures) },
    ...(leaked !== undefined && { leaked }),
  };
}

const spoilt = ({ notWell }: Taken): Pick<Made<Taken>, "notWell"> =>
  notWell === undefined ? {} : { notWell };

async function oneSearch(
  { key, round }: Step,
  { request, before, wanted, runsIn, isInstalling }: Asked,
  signal: AbortSignal,
): Promise<Made<Taken>> {
  const { plan } = planSearch(request);
  const where = whatAndWhere(request);
  const earlier = await firstReadable(() => before.takeSearch(plan, where), readSearch);
  if (earlier !== undefined) {
    const { folder, read } = earlier;
    return { folder, isReused: true, figures: wanted.ofSearch(key, read, round) };
  }
  const settings = { install: isInstalling };
  const { seen, folder } = await performSearch(request, { plan, settings, runsIn }, signal);
  if (signal.aborted) throw signal.reason;
  return { folder, isReused: false, figures: wanted.ofSearch(key, seen, round) };
}

/** What was made before and is damaged was not made. */
async function firstReadable<Read>(
  take: () => string | undefined,
  readIn: (folder: string) => Promise<Read>,
): Promise<{ readonly folder: string; readonly read: Read } | undefined> {
  for (let folder = take(); folder !== undefined; folder = take()) {
    try {
      return { folder, read: await readIn(folder) };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
  return undefined;
}

async function readSearch(folder: string): Promise<CapacitySeen> {
  const seen = readJson(folder, "capacity.json") as Partial<CapacitySeen> | null;
  if (typeof seen?.runId !== "string" || !Array.isArray(seen.probes))
    throw new Failure("environment", `capacity.json of ${folder} is not what a search found`);
  return seen as CapacitySeen;
}

const whatAndWhere = (request: RunRequest): WhatAndWhere => ({ ...about(""), identity: identityOf(request) });
