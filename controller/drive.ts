/** One drive: opens the sale it needs, gives the order to the fleet, collects what comes back. */
import type { Clock } from "../base/clock.ts";
import { Failure } from "../base/failure.ts";
import type { PressureReading } from "../metrics/host-pressure.ts";
import { namingSender } from "../proto/sender-names.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { BudgetReport, RunningTarget } from "../targets/running-target.ts";
import { Collector } from "./collector.ts";
import type { EndingWatch } from "./ending.ts";
import type { FaultsOn } from "./faults-on.ts";
import type { DriveOrder, Fleet } from "./fleet.ts";
import type { Heard } from "./heard.ts";
import type { LiveFeed } from "./live-run.ts";
import type { RunPlan } from "./plan.ts";
import type { RunRecord } from "./record.ts";
import { UsageWatch } from "./usage-watch.ts";

export interface DriveParts {
  readonly drive: number;
  readonly purpose: "exercise" | "measure";
  readonly scenario: Scenario;
  readonly target: RunningTarget;
  readonly fleet: Fleet;
  readonly watch: EndingWatch;
  readonly heard: Heard;
  readonly record: RunRecord;
  readonly clock: Clock;
  /** How hard pressed our own host is, as of now; that of this machine when absent. */
  readonly readPressure?: (nowMs: number) => PressureReading;
  /** Present in runs with faults. */
  readonly faultsOn?: FaultsOn;
  /** Who is told of the measured drive while it goes on. */
  readonly live?: LiveFeed;
  /** What the nodes may use, when that is kept by the second. */
  readonly budgets?: BudgetReport;
  started?(atMs: number, atEpochMs: number): void;
}

export interface DriveSeen {
  readonly collector: Collector;
  /** Prefix of this drive's idempotency keys. */
  readonly tag: string;
}

/** Opening a sale is two statements and a cache write; books that are busy are asked again for 30 s. */
const openSaleLimitMs = 40_000;

/** By name where there is one, so that agents find the addresses as shoppers would. */
function waysIn(
  { entryUrls, entryName }: RunningTarget,
  { sender }: RunPlan,
): Pick<DriveOrder, "baseUrls" | "names"> {
  if (entryName === undefined || sender !== namingSender)
    return { baseUrls: [...entryUrls], names: undefined };
  const { url, nameServer: server, lookups, near } = entryName;
  return { baseUrls: [url], names: { server, lookups, near: [...near] } };
}

/** Carries out one drive; ends early, with what was seen until then, when the watch does. */
export async function runDrive(plan: RunPlan, parts: DriveParts): Promise<DriveSeen> {
  const { drive, purpose, target, fleet, record } = parts;
  const tag = `${record.runId.slice(0, 16)}-${record.runId.slice(-4)}-${drive}`;
  const collector = new Collector({
    agents: fleet.members.length,
    warmupS: plan.warmupS,
    durationS: plan.durationS,
    record: purpose === "measure" ? record : undefined,
    heard: parts.heard,
    label: purpose === "exercise" ? "exercise" : undefined,
    nowMs: () => parts.clock.nowMs(),
    ...(parts.faultsOn && { faultsOn: parts.faultsOn }),
    ...(purpose === "measure" && { goodWithinMs: plan.goodWithinMs }),
    ...(purpose === "measure" && parts.live && { live: parts.live }),
  });
  const usage =
    purpose === "measure" && parts.budgets !== undefined
      ? new UsageWatch({
          ...{ target, budgets: parts.budgets, clock: parts.clock },
          told: (second, used) => collector.nodes(second, used),
        })
      : undefined;
  const order: DriveOrder = {
    drive,
    purpose,
    scenario: plan.scenario,
    scenarioFile: plan.scenarioFile ?? "",
    seed: purpose === "measure" ? plan.seed : plan.seed + drive + 1,
    ratePerS: plan.ratePerS,
    warmupS: plan.warmupS,
    warmupRatePerS: plan.warmupRatePerS,
    durationS: plan.durationS,
    drainS: plan.drainS,
    ...waysIn(target, plan),
    requestTimeoutMs: plan.requestTimeoutMs,
    maxConnections: plan.connectionsPerAgent,
    maxInFlight: plan.maxInFlightPerAgent,
    sender: plan.sender,
    goodWithinMs: purpose === "measure" ? plan.goodWithinMs : undefined,
    world: { ...plan.data, tag, sale: undefined },
  };
  const listener = {
    started: (atMs: number, atEpochMs: number) => {
      record.event("drive-started", { drive, purpose, tag, at: new Date(atEpochMs).toISOString() });
      collector.started(atMs, atEpochMs);
      usage?.start(atMs);
      parts.started?.(atMs, atEpochMs);
    },
    interval: (agent: number, interval: Parameters<Collector["interval"]>[1]) =>
      collector.interval(agent, interval),
    farewell: (agent: number, farewell: Parameters<Collector["farewell"]>[1]) =>
      collector.farewell(agent, farewell),
    lost: (agent: number, because: string) => {
      record.event("agent-lost", { agent, because });
      collector.lost(agent, because);
    },
  };
  try {
    await fleet.drive(order, listener, saleOpener(plan, parts, tag));
  } finally {
    usage?.close();
    collector.finish();
    if (purpose === "measure") parts.live?.ended();
  }
  record.event("drive-ended", { drive, ...collector.timeline.load() });
  return { collector, tag };
}

/** Tells the target of the sale, where the scenario has one; whoever has nothing to tell need not wait for it. */
function saleOpener(
  plan: RunPlan,
  { drive, purpose, scenario, target: { books }, watch, record, clock }: DriveParts,
  tag: string,
): ((startEpochMs: number) => Promise<Partial<DriveOrder>>) | undefined {
  const shape = { ratePerS: plan.ratePerS, durationS: plan.durationS };
  const sale = scenario.sale?.(shape);
  if (sale === undefined || books === undefined) return undefined;
  return async (startEpochMs) => {
    const opensAtS = scenario.phases(shape).find(({ name }) => name === "open")?.fromS ?? 0;
    const opensAtEpochMs = Math.floor(startEpochMs + (plan.warmupS + opensAtS) * 1000);
    const opened = await books.openSale(
      {
        tag,
        itemId: plan.sale?.itemId ?? 1,
        stock: sale.stock,
        perUserLimit: sale.perUserLimit,
        strategy: plan.strategy ?? "F2",
        opensAtEpochMs,
      },
      AbortSignal.any([watch.signal, AbortSignal.timeout(openSaleLimitMs)]),
    );
    record.event("sale-opened", { drive, ...opened });
    // Shoppers who gather before a sale that is open already are none of those the scenario is about.
    const lateMs = clock.epochMs() - opensAtEpochMs;
    if (purpose === "measure" && opensAtS > 0 && lateMs > 0)
      throw new Failure(
        "target",
        `the sale was to open after its announcement, and the books took ${(lateMs / 1000).toFixed(1)} s too long to take it in`,
      );
    return { world: { ...plan.data, tag, sale: opened } };
  };
}
