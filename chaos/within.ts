/** Waiting for what may never come to an end. */
import { type Clock, sleep } from "../base/clock.ts";

export interface Patience {
  readonly clock: Clock;
  readonly limitMs: number;
  /** What is said when the time is over: `it was not made ready within 30 s`. */
  readonly tooLate: string;
  /** Ends the waiting as well. */
  readonly signal?: AbortSignal;
}

/**
 * What `work` gives, however it goes on when nobody waits for it any more.
 * @throws what it throws; `tooLate` when the time is over first; the signal's reason when that aborts first
 */
export async function within<T>(work: Promise<T>, { clock, limitMs, tooLate, signal }: Patience): Promise<T> {
  const isDone = new AbortController();
  const signals = [isDone.signal, ...(signal === undefined ? [] : [signal])];
  const limit = sleep(limitMs, AbortSignal.any(signals), clock).then(() => {
    throw new Error(tooLate);
  });
  limit.catch(() => {});
  try {
    return await Promise.race([work, limit]);
  } finally {
    isDone.abort();
  }
}
