/** When two experiments are the same, and what one is called. Pure. */
import type { Experiment, Side } from "../../verdict/claims/stage-claim.ts";

/**
 * Equal for experiments that are asked for the same way. Variants stand in any order; faults do not, for the first one is
 * measured. The usual network may be left out of one and named in the other; launcher, strategy and rate may not: named,
 * they make another experiment, also where they are what would have been taken anyway.
 */
export function experimentKey(experiment: Experiment): string {
  const { kind, side, scenario } = experiment;
  const { target, variants = [], strategy, launcher, network } = side;
  return JSON.stringify([
    ...[kind, scenario, target, variants.toSorted(), strategy ?? ""],
    ...[launcher ?? "", network ?? "loopback"],
    ...(experiment.kind === "run"
      ? [
          experiment.ratePerS ?? "claimed",
          experiment.durationS,
          experiment.faults ?? [],
          experiment.connections ?? "usual",
          ...(experiment.nobodyAt === undefined ? [] : [experiment.nobodyAt]),
        ]
      : []),
  ]);
}

/** `browse on stage-04 shops=1, 150 /s, 20 s, kill:shop-1@5s+5s`, or `the knee of mixed-daily on stage-02`. */
export function experimentWords(experiment: Experiment): string {
  const { scenario, side } = experiment;
  if (experiment.kind === "knee") return `the knee of ${scenario} on ${sideWords(side)}`;
  const { ratePerS, durationS, connections, faults = [], nobodyAt } = experiment;
  return [
    `${scenario} on ${sideWords(side)}`,
    ...(ratePerS === undefined ? [] : [`${ratePerS} /s`]),
    `${durationS} s`,
    ...(connections === undefined ? [] : [`${connections} connections`]),
    ...faults,
    ...(nobodyAt === undefined ? [] : [`nobody at ${nobodyAt}`]),
  ].join(", ");
}

function sideWords({ target, variants = [], strategy, launcher, network }: Side): string {
  return [
    ...[target, ...variants, ...(strategy === undefined ? [] : [strategy])],
    ...[launcher, network].flatMap((word) => (word === undefined ? [] : [`(${word})`])),
  ].join(" ");
}
