/** Faults on one member after the other, with time between them in which the target has to be itself again. */
import type { ChaosPlan, FaultWish } from "../../chaos/chaos-plan.ts";
import type { Member } from "../../targets/launch/members.ts";

export interface OneAtATime {
  readonly members: readonly Member[];
  /** Names of faults that take a member; all of them for one member before the next. */
  readonly faults: readonly string[];
  /** Undisturbed time at the beginning: what is usual is learnt in it. */
  readonly leadS: number;
  readonly holdS: number;
  readonly gapS: number;
}

export function oneAtATime({ members, faults, leadS, holdS, gapS }: OneAtATime): {
  readonly chaos: ChaosPlan;
  readonly durationS: number;
} {
  const wishes = members
    .flatMap(({ name }) => faults.map((fault) => ({ fault, where: name })))
    .map((wish, turn): FaultWish => ({ ...wish, atS: leadS + turn * (holdS + gapS), forS: holdS }));
  return { chaos: { wishes, quiet: [] }, durationS: Math.ceil(leadS + wishes.length * (holdS + gapS)) };
}
