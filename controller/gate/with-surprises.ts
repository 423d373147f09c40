/** What is known only of a run that was made: how CPU budgets are applied, for one, or that a file was changed meanwhile. */
import {
  differences,
  differenceWords,
  type Fingerprint,
  unknownWord,
} from "../../verdict/comparison/fingerprint.ts";
import type { RunSeen } from "../../verdict/comparison/run-seen.ts";
import type { RunPlan } from "../plan.ts";

/**
 * How the CPU budgets of a run will be applied, as far as that is known before: as in the runs that it is held against, when
 * it is brought up as they were.
 */
export function budgetsToBe(
  launcher: RunPlan["launcher"],
  was: { readonly launcher: RunPlan["launcher"]; readonly budgets: string | undefined },
): string {
  if (launcher === was.launcher) return was.budgets ?? unknownWord;
  return launcher === "compose" ? launcher : unknownWord;
}

/**
 * The run, and a doubt for each thing in which it is not what was planned: others like it may still be. What nobody could
 * know is no surprise.
 */
export function withSurprises(seen: RunSeen, planned: Fingerprint): RunSeen {
  const surprises = differences(planned, seen.fingerprint)
    .filter(({ a }) => a !== unknownWord)
    .map((each) => differenceWords({ ...each, between: ["the plan", "this run"] }));
  return surprises.length === 0 ? seen : { ...seen, doubts: [...seen.doubts, ...surprises] };
}
