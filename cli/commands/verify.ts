/** `bench verify`: which claims of the stages hold on this machine, by shared experiments, each with fresh targets. */
import { randomInt } from "node:crypto";
import { join, relative } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { type HostSeen, seeHost } from "../../chaos/host-seen.ts";
import { planCapacity } from "../../controller/capacity/plan-capacity.ts";
import { planRun } from "../../controller/plan.ts";
import { newRunId } from "../../controller/record.ts";
import { carryOut, impossibleOnes } from "../../controller/verify/carry-out.ts";
import { experimentKey, experimentWords } from "../../controller/verify/experiment-key.ts";
import { experimentRequest } from "../../controller/verify/experiment-request.ts";
import { ladderAsked, ladderDemands } from "../../controller/verify/ladder.ts";
import { LooksAtClaims } from "../../controller/verify/looks-at-claims.ts";
import { MadeBefore } from "../../controller/verify/made-before.ts";
import { decidedIn, neededNoMore } from "../../controller/verify/needed-no-more.ts";
import { planVerification } from "../../controller/verify/plan-verification.ts";
import { Wanted } from "../../controller/verify/taken.ts";
import { type Verification, verificationOf } from "../../controller/verify/verification.ts";
import { stageClaims } from "../../verdict/claims/catalog.ts";
import type { Experiment } from "../../verdict/claims/stage-claim.ts";
import { counted } from "../../verdict/telling/figures.ts";
import { experimentMaker, madeAlready } from "../make-experiment.ts";
import { resultsFolder, runsFolder } from "../results.ts";
import { answeredIn, answeredInFile, openVerifyFolder, writeInto } from "../verify-folder.ts";
import { lengthWords, planLines, verifyLines } from "../verify-report.ts";
import { readVerifyWords, type VerifyWishes, type VerifyWords } from "../verify-words.ts";
import { about } from "./run.ts";

export async function verify(
  words: readonly string[],
  given: VerifyWords,
  signal: AbortSignal,
): Promise<number> {
  const wishes = withoutDecided(readVerifyWords(words, given, stageClaims), given.all === true);
  const host = seeHost();
  const before = () => madeBefore(wishes, wishes.out === undefined ? runsFolder() : join(wishes.out, "runs"));
  const plan = planVerification(wishes.claims, {
    ...wishes,
    ...(given.all === true && { besides: ladderDemands }),
    ...(wishes.isReusing && { madeBefore: alreadyOf(wishes, { host, before: before() }) }),
  });
  const impossible = impossibleOnes(plan, (experiment) => {
    const request = experimentRequest(experiment, host, wishes.seed);
    if (experiment.kind === "run") planRun(request);
    else planCapacity(request, undefined);
  });
  if (wishes.isDry) {
    print(
      wishes.isJson ? { ...plan, impossible: Object.fromEntries(impossible) } : planLines(plan, impossible),
    );
    return 0;
  }
  const seen = await carriedOut({ wishes, plan, impossible, host }, signal);
  const { verification, folder } = seen;
  print(wishes.isJson ? { ...verification, folder } : verifyLines(verification, folder));
  if (verification.ending.status === "interrupted" && signal.aborted) throw signal.reason;
  return verification.verdict.exitCode;
}

interface Deciding {
  readonly wishes: VerifyWishes;
  readonly plan: ReturnType<typeof planVerification>;
  readonly impossible: ReadonlyMap<string, string>;
  readonly host: HostSeen;
}

