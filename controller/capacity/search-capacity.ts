/** A search for the knee, start to finish: the target stands once, and probes follow each other until one load is proven. */
import { Cleanup } from "../../base/cleanup.ts";
import { afterOverload } from "../../verdict/capacity/after-overload.ts";
import type { CapacitySeen } from "../../verdict/capacity/capacity-seen.ts";
import { kneeOf, saturatedAbove } from "../../verdict/capacity/knee.ts";
import { nextProbe, rounded, type SearchOptions } from "../../verdict/capacity/knee-search.ts";
import type { CapacityObjective, ProbeAim, ProbeSeen } from "../../verdict/capacity/probe.ts";
import type { Evidence } from "../../verdict/evidence.ts";
import { perS } from "../../verdict/telling/figures.ts";
import type { EndingWatch } from "../ending.ts";
import { guarded } from "../guarded.ts";
import type { RunPlan } from "../plan.ts";
import type { GuardHandle, Parts } from "../run.ts";
import { type Standing, standUp } from "../stand-up.ts";
import { probeAt } from "./probe-at.ts";

export interface CapacityPlan {
  /** What the target is brought up and exercised by; its rate is that of the first probe. */
  readonly base: RunPlan;
  /** The plan of a probe. */
  probe(ratePerS: number, spanS: number): RunPlan;
  /** Seconds that prove the objective at this rate, when all goes well. */
  spanS(ratePerS: number): number;
  readonly objective: CapacityObjective;
  readonly search: SearchOptions;
  /** Loads at which the curve is to be known, as shares of the knee; those without a probe near get one. */
  readonly curve: { readonly shares: readonly number[]; readonly spanS: number };
}

/** Given too much, as a share of the knee, and less again. Judgement: far enough above and below that chance plays no part. */
const overloadOfKnee = 1.5;
const afterOverloadOfKnee = 0.8;
const afterOverloadS = 6;

/**
 * @throws {Failure} when the target does not come up, a node dies by itself, or the user interrupts; the probes made by
 *   then are in the record
 */
export function searchCapacity(plan: CapacityPlan, parts: Parts, user: AbortSignal): Promise<CapacitySeen> {
  return guarded(parts, user, (guard, watch) => search(plan, parts, guard, watch));
}

async function search(
  plan: CapacityPlan,
  parts: Parts,
  guard: GuardHandle,
  watch: EndingWatch,
): Promise<CapacitySeen> {
  const { record, clock } = parts;
  const fromMs = clock.nowMs();
  const startedAt = new Date(clock.epochMs()).toISOString();
  await using cleanup = new Cleanup();
  const standing = await standUp(plan.base, {
    ...{ parts, guard, watch, cleanup, relay: undefined },
    died: ({ node, because }) =>
      watch.end({ status: "target-died", because: `${node} died without having been asked to: ${because}` }),
  });
  const prober = new Prober(plan, parts, standing, watch);
  const found = await proveKnee(plan, prober);
  const kneePerS = found.kind === "found" ? found.kneePerS : undefined;
  const overload = kneePerS === undefined ? undefined : await watchOverload(plan, prober, kneePerS);
  if (kneePerS !== undefined) await fillCurve(plan, prober, kneePerS);
  standing.driving.fleet.dismiss("the search is over");
  const { probes } = prober;
  const saturated = saturatedAbove(probes, kneePerS ?? 0);
  const seen: CapacitySeen = {
    schemaVersion: 1,
    runId: record.runId,
    ...{ scenario: plan.base.scenario, target: plan.base.target, unusual: plan.base.unusual ?? [] },
    ...{ seed: plan.base.seed, startedAt, tookS: (clock.nowMs() - fromMs) / 1000, objective: plan.objective },
    ...outcomeOf(found, probes),
    probes,
    ...(saturated && { saturated }),
    ...(overload && { afterOverload: overload }),
    budgets: standing.budgets.mechanism,
  };
  record.writeJson("capacity.json", seen);
  return seen;
}

/** Makes probes one after the other, and remembers them. */
class Prober {
  readonly probes: ProbeSeen[] = [];
  readonly #plan: CapacityPlan;
  readonly #parts: Parts;
  readonly #standing: Standing;
  readonly #watch: EndingWatch;

  constructor(plan: CapacityPlan, parts: Parts, standing: Standing, watch: EndingWatch) {
    this.#plan = plan;
    this.#parts = parts;
    this.#standing = standing;
    this.#watch = watch;
  }

  async make(aim: ProbeAim, ratePerS: number, spanS = this.#plan.spanS(ratePerS)): Promise<Evidence> {
    const { record, heard } = this.#parts;
    const number = this.probes.length + 1;
    const { seen, evidence } = await probeAt(
      {
        ...{ aim, number, objective: this.#plan.objective, drive: this.#standing.nextDrive + number - 1 },
        plan: this.#plan.probe(ratePerS, spanS),
        earlier: this.probes.filter((each) => each.ratePerS === ratePerS && each.answer === "open"),
      },
      this.#standing,
      record,
    );
    if (this.#watch.early !== undefined) throw this.#watch.signal.reason;
    this.probes.push(seen);
    record.event("probed", { aim, ratePerS, answer: seen.answer, because: seen.because });
    heard.step(`probe ${number}, ${aim}: ${perS(ratePerS)} is ${seen.answer}; ${seen.because}`);
    return evidence;
  }
}

async function proveKnee({ search: options }: CapacityPlan, prober: Prober) {
  for (;;) {
    const next = nextProbe(prober.probes, options);
    if (next.kind !== "probe") return next;
    await prober.make(next.aim, next.ratePerS);
  }
}

async function watchOverload({ spanS }: CapacityPlan, prober: Prober, kneePerS: number) {
  await prober.make("overload", rounded(kneePerS * overloadOfKnee), spanS(kneePerS));
  const overload = prober.probes.at(-1)!;
  const after = await prober.make(
    "comeback",
    rounded(kneePerS * afterOverloadOfKnee),
    Math.max(afterOverloadS, spanS(kneePerS)),
  );
  return afterOverload(overload, prober.probes.at(-1)!, after.timeline);
}

/** Near enough to be that point of the curve. */
const nearRatio = 0.06;

async function fillCurve({ curve }: CapacityPlan, prober: Prober, kneePerS: number): Promise<void> {
  for (const share of curve.shares) {
    const atPerS = kneePerS * share;
    const isKnown = prober.probes.some(({ ratePerS }) => Math.abs(ratePerS / atPerS - 1) <= nearRatio);
    if (!isKnown) await prober.make("curve", rounded(atPerS), curve.spanS);
  }
}

function outcomeOf(
  found: Awaited<ReturnType<typeof proveKnee>>,
  probes: readonly ProbeSeen[],
): Pick<CapacitySeen, "knee" | "because" | "status"> {
  if (found.kind === "found") {
    const { kneePerS, badPerS } = found;
    const knee = kneeOf(probes, kneePerS, badPerS);
    return badPerS === undefined
      ? {
          knee,
          status: "beyond-most",
          because: `${perS(kneePerS)} is all the instrument makes, and the objective is kept`,
        }
      : { knee, status: "found", because: `kept at ${perS(kneePerS)}, broken at ${perS(badPerS)}` };
  }
  const { because } = found;
  if (probes.some(({ answer }) => answer === "broken")) return { status: "broken", because };
  const unsound = probes.findLast(({ answer }) => answer === "unsound");
  const isBelow = probes.every(({ answer }) => answer === "bad");
  if (isBelow) return { status: "below-least", because };
  return {
    status: "inconclusive",
    because: [because, unsound?.because ?? []].flat().join("; the last time: "),
  };
}
