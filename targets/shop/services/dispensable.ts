/** Parts of an answer that it can do without: when their service does not answer soon, the rest is shown. */
import { LEFT_OUT, type LeftOut } from "../data/left-out.ts";
import { NotDone } from "../data/not-done.ts";
import { withinBudget } from "./time-budget.ts";

/** Reads a part. */
export type Dispensable = <T>(part: string, read: () => Promise<T>) => Promise<T | LeftOut>;

export interface LeavingOut {
  /** How long the rest waits for a part, with everything that is tried for it. */
  readonly limitMs: number;
  nowMs(): number;
  /** Hears of every part that was left out. */
  leftOut(part: string): void;
}

export function leavingOut({ limitMs, nowMs, leftOut }: LeavingOut): Dispensable {
  return async (part, read) => {
    try {
      return await withinBudget(limitMs, nowMs(), read);
    } catch (error) {
      if (!(error instanceof NotDone)) throw error;
      leftOut(part);
      return LEFT_OUT;
    }
  };
}

/** Nothing is left out: what fails, fails all of it. */
export const insisting: Dispensable = (_part, read) => read();