async function carriedOut({ wishes, plan, impossible, host }: Deciding, signal: AbortSignal) {
  const { folder, runsIn, id } = placesOf(wishes);
  const fromMs = systemClock.nowMs();
  const { bench, node, host: machine } = about(id);
  const told = { id, bench, node, host: machine, startedAt: new Date(systemClock.epochMs()).toISOString() };
  const make = experimentMaker({
    ...{ host, runsIn, wanted: new Wanted(plan.claims, ladderAsked), isInstalling: wishes.isInstalling },
    before: madeBefore(wishes, runsIn),
    folderName: (path) => relative(folder, path),
  });
  const planned = new Map(plan.experiments.map((each) => [each.key, each]));
  const stepS = ({ key, round }: (typeof plan.steps)[number]): number => {
    const { needsS = 0, madeBefore: free = 0 } = planned.get(key) ?? {};
    return round < free ? 0 : needsS;
  };
  const leftS = (from: number) => plan.steps.slice(from).reduce((sum, step) => sum + stepS(step), 0);
  const verificationAt = (so: Parameters<typeof verificationOf>[0]) =>
    verificationOf(so, {
      ...{ plan, impossible, about: told },
      tookS: (systemClock.nowMs() - fromMs) / 1000,
    });
  const looks = new LooksAtClaims(plan);
  const so = await carryOut(
    {
      ...{ plan, impossible, make, nowMs: () => systemClock.nowMs() },
      isSettled: (id, samples) => looks.isSettled(id, samples),
      beginning: ({ experiment, round }, number, because) =>
        say(
          `${number} of ${plan.steps.length}, about ${lengthWords(leftS(number - 1))} left: ${experimentWords(experiment)} (round ${round + 1}${because === undefined ? "" : `, once more: ${because}`})`,
        ),
      noted: (so) => writeInto(folder, "verify.json", `${JSON.stringify(verificationAt(so), null, 2)}\n`),
    },
    signal,
  );
  const verification: Verification = verificationAt(so);
  writeInto(folder, "verify.txt", `${verifyLines(verification, folder).join("\n")}\n`);
  return { verification, folder };
}

/** How many rounds need not be made: those that are there, and all of what an earlier sitting has decided everything by. */
function alreadyOf(
  { claims, turns, out, seed }: VerifyWishes,
  { host, before }: { readonly host: HostSeen; readonly before: MadeBefore },
): (experiment: Experiment) => number {
  const already = madeAlready({ host, before, seed });
  const done = neededNoMore(claims, turns, out === undefined ? [] : answeredIn(out));
  return (experiment) => {
    const made = already(experiment);
    // Runs that are gone are made again, whatever they told once.
    return made > 0 && done.has(experimentKey(experiment)) ? Number.MAX_SAFE_INTEGER : made;
  };
}

/**
 * Another machine's answers stand as they are; figures of two machines are never put together.
 * @throws {Failure} `usage` when nothing is left to verify
 */
function withoutDecided(wishes: VerifyWishes, hasLadder: boolean): VerifyWishes {
  if (wishes.skipDecided === undefined) return wishes;
  const isDecided = decidedIn(answeredInFile(wishes.skipDecided));
  const claims = wishes.claims.filter((claim) => !isDecided(claim));
  const skipped = counted(wishes.claims.length - claims.length, "claim");
  if (claims.length === 0 && !hasLadder)
    throw new Failure("usage", `nothing to verify: ${wishes.skipDecided} has decided all of ${skipped}`, {
      hint: "leave --skip-decided out to measure again",
    });
  say(`${skipped} of ${wishes.claims.length} left out: decided in ${wishes.skipDecided}`);
  return { ...wishes, claims };
}

const madeBefore = ({ isReusing }: VerifyWishes, runsIn: string): MadeBefore =>
  isReusing ? MadeBefore.in([runsFolder(), runsIn]) : MadeBefore.none();

/** @throws {Failure} `usage` when the folder holds a verification that is not meant to go on */
function placesOf({ out, isReusing }: VerifyWishes) {
  const id = newRunId("verify", "claims", Date.now(), randomInt(0x10000));
  const folder = out ?? join(resultsFolder(), "verify", id);
  openVerifyFolder(folder, isReusing);
  return { id, folder, runsIn: out === undefined ? runsFolder() : join(out, "runs") };
}

const say = (sentence: string) => void process.stderr.write(`verify: ${sentence}\n`);

function print(what: object): void {
  process.stdout.write(Array.isArray(what) ? `${what.join("\n")}\n` : `${JSON.stringify(what, null, 2)}\n`);
}
