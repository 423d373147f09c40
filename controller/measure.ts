/** The measured drive with what is read around it: node usage, host pressure, and afterwards the books. */
import type { Conductor } from "../chaos/conductor.ts";
import { arrivalsIn } from "../load/schedule.ts";
import { withWarmUp } from "../load/warm-up.ts";
import type { Watched } from "../metrics/detection.ts";
import type { FaultSeen } from "../metrics/fault-seen.ts";
import { type HostPressure, type PressureReading, pressureBetween } from "../metrics/host-pressure.ts";
import { scatter } from "../scenarios/popularity.ts";
import { attemptsPerArrival, type Scenario } from "../scenarios/scenario.ts";
import type { NodeUsage } from "../targets/running-target.ts";
import type { PagesSeen } from "../verdict/evidence.ts";
import type { TargetWatch } from "./detection/target-watch.ts";
import { type DriveParts, type DriveSeen, runDrive } from "./drive.ts";
import { finalPages } from "./final-pages.ts";
import { type FinalRead, finalRead } from "./final-read.ts";
import { readPressure } from "./host-pressure.ts";
import type { RunPlan } from "./plan.ts";
import { readServed, type Served, servedBetween } from "./served-between.ts";

export interface MeasuredSeen extends DriveSeen {
  readonly usageAtStart: readonly NodeUsage[];
  readonly usageAtEnd: readonly NodeUsage[];
  /** Between the two usages. */
  readonly usageSpanS: number;
  /** Requests that reached each application between them, where it counts them. */
  readonly served: Served;
  readonly pressure: HostPressure;
  /** What became of each fault; absent: none was planned. */
  readonly faults?: readonly FaultSeen[];
  /** What the target said of itself meanwhile. */
  readonly watched?: Watched;
  /** Absent when the target keeps no books. */
  readonly books?: FinalRead;
  /** Absent when nobody looked. */
  readonly pages?: PagesSeen;
}

/** Reading 10^6 orders takes a few seconds; when the run was broken off there is little time to be curious. */
const finalReadLimitMs = 120_000;
const brokenOffReadLimitMs = 1_500;

/** The hottest, which are changed most: `admin` draws items as everybody does. */
const PAGES_READ = 200;
/** Twice the longest life of a page, and time to read. */
const pagesLimitMs = 180_000;

export async function measure(
  plan: RunPlan,
  parts: Omit<DriveParts, "purpose"> & { readonly conductor?: Conductor; readonly targetWatch?: TargetWatch },
): Promise<MeasuredSeen> {
  const { target, clock, watch, heard, record, conductor, targetWatch } = parts;
  heard.step(`measuring: ${plan.warmupS} s warm-up, then ${plan.durationS} s; ${plan.load}`);
  const bracket = new Bracket(parts, plan);
  const seen = await runDrive(plan, {
    ...parts,
    purpose: "measure",
    started: (atMs, atEpochMs) => {
      parts.started?.(atMs, atEpochMs);
      bracket.arm(atMs);
      conductor?.start(atMs + plan.warmupS * 1000);
      targetWatch?.start(atMs + plan.warmupS * 1000);
    },
  });
  const { usageAtStart, usageAtEnd, usageSpanS, served, pressure } = await bracket.close();
  // The books are read from a target that has been mended.
  const faults = await conductor?.settled();
  const watched = await targetWatch?.close();
  const base = {
    ...{ ...seen, usageAtStart, usageAtEnd, usageSpanS, served, pressure },
    ...(faults && { faults }),
    ...(watched && { watched }),
  };
  if (target.books === undefined) return base;
  heard.step("reading the books");
  const limit = AbortSignal.timeout(watch.early === undefined ? finalReadLimitMs : brokenOffReadLimitMs);
  const books = await finalRead(
    target.books,
    {
      tag: seen.tag,
      perUserLimit: plan.sale?.perUserLimit ?? 0,
      attemptsPlanned: attemptsPlanned(plan, parts.scenario),
    },
    limit,
  );
  record.event("books-read", { isComplete: books.correctness.isComplete, atMs: clock.nowMs() });
  const pages = watch.early === undefined ? await pagesAfter(plan, parts) : undefined;
  return { ...base, books, ...(pages && { pages }) };
}

