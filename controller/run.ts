/** One run, start to finish. Read this first; every line has its own file (docs/how-a-run-goes.md is its prose). */
import { Cleanup } from "../base/cleanup.ts";
import type { Clock } from "../base/clock.ts";
import { Failure } from "../base/failure.ts";
import { Conductor } from "../chaos/conductor.ts";
import type { Edge, Outlook } from "../chaos/fault.ts";
import type { FaultJournal } from "../chaos/fault-journal.ts";
import type { RunningRelay } from "../chaos/relay/start-relay.ts";
import type { FaultSeen } from "../metrics/fault-seen.ts";
import type { PressureReading } from "../metrics/host-pressure.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { Wards } from "../targets/launch/launcher.ts";
import type { RunningTarget } from "../targets/running-target.ts";
import type { CertificateSeen, Evidence } from "../verdict/evidence.ts";
import { openTargetWatch } from "./detection/open-target-watch.ts";
import type { EndingWatch } from "./ending.ts";
import { FaultsOn } from "./faults-on.ts";
import type { Fleet } from "./fleet.ts";
import { gatherEvidence } from "./gather.ts";
import { guarded } from "./guarded.ts";
import type { Heard } from "./heard.ts";
import { leftFirst } from "./left-in-place.ts";
import type { LiveFeed } from "./live-run.ts";
import { measure } from "./measure.ts";
import type { RunPlan } from "./plan.ts";
import type { RunRecord } from "./record.ts";
import { standUp } from "./stand-up.ts";

/** Everything that touches the world, so that a test can hand over another. */
export interface Parts {
  readonly clock: Clock;
  /** How hard pressed our own host is, as of now; that of this machine when absent. */
  readonly readPressure?: (nowMs: number) => PressureReading;
  readonly record: RunRecord;
  readonly heard: Heard;
  readonly scenario: Scenario;
  /** Who cleans up if we die. */
  openGuard(): Promise<GuardHandle>;
  /** Called only when a fault wants connections led through it. */
  openRelay?(edges: readonly Edge[], wards: Wards): Promise<RunningRelay>;
  openTarget(
    plan: RunPlan,
    wards: Wards,
    signal: AbortSignal,
    through?: RunningRelay,
  ): Promise<RunningTarget>;
  openFleet(plan: RunPlan, wards: Wards, watch: EndingWatch): Promise<Fleet & AsyncDisposable>;
  /** What is known of the target before it is up; only with faults. */
  readonly outlook?: Outlook;
  /** What the instrument has proven of itself on this machine; absent when it was never asked. */
  readonly certificate?: CertificateSeen;
  /** Who is told of the measured drive while it goes on. */
  readonly live?: LiveFeed;
  /** Called instead of closing the target when it is to be kept. */
  readonly keep?: (target: RunningTarget) => Promise<void>;
}

export interface GuardHandle extends Wards, FaultJournal {
  readonly pid: number;
  /** The guard may leave: everything was cleaned up, or is meant to stay. */
  allIsWell(): Promise<void>;
  onDeath(listener: (because: string) => void): void;
}

/**
 * Carries out `plan`. Once target and agents are up, every ending (also Ctrl-C, a lost agent, a dead node) leads to
 * evidence; before that it is a failure.
 * @throws {Failure} when the run could not begin; `leaked` when anything goes wrong after a fault was left in place
 */
