/** From the probes to the knee: what was seen at the highest load that was confirmed. */
import type { Knee } from "./capacity-seen.ts";
import { meanNodes } from "./mean-nodes.ts";
import type { ProbeSeen } from "./probe.ts";
import { type Saturated, saturatedIn } from "./saturated.ts";

/** Of the good confirmations at `kneePerS`. */
export function kneeOf(probes: readonly ProbeSeen[], kneePerS: number, badPerS: number | undefined): Knee {
  const proof = probes.filter(
    ({ aim, ratePerS, answer }) => aim === "confirm" && ratePerS === kneePerS && answer === "good",
  );
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
 */
export function saturatedAbove(probes: readonly ProbeSeen[], kneePerS: number): Saturated | undefined {
  const bad = probes.filter(({ answer, ratePerS }) => answer === "bad" && ratePerS > kneePerS);
  if (bad.length === 0) return undefined;
  const lowest = Math.min(...bad.map(({ ratePerS }) => ratePerS));
  return saturatedIn(bad.filter(({ ratePerS }) => ratePerS === lowest).map(({ nodes }) => nodes));
}
