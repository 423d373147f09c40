/**
 * Runs until it is decided: fresh ones of the target, next to fresh or kept ones of the baseline, looked at when the plan
 * of looks says so. Carries nothing out itself: whoever calls it hands over how a run is made.
 */
import { Failure } from "../../base/failure.ts";
import { type Compare, type Comparison, comparisonOf, usable } from "../../verdict/comparison/comparison.ts";
import type { RunSeen } from "../../verdict/comparison/run-seen.ts";
import type { Look } from "../../verdict/statistics/looks.ts";
import { mayPass, runNotMade } from "./run-not-made.ts";

export interface GateParts extends Pick<Compare, "names" | "rules" | "differences" | "isStrict"> {
  readonly looks: readonly Look[];
  /** Used where the baseline is not run again. */
  readonly kept: readonly RunSeen[];
  /** Makes one run of the target. */
  readonly runTarget: (seed: number, signal: AbortSignal) => Promise<RunSeen>;
  /** Makes one run of the baseline; absent: it cannot be run again, or is not to be. */
  readonly runBaseline?: (seed: number, signal: AbortSignal) => Promise<RunSeen>;
  /** Of the n-th pair. */
  readonly seedOf: (pair: number) => number;
  /** Wall-clock, for runs that could not be made. */
  readonly epochMs: () => number;
  readonly say: (sentence: string) => void;
}

/** As many pairs from the first on without one that counts, and more of the same would teach nothing. Our choice. */
const hopeless = 3;

/**
 * At most as many pairs as the last look wants; pairs that are set aside count among them. Ends early when a look
 * decides, and at once when the books of the target are broken, it died or did not come up, or a fault is still in place.
 * @throws {Failure} `leaked` when a run of the baseline left a fault in place, and whatever a run fails with that no other
 *   run can make up for
 */
export async function gate(parts: GateParts, signal: AbortSignal): Promise<Comparison> {
  const { looks, kept, runTarget, runBaseline, seedOf, epochMs, say } = parts;
  const most = looks.at(-1)?.runs ?? 0;
  const isPaired = runBaseline !== undefined;
  const a: RunSeen[] = [];
  const b: RunSeen[] = [];
  const asked = (look: Look): Compare => ({ ...parts, a: isPaired ? a : kept, b, isPaired, look });
  let nextLook = 0;
  for (let pair = 0; pair < most; pair++) {
    const seed = seedOf(pair);
    // A B B A A B ...: what drifts evenly with time touches both alike.
    const isTargetFirst = pair % 2 === 1;
    for (const isTarget of [isTargetFirst, !isTargetFirst]) {
      if (!isTarget && runBaseline === undefined) continue;
      signal.throwIfAborted();
      say(
        `${isPaired ? "pair" : "run"} ${pair + 1} of at most ${most}: ${isTarget ? "the target" : "the baseline"}`,
      );
      const make = isTarget ? runTarget : runBaseline!;
      try {
        const made = await make(seed, signal);
        if (isTarget) b.push(made);
        else a.push(leftNothing(made));
      } catch (error) {
        const isFirst = a.length + b.length === 0;
        if (signal.aborted || !(error instanceof Failure) || !mayPass(error, isFirst)) throw error;
        say([`this run could not be made: ${error.message}`, error.hint ?? []].flat().join("; "));
        (isTarget ? b : a).push(runNotMade(error, { seed, isTarget, atEpochMs: epochMs() }));
      }
      const last = b.at(-1);
      if (isTarget && last !== undefined && (last.broken.length > 0 || last.graver.length > 0))
        return comparisonOf(asked(looks[nextLook]!));
    }
    const count = usable(asked(looks[nextLook]!));
    if (count === 0 && pair + 1 >= hopeless) break;
    if (count < looks[nextLook]!.runs) continue;
    const seen = comparisonOf(asked(looks[nextLook]!));
    const isLast = nextLook === looks.length - 1;
    if (isLast || isDecided(seen)) return seen;
    say(`after ${count}: ${seen.verdict.because}; going on`);
    nextLook++;
  }
  // Fewer count than the next look wanted: it may be had all the same, for nothing more will come.
  return comparisonOf(asked(looks[nextLook]!));
}

/**
 * The baseline is not what is judged, so no comparison would tell.
 * @throws {Failure} `leaked` when it left a fault in place
 */
function leftNothing(baseline: RunSeen): RunSeen {
  const left = baseline.graver.filter(({ exitCode }) => exitCode === 15);
  if (left.length === 0) return baseline;
  throw new Failure("leaked", `a run of the baseline, ${baseline.runId}, left something in place`, {
    problems: left.map(({ because }) => because),
  });
}

/** More runs cannot turn it: worse for sure, or no figure is left that they could decide. */
const isDecided = ({ figures, verdict }: Comparison): boolean =>
  verdict.exitCode !== 5 || figures.every(({ status, isStuck }) => status !== "undecided" || isStuck);
