/** A search for the knee, start to finish: the target stands once, under a guard, for all the probes it takes. */
import { Cleanup } from "../../base/cleanup.ts";
import type { NodeDeath } from "../../targets/running-target.ts";
import type { CapacitySeen } from "../../verdict/capacity/capacity-seen.ts";
import type { CapacityObjective, ProbeSeen } from "../../verdict/capacity/probe.ts";
import { reliefFactor } from "../../verdict/capacity/relief.ts";
import { perS } from "../../verdict/telling/figures.ts";
import type { EndingWatch } from "../ending.ts";
import { guarded } from "../guarded.ts";
import type { RunPlan } from "../plan.ts";
import type { GuardHandle, Parts } from "../run.ts";
import { type Standing, standUp } from "../stand-up.ts";
import { findKnee, type KneeFound, type KneePlan, type Probed, type ProbeOrder } from "./find-knee.ts";
import { withMoreCpu } from "./more-cpu.ts";
import { probeAt } from "./probe-at.ts";

export interface CapacityPlan extends KneePlan {
  /** What the target is brought up and exercised by; its rate is that of the first probe. */
  readonly base: RunPlan;
  readonly objective: CapacityObjective;
}

/**
 * What is known stands in `capacity.json` from when the knee is proven; what ends the search after that is told there.
 * @throws {Failure} when the target does not come up, the search is over before a knee was proven (a node dies by itself),
 *   or the user interrupts; the probes made by then are in the record
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
  const deaths: NodeDeath[] = [];
  await using cleanup = new Cleanup();
  const standing = await standUp(plan.base, {
    ...{ parts, guard, watch, cleanup, relay: undefined },
    died: (death) => {
      deaths.push(death);
      const because = `${death.node} died without having been asked to: ${death.because}`;
      watch.end({ status: "target-died", because });
    },
  });
  const { driving, budgets } = standing;
  const written = (found: KneeFound): CapacitySeen => {
    const seen: CapacitySeen = {
      schemaVersion: 1,
      runId: record.runId,
      ...{ scenario: plan.base.scenario, target: plan.base.target, unusual: plan.base.unusual ?? [] },
      ...{ seed: plan.base.seed, startedAt, objective: plan.objective },
      tookS: (clock.nowMs() - fromMs) / 1000,
      ...found,
      budgets: budgets.mechanism,
    };
    record.writeJson("capacity.json", seen);
    return seen;
  };
  const found = await findKnee(
    plan,
    {
      prober: new StandingProber(plan, { parts, standing, deaths }),
      budgets: budgets.mechanism,
      withMoreCpu: (tier, meanwhile) =>
        withMoreCpu(
          driving.target.nodes.filter((node) => node.tier === tier),
          reliefFactor,
          meanwhile,
        ),
    },
    written,
  );
  driving.fleet.dismiss("the search is over");
  return written(found);
}

interface Around {
  readonly parts: Parts;
  readonly standing: Standing;
  /** Of nodes, so far. */
  readonly deaths: readonly NodeDeath[];
}

/** Makes probes one after the other, and remembers them. */
class StandingProber {
  readonly probes: ProbeSeen[] = [];
  readonly #plan: CapacityPlan;
  readonly #around: Around;

  constructor(plan: CapacityPlan, around: Around) {
    this.#plan = plan;
    this.#around = around;
  }

  async make({ aim, ratePerS, spanS, after }: ProbeOrder): Promise<Probed> {
    const { parts, standing, deaths } = this.#around;
    const { record, heard, certificate } = parts;
    const { watch } = standing.driving;
    const number = this.probes.length + 1;
    const plan = this.#plan.probe(ratePerS, spanS ?? this.#plan.spanS(ratePerS, aim), after, number);
    const probed = await probeAt(
      {
        ...{ aim, number, objective: this.#plan.objective, drive: standing.nextDrive + number - 1 },
        plan,
        earlier: this.probes.filter(
          (each) =>
            each.ratePerS === ratePerS &&
            each.answer === "open" &&
            each.isCold !== true &&
            each.aim !== "rise",
        ),
        ...{ deaths, certificate },
      },
      standing,
      record,
    );
    if (watch.early !== undefined) throw watch.signal.reason;
    const { seen } = probed;
    this.probes.push(seen);
    record.event("probed", { aim, ratePerS, answer: seen.answer, because: seen.because });
    heard.step(`probe ${number}, ${aim}: ${perS(ratePerS)} is ${seen.answer}; ${seen.because}`);
    return probed;
  }
}
