/** `bench gate`: fresh runs of a target against a baseline, as many as it takes to decide; the exit code is for CI. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../base/failure.ts";
import { type Baseline, Baselines } from "../../controller/gate/baselines.ts";
import { fingerprintOf } from "../../controller/gate/fingerprint.ts";
import { gate as decide } from "../../controller/gate/gate.ts";
import { identityOf } from "../../controller/gate/identity.ts";
import { readSeen } from "../../controller/gate/read-seen.ts";
import { planRun, type RunPlan, type RunRequest } from "../../controller/plan.ts";
import { differences, type Fingerprint, unknownWord } from "../../verdict/comparison/fingerprint.ts";
import type { RunSeen } from "../../verdict/comparison/run-seen.ts";
import { looksUpTo } from "../../verdict/statistics/looks.ts";
import { readWhole } from "../arguments.ts";
import {
  type ComparisonWishes,
  type ComparisonWords,
  deliverComparison,
  readComparisonWords,
  refused,
  ruleProblems,
  tellRefusal,
} from "../comparison-words.ts";
import { isUrl, type ReadRequest, type RunWords, readRequest } from "../request.ts";
import { baselinesFolder } from "../results.ts";
import { about, perform } from "./run.ts";

export interface GateWords extends RunWords, Omit<ComparisonWords, "advisory"> {
  readonly baseline?: string;
  readonly baselineTarget?: readonly string[];
  readonly kept?: boolean;
  readonly maxRuns?: string;
  readonly dryRun?: boolean;
}

interface Wanted extends ReadRequest {
  readonly wishes: ComparisonWishes;
  readonly mostRuns: number;
  readonly baseline: Baseline;
}

const usualMostRuns = 10;

export async function gate(scenario: string, words: GateWords, signal: AbortSignal): Promise<number> {
  const wanted = await readWords(scenario, words);
  const { request, wishes, baseline, mostRuns } = wanted;
  const [first] = baseline.seen;
  if (first === undefined) throw new Error(`baseline ${baseline.name} holds no run`);
  const plan = planRun(request);
  const expected = fingerprintOf(
    plan,
    { ...about(""), identity: identityOf(request) },
    first.fingerprint.target["CPU budgets"] ?? unknownWord,
  );
  const differing = differences(first.fingerprint, expected);
  const circumstances = refused(differing, wishes.accepted);
  if (circumstances.length > 0) {
    tellRefusal(circumstances);
    return 5;
  }
  const again = baselineAgain(words, { ...wanted, expected });
  const looks = looksUpTo(mostRuns);
  const say = (sentence: string) => void process.stderr.write(`gate: ${sentence}\n`);
  say(
    "request" in again
      ? `the baseline is run again beside the target, in turns; at most ${mostRuns} pairs, looked at after ${looks.map(({ runs }) => runs).join(", ")}`
      : `${baseline.seen.length} kept runs are the baseline, because ${again.because}; at most ${mostRuns} runs, looked at after ${looks.map(({ runs }) => runs).join(", ")}`,
  );
  if (words.dryRun === true) return 0;
  const runOf = (what: RunRequest, against: Fingerprint) => async (seed: number, stop: AbortSignal) => {
    const seen = await oneRun({ ...what, seed }, wanted, stop);
    // What is known only of a run that was made: how CPU budgets are applied, for one.
    const surprises = refused(differences(against, seen.fingerprint), wishes.accepted);
    if (surprises.length === 0) return seen;
    return { ...seen, doubts: [...seen.doubts, ...surprises] };
  };
  const comparison = await decide(
    {
      names: [`baseline ${baseline.name}`, [plan.target, ...(plan.unusual ?? [])].join(" ")],
      rules: wishes.rules,
      differences: differing,
      isStrict: wishes.isStrict,
      looks,
      kept: baseline.seen,
      runTarget: runOf(request, first.fingerprint),
      ...("request" in again && { runBaseline: runOf(again.request, first.fingerprint) }),
      // The same seeds on both sides: kept runs have theirs, fresh pairs share one.
      seedOf: (pair) =>
        "request" in again ? plan.seed + pair : baseline.seen[pair % baseline.seen.length]!.seed,
      say,
    },
    signal,
  );
  return deliverComparison(comparison, wishes);
}

async function readWords(scenario: string, words: GateWords): Promise<Wanted> {
  const problems: string[] = [];
  const attempt = async <T>(read: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== "usage") throw error;
      problems.push(...(error.problems.length > 0 ? error.problems : [error.message]));
      return undefined;
    }
  };
  const {
    margin,
    across,
    strict,
    json,
    report,
    baseline: name,
    baselineTarget,
    kept,
    maxRuns,
    dryRun: _,
    ...runWords
  } = words;
  const read = await attempt(() => readRequest(scenario, runWords));
  const wishes = readComparisonWords(
    {
      ...{ margin, across, strict, json, report },
      advisory: read?.settings.advisory === true,
    } as ComparisonWords,
    problems,
  );
  if (name === undefined)
    problems.push("no baseline: give --baseline with the name of one (bench baseline list)");
  const baseline =
    name === undefined ? undefined : await attempt(() => new Baselines(baselinesFolder()).read(name));
  const most = maxRuns === undefined ? { value: usualMostRuns } : readWhole("--max-runs", maxRuns, 3, 100);
  if ("problem" in most) problems.push(most.problem);
  if (kept === true && baselineTarget !== undefined)
    problems.push("--kept and --baseline-target: either the kept runs are the baseline, or it is run again");
  if (baselineTarget?.every(isUrl) === false)
    problems.push("--baseline-target is for URLs of your own system; a stage is brought up again by itself");
  if (baseline !== undefined)
    problems.push(...ruleProblems(wishes.rules, Object.keys(baseline.seen[0]?.figures ?? {})));
  if (problems.length > 0 || read === undefined || baseline === undefined || "problem" in most)
    throw new Failure(
      "usage",
      `${problems.length} problem${problems.length === 1 ? "" : "s"} with this command`,
      {
        problems: [...new Set(problems)],
        hint: "bench gate --help shows every option",
      },
    );
  return { ...read, wishes, baseline, mostRuns: most.value };
}

/** The request by which the baseline is run again, or why it is not. */
function baselineAgain(
  { kept, baselineTarget }: GateWords,
  { request, baseline, expected }: Pick<Wanted, "request" | "baseline"> & { readonly expected: Fingerprint },
): { readonly request: RunRequest } | { readonly because: string } {
  if (kept === true) return { because: "--kept was given" };
  const { target } = request;
  if (target.kind === "external") {
    return baselineTarget === undefined
      ? { because: "nobody said where the old version of your own system is (--baseline-target)" }
      : { request: { ...request, target: { ...target, urls: baselineTarget } } };
  }
  if (baselineTarget !== undefined)
    throw new Failure(
      "usage",
      "--baseline-target is for your own system; a stage is brought up again by itself",
    );
  const [was, is] = [baseline.seen[0]?.fingerprint.program["shop"], expected.program["shop"]];
  if (was === undefined || was === unknownWord || was !== is)
    return { because: "the shop's program is another one today, and the old one is not here any more" };
  const { unusual = [], strategy, target: id } = baselinePlan(baseline);
  if (id !== target.spec.id) return { because: `it is of ${id}` };
  const { strategy: __, ...rest } = request;
  return {
    request: {
      ...rest,
      ...(strategy !== undefined && { strategy }),
      target: { ...target, variants: unusual },
    },
  };
}

function baselinePlan({
  folder,
  runs: [id = ""],
}: Baseline): Pick<RunPlan, "unusual" | "strategy" | "target"> {
  return JSON.parse(readFileSync(join(folder, "runs", id, "plan.json"), "utf8")) as RunPlan;
}

async function oneRun(request: RunRequest, { settings }: Wanted, signal: AbortSignal): Promise<RunSeen> {
  // Every run has a folder of its own, whatever the settings file says.
  const { out: _, ...rest } = settings;
  const { folder } = await perform(
    request,
    { plan: planRun(request), settings: rest, isKept: false },
    signal,
  );
  if (signal.aborted) throw signal.reason;
  return (await readSeen([folder]))[0]!;
}
