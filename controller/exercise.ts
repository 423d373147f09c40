/**
 * Exercises the target until CPU per request is steady: without budgets first, because a Node process under a small
 * budget mostly measures its own just-in-time compiler and a cold cache is not what a run is about; then under them,
 * because a budget changes what steady is (docs/decisions/0002).
 */
import type { RunningTarget } from "../targets/running-target.ts";
import { type DriveParts, runDrive } from "./drive.ts";
import type { RunPlan } from "./plan.ts";

/** Two rounds in a row within this share of each other count as steady. Judgement; see docs/decisions/0002. */
const steadyWithinRatio = 0.1;

export interface Exercise {
  /** For people: `without budgets`. */
  readonly how: string;
  readonly rounds: number;
  /** Number of its first drive. */
  readonly fromDrive: number;
  /** CPU per request that was steady before, in milliseconds; the first round is compared with it. */
  readonly steadyMs?: number;
}

export interface Exercised {
  /** Number of the next drive. */
  readonly nextDrive: number;
  /** Of the last round; undefined when there was none. */
  readonly cpuPerRequestMs: number | undefined;
}

/** Rounds until two in a row agree, or there are no more; ends early when the run does. */
export async function exercise(
  plan: RunPlan,
  { how, rounds, fromDrive, steadyMs }: Exercise,
  parts: Omit<DriveParts, "drive" | "purpose" | "started">,
): Promise<Exercised> {
  const { target, heard, record } = parts;
  let before = steadyMs;
  for (let round = 1; round <= rounds && parts.watch.early === undefined; round++) {
    const drive = fromDrive + round - 1;
    const fromS = await cpuOf(target);
    const seen = await runDrive(
      { ...plan, durationS: plan.exercise.roundS, warmupS: 0, ratePerS: plan.exercise.ratePerS },
      { ...parts, drive, purpose: "exercise" },
    );
    const requests = seen.collector.timeline.load().completed;
    seen.collector.timeline.release();
    // Nothing was answered: there is nothing to be steady about, and the run itself will say so.
    if (requests === 0) return { nextDrive: drive + 1, cpuPerRequestMs: undefined };
    const cpuPerRequestMs = (((await cpuOf(target)) - fromS) / requests) * 1000;
    record.event("exercised", { how, round, requests, cpuPerRequestMs });
    heard.step(`exercised ${how}, round ${round}: ${cpuPerRequestMs.toFixed(2)} ms of CPU per request`);
    const isSteady = before !== undefined && Math.abs(before / cpuPerRequestMs - 1) <= steadyWithinRatio;
    before = cpuPerRequestMs;
    if (isSteady) return { nextDrive: drive + 1, cpuPerRequestMs };
  }
  return { nextDrive: fromDrive + rounds, cpuPerRequestMs: before };
}

async function cpuOf(target: RunningTarget): Promise<number> {
  return (await target.usage()).reduce((sum, { cpuS }) => sum + cpuS, 0);
}
