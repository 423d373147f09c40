/** Defects in words, as `20%`, `3x` or `200ms`, and as the file that plants them in a node of the shop. Pure. */
import { secondsIn } from "../../load/seconds-in.ts";
import { shareIn } from "../share.ts";

/** What the shop reads as JSON; it is a stranger, so this is its contract and not its type. */
export type DefectsFile = { readonly errorRatio: number } | SlownessFile;
export type SlownessFile = { readonly slowFactor: number } | { readonly addedMs: number };

/** What takes longer than that is not slow, it hangs: `freeze` does that better. Our choice. */
const MOST_SLOW = 100;
const MOST_ADDED_MS = 60_000;

/** `3x`, above 1 to 100, or `200ms` to `60s`; undefined when it is none. */
export function slownessIn(word: string): SlownessFile | undefined {
  const times = /^(\d+(?:\.\d+)?)x$/.exec(word.trim())?.[1];
  if (times !== undefined) {
    const slowFactor = Number(times);
    return slowFactor > 1 && slowFactor <= MOST_SLOW ? { slowFactor } : undefined;
  }
  const addedMs = (secondsIn(word) ?? 0) * 1_000;
  // A bare number says nothing of its unit here.
  return addedMs > 0 && addedMs <= MOST_ADDED_MS && /[a-z]$/.test(word.trim()) ? { addedMs } : undefined;
}

/** What such a word plants; undefined when it is no defect. */
export function defectsIn(word: string): DefectsFile | undefined {
  const errorRatio = shareIn(word);
  return errorRatio === undefined ? slownessIn(word) : { errorRatio };
}