/**
 * Only where items are changed while something is broken. In several zones each has a cache of its own, in which what is
 * changed in another stays until its life is over (decision 0009): there every run would have to wait for a minute.
 */
async function pagesAfter(
  { chaos, data }: RunPlan,
  { target: { books, entryUrls, nodes }, scenario, clock, heard }: Omit<DriveParts, "purpose">,
): Promise<PagesSeen | undefined> {
  if (chaos === undefined || books?.items === undefined || scenario.operations["admin"] === undefined)
    return undefined;
  if (new Set(nodes.flatMap(({ zone }) => zone ?? [])).size > 1) return undefined;
  heard.step("reading pages");
  const ranks = Array.from({ length: Math.min(PAGES_READ, data.items) }, (_, index) => index + 1);
  const itemIds = ranks.map((rank) => scatter(rank, data.items));
  const signal = AbortSignal.timeout(pagesLimitMs);
  return finalPages({ books, entryUrls, itemIds, clock }, signal).catch(() => ({
    ...{ checked: 0, differedAtFirst: 0, stale: 0, watchedS: 0, examples: [] },
  }));
}

/** Attempt numbers from here on cannot be ours. A closed population goes on as long as it is let, so any number can. */
function attemptsPlanned(plan: RunPlan, scenario: Scenario): number {
  const { ratePerS, durationS, warmupS, warmupRatePerS, seed } = plan;
  const load = withWarmUp(scenario.load({ ratePerS, durationS }), warmupS, warmupRatePerS);
  return load.kind === "open" ? arrivalsIn(load, seed) * attemptsPerArrival : Number.MAX_SAFE_INTEGER;
}

type BracketParts = Pick<DriveParts, "target" | "clock" | "readPressure">;

/** Reads usage, pressure and what applications counted when the measured part begins and when it ends, not when the drive does. */
class Bracket {
  readonly #parts: BracketParts;
  readonly #plan: RunPlan;
  readonly #cancels: (() => void)[] = [];
  #from: Promise<Reading> | undefined;
  #to: Promise<Reading> | undefined;

  constructor(parts: BracketParts, plan: RunPlan) {
    this.#parts = parts;
    this.#plan = plan;
  }

  arm(startMs: number): void {
    const { clock } = this.#parts;
    const inMs = (atS: number) => Math.max(0, startMs + atS * 1000 - clock.nowMs());
    this.#cancels.push(clock.after(inMs(this.#plan.warmupS), () => (this.#from = this.#read())));
    this.#cancels.push(
      clock.after(inMs(this.#plan.warmupS + this.#plan.durationS), () => (this.#to = this.#read())),
    );
  }

  async close() {
    for (const cancel of this.#cancels) cancel();
    const to = await (this.#to ?? this.#read());
    const from = await (this.#from ?? Promise.resolve(to));
    return {
      usageAtStart: from.usage,
      usageAtEnd: to.usage,
      usageSpanS: (to.pressure.atMs - from.pressure.atMs) / 1000,
      served: servedBetween(from.served, to.served),
      pressure: pressureBetween(from.pressure, to.pressure),
    };
  }

  async #read(): Promise<Reading> {
    const { target, clock, readPressure: read = readPressure } = this.#parts;
    const served = readServed(target.nodes);
    const usage = await target.usage().catch(() => []);
    // Its instant is that of the usage, however long pages take.
    const pressure = read(clock.nowMs());
    return { usage, served: await served, pressure };
  }
}

interface Reading {
  readonly usage: readonly NodeUsage[];
  readonly served: Served;
  readonly pressure: PressureReading;
}
