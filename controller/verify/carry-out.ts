/**
 * The steps of a verification, one after the other, whatever becomes of single ones. Makes nothing itself: whoever calls it
 * hands over how an experiment is made.
 */
import { Failure, sentenceOf, wholeSentenceOf } from "../../base/failure.ts";
import type { Experiment } from "../../verdict/claims/stage-claim.ts";
import type { Step, VerificationPlan } from "./plan-verification.ts";

/** One repetition of an experiment: what it left, or why it left nothing. */
export type Sample<Figures> = {
  readonly round: number;
  readonly seed: number;
  readonly tookS: number;
} & (({ readonly state: "made" } & Made<Figures>) | { readonly state: "failed"; readonly because: string });

export interface Made<Figures> {
  readonly folder: string;
  /** Made by an earlier verification, or by hand. */
  readonly isReused: boolean;
  readonly figures: Figures;
  /** Why nothing can be taken from it although it took place: our instrument or the machine was not well, which may pass. */
  readonly notWell?: string;
  /** A fault of it is still in place: nothing more can be measured here. */
  readonly leaked?: string;
}

export interface CarryOut<Figures> {
  readonly plan: VerificationPlan;
  /** Why an experiment cannot be carried out here, known before anything starts. */
  readonly impossible: ReadonlyMap<string, string>;
  /** Whether more repetitions can tell nothing new of a claim; asked before each step. */
  readonly isSettled?: (id: string, samples: Samples<Figures>) => boolean;
  /** @throws {Failure} when it could not be carried out */
  readonly make: (step: Step, signal: AbortSignal) => Promise<Made<Figures>>;
  /** Never decreases. */
  readonly nowMs: () => number;
  /** Before a step; `because` is why it is made once more. */
  readonly beginning: (step: Step, number: number, because?: string) => void;
  /** After a step, with everything by then. */
  readonly noted: (so: CarriedOut<Figures>) => void;
}

export interface CarriedOut<Figures> {
  readonly samples: Samples<Figures>;
  readonly ending: Ending;
}

export type Samples<Figures> = ReadonlyMap<string, readonly Sample<Figures>[]>;

export interface Ending {
  readonly status: "running" | "complete" | "over-budget" | "interrupted" | "leaked";
  /** One sentence. */
  readonly because: string;
}

/** Failures in a row after which more of the same would teach nothing. Our choice. */
const hopeless = 2;
/**
 * A repetition that says nothing is made so many times more, at once and with the same seed; what spoilt it does not know
 * what it would have said (verdict/claims/doubts.ts). Our choice: neighbours of a machine are noisy for minutes.
 */
const mostAgain = 2;

interface Try {
  readonly step: Step;
  /** Its place among the steps, from 1. */
  readonly number: number;
  readonly again: number;
  readonly because?: string;
}

/** Ends early when a fault leaks, the user interrupts, or the budget is used up; never because an experiment failed. */
export async function carryOut<Figures>(
  parts: CarryOut<Figures>,
  signal: AbortSignal,
): Promise<CarriedOut<Figures>> {
  const { plan, impossible, make, nowMs, beginning, noted, isSettled = () => false } = parts;
  const fromMs = nowMs();
  const samples = new Map<string, Sample<Figures>[]>();
  const withPlan = new Map(plan.experiments.map((each) => [each.key, each]));
  const lost = new Set<string>();
  const givenUp = new Set<string>();
  const giveUp = (key: string) => {
    givenUp.add(key);
    for (const id of withPlan.get(key)?.claims ?? []) lost.add(id);
  };
  for (const key of impossible.keys()) giveUp(key);
  const ended = (status: Ending["status"], because: string): CarriedOut<Figures> => {
    const so = { samples, ending: { status, because } };
    noted(so);
    return so;
  };
  const left: Try[] = plan.steps.map((step, index) => ({ step, number: index + 1, again: 0 }));
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    const { step, number, again, because: onceMore } = next;
    const { key, round, seed } = step;
    if (signal.aborted) return ended("interrupted", sentenceOf(signal.reason));
    if (givenUp.has(key)) continue;
    const { claims = [], besides = 0 } = withPlan.get(key) ?? {};
    // The ladder wants its own, whatever becomes of the claims.
    const isWanted = round < besides || claims.some((id) => !lost.has(id) && !isSettled(id, samples));
    if (!isWanted) continue;
    if (plan.budgetS !== undefined && (nowMs() - fromMs) / 1000 >= plan.budgetS)
      return ended("over-budget", `the budget was used up before step ${number} of ${plan.steps.length}`);
    beginning(step, number, onceMore);
    const stepFromMs = nowMs();
    const tookS = () => (nowMs() - stepFromMs) / 1000;
    const list = samples.get(key) ?? [];
    samples.set(key, list);
    try {
      const made = await make(step, signal);
      list.push({ ...{ round, seed, state: "made" }, tookS: tookS(), ...made });
      if (made.leaked !== undefined) return ended("leaked", made.leaked);
      if (made.notWell !== undefined && again < mostAgain)
        left.unshift({ step, number, again: again + 1, because: made.notWell });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.kind === "interrupted") return ended("interrupted", error.message);
      list.push({ ...{ round, seed, state: "failed" }, tookS: tookS(), because: wholeSentenceOf(error) });
      if (error.kind === "leaked") return ended("leaked", error.message);
      if (list.slice(-hopeless).filter(({ state }) => state === "failed").length === hopeless) giveUp(key);
    }
    noted({
      samples,
      ending: { status: "running", because: `${number} of ${plan.steps.length} steps are done` },
    });
  }
  return ended("complete", "every step was made");
}

/** Experiments that cannot even be planned here, with the reason: another host could. */
export function impossibleOnes(
  plan: VerificationPlan,
  tryToPlan: (experiment: Experiment) => void,
): ReadonlyMap<string, string> {
  return new Map(
    plan.experiments.flatMap(({ key, experiment }) => {
      try {
        tryToPlan(experiment);
        return [];
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return [[key, wholeSentenceOf(error)] as const];
      }
    }),
  );
}
