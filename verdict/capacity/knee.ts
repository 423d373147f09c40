/** From the probes to the knee: what was seen at the highest load that was confirmed. */
import type { Knee } from "./capacity-seen.ts";
import { meanNodes } from "./mean-nodes.ts";
import { type ProbeSeen, provesKnee } from "./probe.ts";
import { type Saturated, saturatedIn, saturatedUnheld } from "./saturated.ts";

/** Of the probes that prove it. */
export function kneeOf(probes: readonly ProbeSeen[], kneePerS: number, badPerS: number | undefined): Knee {
  const proof = probes.filter((probe) => provesKnee(probe, kneePerS));
  const mean = (of: (probe: ProbeSeen) => number) =>
    proof.reduce((sum, probe) => sum + of(probe), 0) / proof.length;
  return {
    ratePerS: kneePerS,
    ...(badPerS === undefined ? {} : { belowPerS: badPerS }),
    offeredPerS: mean(({ offeredPerS }) => offeredPerS),
    completedPerS: mean(({ completedPerS }) => completedPerS),
    goodPerS: mean(({ goodPerS }) => goodPerS),
    p99Ms: Math.max(...proof.map(({ p99Ms }) => p99Ms)),
    nodes: meanNodes(proof.map(({ nodes }) => nodes)),
  };
}

/**
 * By the bad probes nearest above the knee: far above it, tiers behind the first are busy with what it let through, and
 * below it a bad one was a stall of the machine.
 * @param budgets how they were held; `none`: not at all
 */
export function saturatedAbove(
  probes: readonly ProbeSeen[],
  kneePerS: number,
  budgets: string,
): Saturated | undefined {
  const bad = badAbove(probes, kneePerS).map(({ nodes }) => nodes);
  if (bad.length === 0) return undefined;
  return budgets === "none" ? saturatedUnheld(bad) : saturatedIn(bad);
}

/** Bad probes at the lowest rate above the knee that was bad; one with other budgets is of another target. */
export function badAbove(probes: readonly ProbeSeen[], kneePerS: number): readonly ProbeSeen[] {
  const bad = probes.filter(
    ({ aim, answer, ratePerS }) => aim !== "relief" && answer === "bad" && ratePerS > kneePerS,
  );
  const lowest = Math.min(...bad.map(({ ratePerS }) => ratePerS));
  return bad.filter(({ ratePerS }) => ratePerS === lowest);
}
