/** What the probes of a search come to: a knee, or why there is none. Pure. */
import { perS } from "../telling/figures.ts";
import type { CapacitySeen } from "./capacity-seen.ts";
import { kneeOf } from "./knee.ts";
import type { Next } from "./knee-search.ts";
import type { ProbeSeen } from "./probe.ts";

/** How looking for it ended. */
export type Ended = Exclude<Next, { readonly kind: "probe" }>;

/**
 * Books that do not agree are the answer at whatever rate, and also after the knee was proven; so is a load that was kept
 * although it is beyond one that was broken: then something else than the load made that one bad.
 */
export function outcomeOf(
  ended: Ended,
  probes: readonly ProbeSeen[],
): Pick<CapacitySeen, "knee" | "because" | "status"> {
  const broken = probes.find(({ answer }) => answer === "broken");
  if (broken !== undefined) {
    const { ratePerS, aim, because } = broken;
    return { status: "broken", because: `at ${perS(ratePerS)} (${aim}) the books did not agree: ${because}` };
  }
  if (ended.kind === "none") return withoutKnee(ended.because, probes);
  const { kneePerS, badPerS } = ended;
  if (badPerS === undefined) {
    return {
      status: "beyond-most",
      knee: kneeOf(probes, kneePerS, badPerS),
      because: `${perS(kneePerS)} is all our agents are asked to make, and the objective is kept`,
    };
  }
  const kept = probes.find(
    ({ aim, answer, ratePerS }) => answer === "good" && ratePerS > badPerS && aims.has(aim),
  );
  if (kept !== undefined) {
    return {
      status: "inconclusive",
      because: `kept at ${perS(kneePerS)} and broken at ${perS(badPerS)}, but kept again at ${perS(kept.ratePerS)} (${kept.aim}): something else than the load broke it`,
    };
  }
  return {
    status: "found",
    knee: kneeOf(probes, kneePerS, badPerS),
    because: `kept at ${perS(kneePerS)}, not at ${perS(badPerS)}`,
  };
}

/** Those made after the proof, with the target as it is. While rising, one good probe above a bad rate was lucky. */
const aims: ReadonlySet<ProbeSeen["aim"]> = new Set(["overload", "curve"]);

function withoutKnee(
  because: string,
  probes: readonly ProbeSeen[],
): Pick<CapacitySeen, "because" | "status"> {
  if (probes.every(({ answer }) => answer === "bad")) return { status: "below-least", because };
  const unsound = probes.findLast(({ answer }) => answer === "unsound");
  return {
    status: "inconclusive",
    because: [because, unsound?.because ?? []].flat().join("; the last time: "),
  };
}
