/**
 * Which of several full tiers is the limit, by intervention: each in turn is given half as much CPU again while the target
 * has more to do than it can. What is not the limit changes nothing by that. Pure; whoever searches makes the probes.
 */
import { percent } from "../telling/figures.ts";
import type { ProbeSeen } from "./probe.ts";
import { rivalsIn, type Saturated } from "./saturated.ts";

/** Its budget while it is relieved, as a multiple of its own. Judgement: far more than probes at one rate differ by. */
export const reliefFactor = 1.5;

/**
 * Whoever carries as much more under a relief was held back by that tier. Judgement: probes of one target at one rate
 * beyond the knee differed by 4 % (stage-04, browse, 2,127-2,225/s answered).
 */
const feltRatio = 0.1;

/** One pair of probes makes sure only what is five times that difference. Judgement. */
const sureRatio = 0.2;

/** The relief of a tier, and how much more the target carried by it, as a share of what it carried without. */
export interface Relief {
  readonly tier: string;
  /** Members of it, all of which were given more. */
  readonly nodes: readonly string[];
  /** Absent: nobody could tell. */
  readonly moreRatio?: number;
  /** Why nobody could tell, as one sentence. */
  readonly because?: string;
}

/** Tiers between which figures of use alone cannot decide, busiest first; none when one of them stands out or none is full. */
export function tiersToRelieve(probes: readonly ProbeSeen[], { sureness }: Saturated): readonly string[] {
  const rivals = rivalsIn(probes.map(({ nodes }) => nodes));
  return sureness === "undecided" && rivals.length > 1 ? rivals : [];
}

/** @param relieved the probe under the relief, or why there is none */
export function reliefOf(tier: string, overload: ProbeSeen, relieved: ProbeSeen | string): Relief {
  const { completedPerS, offeredPerS, nodes } = overload;
  const about = { tier, nodes: nodes.filter((node) => node.tier === tier).map(({ name }) => name) };
  if (typeof relieved === "string") return { ...about, because: relieved };
  // Nobody carries more than he is given.
  const roomRatio = completedPerS > 0 ? offeredPerS / completedPerS - 1 : 0;
  if (roomRatio < sureRatio)
    return { ...about, because: `it was given only ${percent(Math.max(0, roomRatio))} more than it carried` };
  // A full machine, or an instrument that was not well, says nothing of the target.
  const isTelling = ["good", "bad", "open"].includes(relieved.answer);
  return isTelling
    ? { ...about, moreRatio: relieved.completedPerS / completedPerS - 1 }
    : { ...about, because: relieved.because };
}

/** What use left undecided, decided where exactly one relief was felt; as sure as all tiers were tried and it was plain. */
export function decidedBy(saturated: Saturated, reliefs: readonly Relief[]): Saturated {
  if (reliefs.length === 0) return saturated;
  const told = reliefs.map(
    ({ tier, moreRatio, because = "" }) =>
      `${tier} ${moreRatio === undefined ? `nobody knows (${because})` : signed(moreRatio)}`,
  );
  const felt = reliefs.filter(({ moreRatio = 0 }) => moreRatio >= feltRatio);
  const [only] = felt;
  const areAllKnown = reliefs.every(({ moreRatio }) => moreRatio !== undefined);
  const words = `${saturated.because}; with half as much CPU again for one of them, more was carried: ${told.join(", ")}`;
  if (only === undefined) {
    const none = areAllKnown
      ? "no relief alone was felt, they are full together"
      : "none of those that are known was felt";
    return { ...saturated, because: `${words}: ${none}` };
  }
  if (felt.length > 1) return { ...saturated, because: `${words}: more than one was felt` };
  const isSure = areAllKnown && (only.moreRatio ?? 0) >= sureRatio;
  return { tier: only.tier, nodes: only.nodes, sureness: isSure ? "sure" : "likely", because: words };
}

const signed = (ratio: number): string => (ratio >= 0 ? `+${percent(ratio)}` : `-${percent(-ratio)}`);
