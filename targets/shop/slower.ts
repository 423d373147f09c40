/**
 * A built-in defect: every answer takes three tenths longer than it would, which a comparison of runs has to find. The time
 * is spent waiting; waits of less than two milliseconds are spent awake (http/after.ts), which takes CPU, too.
 */
import type { BuiltInDefect } from "./built-in-defects.ts";
import type { Defects } from "./defects.ts";

const moreRatio = 0.3;

type Slowing = Pick<Defects, "fails" | "extraMs">;

/** What a fault plants comes on top of it. */
export function slowedBy(built: readonly BuiltInDefect[] | undefined, planted: Slowing): Slowing {
  if (!built?.includes("slower")) return planted;
  return {
    fails: () => planted.fails(),
    extraMs: (tookMs) => planted.extraMs(tookMs) + tookMs * moreRatio,
  };
}
