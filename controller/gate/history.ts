/** Runs of a scenario that a trend may be seen in: those like the newest one that tell the figure. Pure. */
import { type FigureName, requestsFor, usualRules } from "../../verdict/comparison/figure.ts";
import { type RunSeen, whySetAside } from "../../verdict/comparison/run-seen.ts";
import { partDigest } from "./fingerprint.ts";

export interface History {
  /** Oldest first. */
  readonly runs: readonly RunSeen[];
  /** How many had another load, target or machine than the newest. */
  readonly others: number;
  /** How many are no evidence. */
  readonly setAside: number;
  /** How many had fewer requests than the figure takes. */
  readonly tooFew: number;
}

/** @param seen oldest first */
export function historyOf(seen: readonly RunSeen[], figure: FigureName): History {
  const newest = seen.at(-1);
  const alike = seen.filter((run) => newest !== undefined && keyOf(run) === keyOf(newest));
  const valid = alike.filter((run) => whySetAside(run, usualRules) === undefined);
  const needed = requestsFor(figure);
  const runs = valid.filter(({ figures }) => (figures[figure]?.requests ?? 0) >= needed);
  return {
    runs,
    others: seen.length - alike.length,
    setAside: alike.length - valid.length,
    tooFew: valid.length - runs.length,
  };
}

/** The same load on the same target and machine; program and versions are what a history is about. */
const keyOf = ({ fingerprint: { plan, target, host } }: RunSeen): string => {
  // The declaration changes with the program.
  const { declaration: _, ...chosen } = target;
  return [plan, chosen, host].map(partDigest).join(" ");
};
