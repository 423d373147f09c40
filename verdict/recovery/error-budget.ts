/** How much of what may go wrong in a month was used up. */

export interface Budget {
  /** Share of requests that should be good, 0-1. */
  readonly sloRatio: number;
  /** Bad requests of the window as a share of all that a month allows. */
  readonly burnedRatio: number;
  /** How many times faster than allowed it was used up while the window lasted. */
  readonly burnRate: number;
}

/** The period the budget is for, seconds: 30 days at the rate before the first fault. */
export const budgetPeriodS = 30 * 86_400;

/** Of a target that claims nothing: three nines, the most usual objective. */
export const usualSloRatio = 0.999;

/** The check value: an outage of a minute at a constant rate is 2.3 % of a budget of three nines. */
export function budgetOf(
  { planned, good }: { readonly planned: number; readonly good: number },
  plannedPerS: number,
  errorRatio: number | undefined,
): Budget {
  const allowed = errorRatio !== undefined && errorRatio > 0 ? errorRatio : 1 - usualSloRatio;
  const bad = planned - good;
  return {
    sloRatio: 1 - allowed,
    burnedRatio: bad / (allowed * plannedPerS * budgetPeriodS),
    burnRate: planned === 0 ? 0 : bad / planned / allowed,
  };
}