export async function runPlan(plan: RunPlan, parts: Parts, user: AbortSignal): Promise<Evidence> {
  const { record, clock, scenario } = parts;
  const startedAt = new Date(clock.epochMs()).toISOString();
  let faults: readonly FaultSeen[] = [];
  try {
    return await guarded(parts, user, underGuard);
  } catch (error) {
    throw leftFirst(error, faults, record.folder);
  }

  async function underGuard(guard: GuardHandle, watch: EndingWatch): Promise<Evidence> {
    await using cleanup = new Cleanup();
    const relay = await relayOf(plan, { parts, guard, watch, cleanup });
    const deaths: Evidence["targetSeen"]["deaths"][number][] = [];
    let startEpochMs = clock.epochMs();
    const { driving, budgets, nextDrive } = await standUp(plan, {
      ...{ parts, guard, watch, cleanup, relay },
      died: ({ node, because, atEpochMs, lastLines }) => {
        deaths.push({ node, because, lastLines, atS: (atEpochMs - startEpochMs) / 1000 });
        watch.end({
          status: "target-died",
          because: `${node} died without having been asked to: ${because}`,
        });
      },
    });
    const { target, fleet } = driving;
    const faultsOn = new FaultsOn();
    const conductor = plan.chaos && conductorOf(plan.chaos, { target, guard, parts, watch, faultsOn, relay });
    const targetWatch =
      plan.chaos &&
      openTargetWatch({
        ...{ target, clock, record, relayed: plan.chaos.relayed, relay: relay?.control },
        members: parts.outlook?.members ?? [],
      });
    cleanup.defer(async () => void (await targetWatch?.close()));
    // However this ends, faults go before the target does.
    cleanup.defer(async () => {
      conductor?.stop("the run is over");
      faults = (await conductor?.settled()) ?? [];
    });
    const seen = await measure(plan, {
      ...driving,
      ...{ drive: nextDrive, budgets },
      ...(parts.live && { live: parts.live }),
      ...(conductor && { conductor, faultsOn }),
      ...(targetWatch && { targetWatch }),
      started: (_, atEpochMs) => (startEpochMs = atEpochMs + plan.warmupS * 1000),
    });
    fleet.dismiss("the run is over");
    const evidence = gatherEvidence({
      scenario,
      plan,
      record,
      startedAt,
      seen,
      target,
      budgets,
      deaths,
      fleet,
      early: watch.early,
      certificate: parts.certificate,
    });
    // Before anything is taken down: whatever goes wrong then, the result is not lost.
    record.writeJson("evidence.json", evidence);
    return evidence;
  }
}

/** Where a fault wants connections disturbed: up before anybody connects, and its death is the end of the run. */
async function relayOf(
  { chaos }: RunPlan,
  {
    parts,
    guard,
    watch,
    cleanup,
  }: {
    readonly parts: Parts;
    readonly guard: GuardHandle;
    readonly watch: EndingWatch;
    readonly cleanup: Cleanup;
  },
): Promise<RunningRelay | undefined> {
  const edges = chaos?.relayed ?? [];
  if (edges.length === 0) return undefined;
  if (parts.openRelay === undefined)
    throw new Error("a fault wants a relay, and there is nobody to start one");
  const relay = cleanup.use(await parts.openRelay(edges, guard));
  relay.onDeath((because) => watch.end({ status: "failed", because: `the relay died: ${because}` }));
  parts.record.event("relay-up", { pid: relay.pid, edges: edges.length });
  return relay;
}

/** Ends with the run, however it ends. */
function conductorOf(
  { faults }: NonNullable<RunPlan["chaos"]>,
  {
    target,
    guard,
    parts: { clock, record, heard, outlook, keep },
    watch,
    faultsOn,
    relay,
  }: {
    readonly target: RunningTarget;
    readonly guard: GuardHandle;
    readonly parts: Parts;
    readonly watch: EndingWatch;
    readonly faultsOn: FaultsOn;
    readonly relay: RunningRelay | undefined;
  },
): Conductor {
  if (outlook === undefined) throw new Error("a run with faults needs to know what is known of its target");
  const node = (name: string) => {
    const found = target.nodes.find((each) => each.name === name);
    if (found === undefined) throw new Error(`${target.id} has no node ${name}`);
    return found;
  };
  const isKept = () => keep !== undefined && watch.early === undefined;
  const conductor = new Conductor({
    faults,
    ground: { outlook, target, clock, node, isKept, ...(relay && { relay: relay.control }) },
    journal: guard,
    clock,
    event: (kind, detail) => {
      record.event(kind, detail);
      faultsOn.heard(kind, detail.id, clock.nowMs());
    },
    say: (sentence) => heard.step(sentence),
  });
  const stop = () => conductor.stop(watch.early?.because ?? "the run ended early");
  if (watch.signal.aborted) stop();
  watch.signal.addEventListener("abort", stop, { once: true });
  return conductor;
}

/** Whether a failure means that the run was interrupted by its user rather than broken. */
export function isInterruption(error: unknown): boolean {
  if (!(error instanceof Failure)) return false;
  return error.kind === "interrupted" || (error.kind === "leaked" && isInterruption(error.cause));
}
