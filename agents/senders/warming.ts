/** Opening connections before they are needed, a few at a time: the same for every sender. */
import { type Clock, sleep } from "../../base/clock.ts";

/** Connections being made at the same time, so that a target is not met by a storm. Our choice. */
const warmedAtOnce = 16;

/**
 * Calls `openOne` again and again while `isMissing`, until `withinMs` is over.
 * @throws the signal's reason when it aborts first
 */
export async function openAhead(
  { isMissing, openOne }: { isMissing(): boolean; openOne(): Promise<unknown> },
  limit: { readonly withinMs: number; readonly clock: Clock; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const isEnough = new AbortController();
  const openNext = async (): Promise<void> => {
    while (isMissing() && !isEnough.signal.aborted) await openOne();
  };
  const ends =
    limit.signal === undefined ? isEnough.signal : AbortSignal.any([isEnough.signal, limit.signal]);
  const over = sleep(limit.withinMs, ends, limit.clock);
  try {
    await Promise.race([Promise.all(Array.from({ length: warmedAtOnce }, openNext)), over]);
  } finally {
    isEnough.abort();
  }
}
