/** A stage brought up to have faults tried on it: what is known of it before, and what a fault may lay hands on. */
import { randomInt } from "node:crypto";
import { systemClock } from "../../base/clock.ts";
import { defineChaosPlan, readWish } from "../../chaos/chaos-plan.ts";
import type { Edge, Ground, Outlook } from "../../chaos/fault.ts";
import { seeHost } from "../../chaos/host-seen.ts";
import { planChaos, type ScheduledFault } from "../../chaos/plan-chaos.ts";
import { enteredBy } from "../../chaos/relay/entered-by.ts";
import { type RunningRelay, startRelay } from "../../chaos/relay/start-relay.ts";
import { findTarget } from "../../targets/catalog.ts";
import { mergedBirths, type NodeBirths } from "../../targets/launch/birth.ts";
import type { Wards } from "../../targets/launch/launcher.ts";
import { launchers } from "../../targets/launch/launchers.ts";
import { membersOf } from "../../targets/launch/members.ts";
import type { RunningTarget } from "../../targets/running-target.ts";
import type { TargetSpec } from "../../targets/target.ts";
import { chooseVariants } from "../../targets/variant.ts";
import type { FaultCase } from "./faults-to-try.ts";

export interface PlannedCase extends FaultCase {
  /** Of this word, one for each place that was chosen. */
  readonly scheduled: readonly ScheduledFault[];
  readonly relayed: readonly Edge[];
  /** What nodes must be given before their first moment. */
  readonly births?: NodeBirths;
  /** Why it cannot be on this machine. */
  readonly problems: readonly string[];
}

export interface PreparedStage {
  readonly spec: TargetSpec;
  readonly outlook: Outlook;
  readonly cases: readonly PlannedCase[];
  /** Edges that one of them wants led through the relay. */
  readonly relayed: readonly Edge[];
  /** What one of those that can be here wants nodes to be given before their first moment. */
  readonly births: NodeBirths;
}

export interface OpenStage {
  readonly target: RunningTarget;
  readonly ground: Ground;
  /** Where one of the faults wants one. */
  readonly relay?: RunningRelay;
  close(): Promise<void>;
}

const UP_LIMIT_MS = 200_000;
/** Containers have images, and the first building of each comes on top of starting. */
const FIRST_LIMIT_MS = 600_000;
/** As it is started from source. */
const bench = [process.execPath, "--import", "tsx", "cli/main.ts"] as const;

/**
 * For cases that need the same stage.
 * @throws when one of them can be tried nowhere
 */
export function preparedStage(cases: readonly FaultCase[]): PreparedStage {
  const [first] = cases;
  if (first === undefined) throw new Error("no case, no stage");
  const { stage, variants = [], launcher = "processes", network = "loopback" } = first;
  const { spec, problems } = chooseVariants(first.spec ?? findTarget(stage), variants);
  if (problems.length > 0) throw new Error(`${stage}: ${problems.join("; ")}`);
  const hooks = Object.assign({}, ...cases.map((each) => each.hooks));
  const outlook: Outlook = {
    ...{ spec, members: membersOf(spec), launcher, network, host: seeHost(), seed: 1, sells: true },
    ...{ ratePerS: 50, hooks: defineChaosPlan({ faults: [], hooks }).hooks ?? {} },
  };
  const planned = cases.map((each) => plannedCase(each, outlook));
  const relayed = new Map(
    planned.flatMap((each) => each.relayed.map((edge) => [`${edge.from}>${edge.to}`, edge])),
  );
  const births = mergedBirths(
    planned.flatMap(({ problems, births: each }) => (each && problems.length === 0 ? [each] : [])),
  );
  return { spec, outlook, cases: planned, relayed: [...relayed.values()], births };
}

function plannedCase(each: FaultCase, outlook: Outlook): PlannedCase {
  const wish = readWish(each.word);
  if ("problem" in wish) throw new Error(wish.problem);
  const plan = { wishes: [wish], quiet: [] };
  const { faults: scheduled, relayed, births, problems } = planChaos(plan, outlook, 1_000);
  // What cannot be anywhere is no case; what cannot be here is skipped with the reason.
  const { noCpuGroups: _, noMemoryGroups: __, lines: ___, ...host } = outlook.host;
  const anywhere = {
    ...outlook,
    host: { ...host, platform: "linux", isRoot: true, hasProc: true, hasClockLibrary: true },
  } as const;
  const unsound = planChaos(plan, anywhere, 1_000).problems;
  if (unsound.length > 0) throw new Error(`${each.word} can be tried nowhere: ${unsound.join("; ")}`);
  return { ...each, scheduled, relayed, problems, ...(births && { births }) };
}

/** @param parts folder for logs, and who is told of all that is made */
export async function openStage(
  { spec, outlook, relayed, births }: PreparedStage,
  { folder, wards }: { readonly folder: string; readonly wards: Wards },
): Promise<OpenStage> {
  const { launcher, network } = outlook;
  const runId = `faults-${process.pid}-${randomInt(1_000_000)}`;
  const relay =
    relayed.length === 0
      ? undefined
      : await startRelay({ edges: relayed, command: bench, wards, logPath: `${folder}-relay.log` });
  const opened = await launchers[launcher === "compose" ? "compose" : "processes"].up(
    spec,
    { runId, folder, wards, network, say() {}, births, ...(relay && { through: relay }) },
    AbortSignal.timeout(launcher === "compose" ? FIRST_LIMIT_MS : UP_LIMIT_MS),
  );
  const target = relay === undefined ? opened : await enteredBy(opened, relay);
  return {
    target,
    ...(relay && { relay }),
    ground: {
      outlook,
      target,
      clock: systemClock,
      ...(relay && { relay: relay.control }),
      node: (wanted) => {
        const found = target.nodes.find((each) => each.name === wanted);
        if (found === undefined) throw new Error(`${target.id} has no node ${wanted}`);
        return found;
      },
    },
    async close() {
      await opened[Symbol.asyncDispose]();
      await relay?.[Symbol.asyncDispose]();
    },
  };
}
