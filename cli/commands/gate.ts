/** `bench gate`: fresh runs of a target against a baseline, as many as it takes to decide; the exit code is for CI. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../base/failure.ts";
import { baselineAgain } from "../../controller/gate/baseline-again.ts";
import { type Baseline, Baselines } from "../../controller/gate/baselines.ts";
import { shortOf } from "../../controller/gate/enough-requests.ts";
import { fingerprintOf } from "../../controller/gate/fingerprint.ts";
import { gate as decide } from "../../controller/gate/gate.ts";
import { identityOf } from "../../controller/gate/identity.ts";
import { readSeen } from "../../controller/gate/read-seen.ts";
import { budgetsToBe, withSurprises } from "../../controller/gate/with-surprises.ts";
import { planRun, type RunPlan, type RunRequest } from "../../controller/plan.ts";
import { differences, type Fingerprint } from "../../verdict/comparison/fingerprint.ts";
import type { RunSeen } from "../../verdict/comparison/run-seen.ts";
import { looksUpTo } from "../../verdict/statistics/looks.ts";
import { readWhole } from "../arguments.ts";
import {
  type ComparisonWishes,
  type ComparisonWords,
  deliverComparison,
  deliverRefusal,
  readComparisonWords,
  refused,
  ruleProblems,
  tellRefusal,
} from "../comparison-words.ts";
import { throwIfInterrupted } from "../leaked-first.ts";
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
  readonly plan: RunPlan;
  readonly wishes: ComparisonWishes;
  readonly mostRuns: number;
  readonly baseline: Baseline;
}

const usualMostRuns = 10;

export async function gate(scenario: string, words: GateWords, signal: AbortSignal): Promise<number> {
  const wanted = await readWords(scenario, words);
  const { request, plan, wishes, baseline, mostRuns } = wanted;
  const [first] = baseline.seen;
  if (first === undefined) throw new Error(`baseline ${baseline.name} holds no run`);
  const was = { plan: planOf(baseline), fingerprint: first.fingerprint };
  const expectedOf = (what: RunRequest): Fingerprint => {
    const planned = planRun(what);
    const budgets = budgetsToBe(planned.launcher, {
      launcher: was.plan.launcher,
      budgets: was.fingerprint.target["CPU budgets"],
    });
    return fingerprintOf(planned, { ...about(""), identity: identityOf(what) }, budgets);
  };
  const names = [`baseline ${baseline.name}`, [plan.target, ...(plan.unusual ?? [])].join(" ")] as const;
  const differing = differences(first.fingerprint, expectedOf(request));
  const circumstances = refused(differing, wishes.accepted);
  if (circumstances.length > 0 && words.dryRun === true) {
    tellRefusal(circumstances);
    return 5;
  }
  if (circumstances.length > 0)
    return deliverRefusal(circumstances, { names, a: baseline.seen, b: [], differences: differing }, wishes);
  const again =
    words.kept === true
      ? { because: "--kept was given" }
      : baselineAgain({
          ...{ request, was, fingerprintOf: expectedOf },
          ...(words.baselineTarget && { urls: words.baselineTarget }),
        });
  const runOf = (what: RunRequest) => {
    const expected = expectedOf(what);
    return async (seed: number, stop: AbortSignal) =>
      withSurprises(await oneRun({ ...what, seed }, wanted, stop), expected);
  };
  // Planned before anything is said: a dry run, too, refuses a baseline that cannot be run.
  const runs = {
    runTarget: runOf(request),
    ...("request" in again && { runBaseline: runOf(again.request) }),
  };
  const looks = looksUpTo(mostRuns);
  const say = (sentence: string) => void process.stderr.write(`gate: ${sentence}\n`);
  say(
    "request" in again
      ? `the baseline is run again beside the target, in turns; at most ${mostRuns} pairs, looked at after ${looks.map(({ runs }) => runs).join(", ")}`
      : `${baseline.seen.length} kept runs are the baseline, because ${again.because}; at most ${mostRuns} runs, looked at after ${looks.map(({ runs }) => runs).join(", ")}`,
  );
  for (const { because } of shortOf(wishes.rules, plan, baseline.seen))
    say(`shown, and held against nothing: ${because}`);
  if (words.dryRun === true) return 0;
  const comparison = await decide(
    {
      ...{ names, looks, rules: wishes.rules, isStrict: wishes.isStrict },
      differences: differing,
      kept: baseline.seen,
      ...runs,
      // The same seeds on both sides: kept runs have theirs, fresh pairs share one.
      seedOf: (pair) =>
        "request" in again ? plan.seed + pair : baseline.seen[pair % baseline.seen.length]!.seed,
      epochMs: Date.now,
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
  if (baselineTarget?.every(isUrl) === false || (baselineTarget && read?.request.target.kind === "stage"))
    problems.push("--baseline-target is for URLs of your own system; a stage is brought up again by itself");
  if (baselineTarget && read?.request.target.kind === "external" && read.request.scenario.sale !== undefined)
    problems.push(
      `--baseline-target: ${read.request.scenario.name} sells a limited stock, and --audit-url is that of the new version: nobody can open a sale at the old one; use --kept`,
    );
  const plan = read && (await attempt(() => planRun(read.request)));
  if (baseline !== undefined) {
    problems.push(...ruleProblems(wishes.rules, Object.keys(baseline.seen[0]?.figures ?? {})));
    problems.push(...(plan === undefined ? [] : neverDecided(wishes, plan, baseline)));
  }
  if (
    problems.length > 0 ||
    read === undefined ||
    plan === undefined ||
    baseline === undefined ||
    "problem" in most
  )
    throw new Failure(
      "usage",
      `${problems.length} problem${problems.length === 1 ? "" : "s"} with this command`,
      {
        problems: [...new Set(problems)],
        hint: "bench gate --help shows every option",
      },
    );
  return { ...read, plan, wishes, baseline, mostRuns: most.value };
}

/** What was asked for and no run of this length can tell: better now than after twenty of them. */
function neverDecided(
  { rules, isStrict }: ComparisonWishes,
  plan: RunPlan,
  { seen }: Baseline,
): readonly string[] {
  const asked = rules.filter(({ isAsked }) => isAsked || isStrict);
  return shortOf(asked, plan, seen).map(
    ({ rule, because }) => `${rule.isAsked ? "--margin" : "--strict"}: ${because}`,
  );
}

/** Of its first run; the others are of the same. */
function planOf({ folder, runs: [id = ""] }: Baseline): RunPlan {
  return JSON.parse(readFileSync(join(folder, "runs", id, "plan.json"), "utf8")) as RunPlan;
}

async function oneRun(request: RunRequest, { settings }: Wanted, signal: AbortSignal): Promise<RunSeen> {
  // Every run has a folder of its own, whatever the settings file says.
  const { out: _, ...rest } = settings;
  const plan = planRun(request);
  const judged = await perform(request, { plan, settings: rest, isKept: false }, signal);
  throwIfInterrupted(judged, signal);
  return (await readSeen([judged.folder]))[0]!;
}
