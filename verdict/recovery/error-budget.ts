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

/**
 * The check value: an outage of a minute at a constant rate is 2.3 % of a budget of three nines. `bad` are requests without
 * a good answer, as in the claim about errors. Late ones are the business of the claimed p99, which allows one in a hundred:
 * held against three nines they would burn it ten times too fast while nothing is wrong.
 */
export function budgetOf(
  { planned, bad }: { readonly planned: number; readonly bad: number },
  plannedPerS: number,
  errorRatio: number | undefined,
): Budget {
  const allowed = errorRatio !== undefined && errorRatio > 0 ? errorRatio : 1 - usualSloRatio;
  return {
    sloRatio: 1 - allowed,
    burnedRatio: bad / (allowed * plannedPerS * budgetPeriodS),
    burnRate: planned === 0 ? 0 : bad / planned / allowed,
  };
}
