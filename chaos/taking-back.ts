/** Takes a fault back, and looks until it is gone. */
import { type Clock, sleep } from "../base/clock.ts";
import { sentenceOf } from "../base/failure.ts";
import type { Ground, PreparedFault } from "./fault.ts";
import { mendEntry, ownLimitMs } from "./fault-keeper.ts";
import type { Injection } from "./injection.ts";
import type { ScheduledFault } from "./plan-chaos.ts";

export interface TakingBackParts {
  readonly clock: Clock;
  readonly ground: Ground;
  /** Aborts when the run is broken off. */
  readonly stop: AbortSignal;
  /** What is still being injected is not gone, whatever is seen. */
  readonly injection: Injection;
}

export interface TakenBack {
  /** *left*: it goes with the target. */
  readonly how: "mended" | "left" | "leaked";
  /** What is still there, when there was no more time. */
  readonly remains?: string;
}

/** How often it is looked whether it is gone. */
const LOOK_EVERY_MS = 50;
/**
 * From the first try to take it back until it counts as leaked; a database that starts again may need it. What has a limit
 * of its user's own may take that long twice besides: to take it back, and to see that it is gone.
 */
const UNDO_LIMIT_MS = 60_000;
/** When the run is broken off there is little time left to be thorough in: all must be gone within five seconds. */
const HASTY_UNDO_LIMIT_MS = 3_000;

export async function takenBack(
  planned: ScheduledFault,
  prepared: PreparedFault,
  { clock, ground, stop, injection }: TakingBackParts,
): Promise<TakenBack> {
  // What would only be started again to be ended with the run is left as it is.
  const mayBeLeft = planned.undo === "compensable" && endsWithRun(ground);
  if (stop.aborted && mayBeLeft) return { how: "left" };
  const gone = new AbortController();
  const ownMs = 2 * (prepared.limitMs ?? 0);
  const undoMs = UNDO_LIMIT_MS + ownMs;
  // What was done to a target of ours goes with it soon.
  const hastyMs = isOwn(ground)
    ? HASTY_UNDO_LIMIT_MS
    : Math.max(HASTY_UNDO_LIMIT_MS + ownMs, ownLimitMs(prepared));
  const outOfTime = untilOutOfTime({ clock, stop }, { undoMs, hastyMs }, gone.signal).then(() => {
    isLate = true;
    return notInTime;
  });
  const signals = [AbortSignal.timeout(undoMs), ...(mayBeLeft ? [stop] : [])];
  let isLate = false;
  /** What taking it back said itself, the last time it came to an end. */
  let failed: string | undefined;
  let told: string = notInTime;
  try {
    for (;;) {
      await injection.pause();
      const { isUnderWay } = injection;
      const mending = mendOnce(planned, prepared, AbortSignal.any(signals));
      const problem = await Promise.race([mending, outOfTime]);
      const look = await Promise.race([lookBack(prepared), outOfTime]);
      const seen = typeof look === "object" ? look.couldNotLook : look;
      if (seen === undefined && !isUnderWay) return { how: "mended" };
      const remains = seen ?? stillInjected;
      if (!isLate) [told, failed] = [problem ?? remains, problem];
      if (stop.aborted && (mayBeLeft || wentDown(planned, ground))) return { how: "left" };
      // It was taken back, and is not seen to be gone, or not done yet: what is in a target of ours goes with it.
      const isGoing = stop.aborted && endsWithRun(ground);
      if (isLate && isGoing && failed === undefined) return { how: "left" };
      if (isLate) return { how: goesByItself(planned, prepared, ground) ? "left" : "leaked", remains: told };
      await sleep(LOOK_EVERY_MS, undefined, clock);
    }
  } finally {
    gone.abort();
  }
}

/** Brought up by this run. */
export const isOwn = ({ target }: Ground): boolean => target.launcher !== "external";

/** What is left in a target of ours goes with it; one that is kept goes nowhere, and takes nothing along. */
const endsWithRun = (ground: Ground): boolean => isOwn(ground) && ground.isKept?.() !== true;

/** Nobody could take it back by hand, and nobody has to: a node that did not come up again is of no use to anybody. */
function goesByItself(planned: ScheduledFault, { mends }: PreparedFault, ground: Ground): boolean {
  const { undo } = planned;
  if (!endsWithRun(ground) || undo === "reversible") return false;
  return mends.length === 0 || (undo === "compensable" && wentDown(planned, ground));
}

/** Nobody is left in whom it could be taken back, and what is in them goes with the target. */
function wentDown({ nodes }: ScheduledFault, ground: Ground): boolean {
  return endsWithRun(ground) && nodes.length > 0 && nodes.every((name) => isDown(name, ground));
}

export function isDown(name: string, { node }: Ground): boolean {
  try {
    return !node(name).isRunning;
  } catch {
    return true; // Taken away by an orchestrator.
  }
}

/** Resolves when there is no more time to take something back in, or it is gone. */
async function untilOutOfTime(
  { clock, stop }: Pick<TakingBackParts, "clock" | "stop">,
  { undoMs, hastyMs }: { readonly undoMs: number; readonly hastyMs: number },
  gone: AbortSignal,
): Promise<void> {
  await sleep(undoMs, AbortSignal.any([stop, gone]), clock).catch(async () => {
    if (!gone.aborted) await sleep(hastyMs, gone, clock).catch(() => {});
  });
}

/** The problem, when it could not be done. */
async function mendOnce(
  { id }: ScheduledFault,
  prepared: PreparedFault,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (prepared.undo !== undefined) {
    try {
      await prepared.undo(signal);
      return undefined;
    } catch (error) {
      return sentenceOf(error);
    }
  }
  const limitMs = UNDO_LIMIT_MS + (prepared.limitMs ?? 0);
  const { problems } = await mendEntry({ id, mends: prepared.mends }, limitMs);
  return problems[0];
}

/** What is still there, or why that cannot be seen; undefined when nothing is. */
async function lookBack(
  prepared: PreparedFault,
): Promise<string | { readonly couldNotLook: string } | undefined> {
  try {
    return await prepared.verifyUndone();
  } catch (error) {
    return { couldNotLook: sentenceOf(error) };
  }
}

const notInTime = "it was not gone in time";
const stillInjected = "it is still being injected";
