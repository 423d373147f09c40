/**
 * Exercises the target without budgets until CPU per request is steady: a Node process under a small budget mostly
 * measures its own just-in-time compiler, and a cold cache or a cold buffer pool is not what a run is about.
 */
import type { RunningTarget } from "../targets/running-target.ts";
import { type DriveParts, runDrive } from "./drive.ts";
import type { RunPlan } from "./plan.ts";

/** Two rounds in a row within this share of each other count as steady. Judgement; see docs/decisions/0002. */
const steadyWithinRatio = 0.1;

/** Returns the number of drives made: the number of the next one. */
export async function exerciseUntilSteady(
  plan: RunPlan,
  parts: Omit<DriveParts, "drive" | "purpose" | "started">,
): Promise<number> {
  const { target, heard, record } = parts;
  let before = Number.POSITIVE_INFINITY;
  let drive = 0;
  while (drive < plan.exercise.rounds && parts.watch.early === undefined) {
    const fromS = await cpuOf(target);
    const seen = await runDrive(
      { ...plan, durationS: plan.exercise.roundS, warmupS: 0, ratePerS: plan.exercise.ratePerS },
      { ...parts, drive, purpose: "exercise" },
    );
    drive++;
    const requests = seen.collector.timeline.load().completed;
    seen.collector.timeline.release();
    const perRequestMs =
      requests === 0 ? Number.POSITIVE_INFINITY : (((await cpuOf(target)) - fromS) / requests) * 1000;
    record.event("exercised", { round: drive, requests, cpuPerRequestMs: perRequestMs });
    heard.step(`exercised without budgets, round ${drive}: ${perRequestMs.toFixed(2)} ms of CPU per request`);
    if (Math.abs(before / perRequestMs - 1) <= steadyWithinRatio) break;
    before = perRequestMs;
  }
  return drive;
}

async function cpuOf(target: RunningTarget): Promise<number> {
  return (await target.usage()).reduce((sum, { cpuS }) => sum + cpuS, 0);
}
