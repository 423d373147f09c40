/** What somebody else sees of a node with a planted defect, against what he saw before. Pure. */
import type { DefectsFile } from "./defects.ts";

/** Counted since any instant; never decreases. */
export interface Symptoms {
  /** Tries that came to an end. */
  readonly tries: number;
  readonly failed: number;
  /** Those whose time was taken: who found no room was sent away at once, and says nothing of how long anything takes. */
  readonly timed: number;
  /** Of all of these together. */
  readonly seconds: number;
}

/** Less than that says nothing. Our choice. */
const LEAST_TRIES = 20;
const LEAST_FAILED = 3;

export interface Seen {
  readonly before: Symptoms;
  readonly now: Symptoms;
  /** `of those who call user` */
  readonly who: string;
}

/**
 * A sentence once half of what was planted can be seen; undefined until then.
 * @param share of what is looked at that can be hit, above 0 to 1: one of two members answers half of the calls
 */
export function tellSymptoms(defects: DefectsFile, seen: Seen, share = 1): string | undefined {
  if ("errorRatio" in defects) return tellErrors(defects.errorRatio * share, seen);
  const usualMs = meanMs(seen.before);
  const addedMs = "addedMs" in defects ? defects.addedMs : usualMs * (defects.slowFactor - 1);
  return tellSlowness(addedMs * share, seen);
}

function tellErrors(expected: number, { before, now, who }: Seen): string | undefined {
  const usual = before.tries === 0 ? 0 : before.failed / before.tries;
  if (now.failed < LEAST_FAILED || now.failed / now.tries < usual + expected / 2) return undefined;
  return `${now.failed} of ${now.tries} requests ${who} failed (before: ${before.failed} of ${before.tries})`;
}

function tellSlowness(expectedMs: number, { before, now, who }: Seen): string | undefined {
  if (before.timed < LEAST_TRIES || now.timed < LEAST_TRIES) return undefined;
  const [usualMs, nowMs] = [meanMs(before), meanMs(now)];
  if (nowMs < usualMs + expectedMs / 2) return undefined;
  return `requests ${who} take ${nowMs.toFixed(1)} ms (before: ${usualMs.toFixed(1)} ms)`;
}

const meanMs = ({ seconds, timed }: Symptoms): number => (seconds / timed) * 1_000;

export const nothingSeen: Symptoms = { tries: 0, failed: 0, timed: 0, seconds: 0 };

/** What came between two counts. */
export const between = (one: Symptoms, later: Symptoms): Symptoms => ({
  tries: later.tries - one.tries,
  failed: later.failed - one.failed,
  timed: later.timed - one.timed,
  seconds: later.seconds - one.seconds,
});

export const together = (all: readonly Symptoms[]): Symptoms =>
  all.reduce(
    (sum, each) => ({
      tries: sum.tries + each.tries,
      failed: sum.failed + each.failed,
      timed: sum.timed + each.timed,
      seconds: sum.seconds + each.seconds,
    }),
    nothingSeen,
  );

/** What one of them counts who may be down for a while, and who begins at 0 when he starts again. */
export class Continued {
  #before: Symptoms = nothingSeen;
  #last: Symptoms = nothingSeen;

  /** @param seen undefined while he cannot be asked: until then nothing more is known */
  counted(seen: Symptoms | undefined): Symptoms {
    if (seen !== undefined) {
      if (seen.tries < this.#last.tries) this.#before = together([this.#before, this.#last]);
      this.#last = seen;
    }
    return together([this.#before, this.#last]);
  }
}
