/** Everything that stands before load counts: the target up, agents joined, warm, under budgets, and steady again. */
import type { Cleanup } from "../base/cleanup.ts";
import { enteredBy } from "../chaos/relay/entered-by.ts";
import type { RunningRelay } from "../chaos/relay/start-relay.ts";
import type { BudgetReport, NodeDeath, RunningTarget } from "../targets/running-target.ts";
import type { DriveParts } from "./drive.ts";
import type { EndingWatch } from "./ending.ts";
import { exercise } from "./exercise.ts";
import type { RunPlan } from "./plan.ts";
import type { GuardHandle, Parts } from "./run.ts";

export interface Standing {
  /** What every drive from now on needs. */
  readonly driving: Omit<DriveParts, "drive" | "purpose" | "started">;
  readonly budgets: BudgetReport;
  /** Number of the first drive that counts. */
  readonly nextDrive: number;
}

export interface StandUp {
  readonly parts: Parts;
  readonly guard: GuardHandle;
  readonly watch: EndingWatch;
  /** Takes down what was brought up, whatever comes. */
  readonly cleanup: Cleanup;
  /** Present when connections are to lead through it. */
  readonly relay: RunningRelay | undefined;
  /** Called for every node that dies without having been asked to; the death is in the record already. */
  died(death: NodeDeath): void;
}

/** @throws {Failure} when the target does not come up, or the agents do not join */
export async function standUp(
  plan: RunPlan,
  { parts, guard, watch, cleanup, relay, died }: StandUp,
): Promise<Standing> {
  const { record, heard, clock, scenario, readPressure } = parts;
  heard.step(plan.launcher === "external" ? `reaching ${plan.target}` : `bringing ${plan.target} up`);
  const opened = await parts.openTarget(plan, guard, watch.signal, relay);
  cleanup.defer(() => close(opened));
  const target = relay === undefined ? opened : await enteredBy(opened, relay);
  record.event("target-up", { startUpS: target.startUpS, entryUrls: target.entryUrls });
  target.onDeath((death) => {
    const { node, because, lastLines } = death;
    record.event("node-died", { node, because, lastLines });
    died(death);
  });
  const fleet = cleanup.use(await parts.openFleet(plan, guard, watch));
  record.event("fleet-up", {
    agents: fleet.members.map(({ link }) => ({ index: link.index, pid: link.pid, host: link.host })),
  });

  const driving = {
    ...{ scenario, clock, target, fleet, watch, heard, record },
    ...(readPressure && { readPressure }),
  };
  const { rounds } = plan.exercise;
  const warm = await exercise(plan, { how: "without budgets", rounds, fromDrive: 0 }, driving);
  const budgets = await target.applyBudgets();
  record.event("budgets", { ...budgets });
  heard.step(
    budgets.mechanism === "none"
      ? `no CPU budgets: ${budgets.because}`
      : `CPU budgets applied by ${budgets.mechanism}`,
  );
  const settled = await exercise(
    plan,
    {
      how: "under budgets",
      // Without budgets nothing has changed, and there is nothing to settle.
      rounds: budgets.mechanism === "none" ? 0 : Math.min(2, rounds),
      fromDrive: warm.nextDrive,
      ...(warm.cpuPerRequestMs === undefined ? {} : { steadyMs: warm.cpuPerRequestMs }),
    },
    driving,
  );
  return { driving, budgets, nextDrive: settled.nextDrive };

  async function close(running: RunningTarget): Promise<void> {
    if (parts.keep !== undefined && watch.early === undefined) return parts.keep(running);
    if (plan.launcher !== "external") heard.step(`taking ${plan.target} down`);
    await running[Symbol.asyncDispose]();
  }
}
