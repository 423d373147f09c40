/** Which backends answer: out after several checks in a row that failed, in again after one that did not. Pure. */

export interface Health {
  readonly backend: string;
  readonly failedInARow: number;
  readonly isUp: boolean;
}

/** As HAProxy's `fall` in the stand-in for this node, so that both take as long to notice. */
export const FALL = 2;

export const startsUp = (backend: string): Health => ({ backend, failedInARow: 0, isUp: true });

export function afterCheck({ backend, failedInARow, isUp }: Health, hasAnswered: boolean): Health {
  if (hasAnswered) return startsUp(backend);
  const failed = failedInARow + 1;
  return { backend, failedInARow: failed, isUp: isUp && failed < FALL };
}
