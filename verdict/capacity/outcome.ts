/** What the probes of a search come to: a knee, or why there is none. Pure. */
import { perS } from "../telling/figures.ts";
import type { CapacitySeen } from "./capacity-seen.ts";
import { kneeOf } from "./knee.ts";
import type { Next } from "./knee-search.ts";
import { keptAfterProof, type ProbeSeen } from "./probe.ts";

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
  const kept = probes.find((probe) => keptAfterProof(probe) && probe.ratePerS > badPerS);
  if (kept !== undefined) {
    return {
      status: "inconclusive",
      because: `kept at ${perS(kneePerS)} and broken at ${perS(badPerS)}, but kept again at ${perS(kept.ratePerS)} (${kept.aim}): something else than the load broke it`,
    };
  }
  return {
    status: "found",
    knee: kneeOf(probes, kneePerS, badPerS),
    because: [`kept at ${perS(kneePerS)}, not at ${perS(badPerS)}`, wentOn(probes) ?? []].flat().join("; "),
  };
}

const searching: ReadonlySet<ProbeSeen["aim"]> = new Set(["rise", "bisect", "again", "confirm"]);

/** That a load was kept beyond one that was called bad, and the search went on from there. */
function wentOn(probes: readonly ProbeSeen[]): string | undefined {
  const at = probes.findLastIndex(
    (probe, index) => keptAfterProof(probe) && probes.slice(index + 1).some(({ aim }) => searching.has(aim)),
  );
  const kept = probes[at];
  if (kept === undefined) return undefined;
  const bad = probes
    .slice(0, at)
    .filter(({ answer, ratePerS }) => answer === "bad" && ratePerS < kept.ratePerS);
  if (bad.length === 0) return undefined;
  const lowest = Math.min(...bad.map(({ ratePerS }) => ratePerS));
  return `${perS(lowest)} was broken before ${perS(kept.ratePerS)} was kept (${kept.aim}), so by something else than the load, and the search went on`;
}

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
