/** How soon who asks for little now and then is answered: the mean of many small questions with a rest between them. */
import { type Clock, sleep } from "../../base/clock.ts";

/**
 * Between two of them. Who asks without a rest uses up what a CPU budget leaves, and then measures how much that was. It divides
 * no period of a budget (20 ms; docs/decisions/0002), so that questions fall into every part of one.
 */
const REST_MS = 7;

export interface Asking {
  /** For so long it is asked; once at least. */
  readonly forMs: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/**
 * Milliseconds, without the rests.
 * @throws the signal's reason when it aborts first, and whatever `ask` throws
 */
export async function meanAnswerMs(
  ask: () => Promise<unknown>,
  { forMs, clock, signal }: Asking,
): Promise<number> {
  const untilMs = clock.nowMs() + forMs;
  let answeringMs = 0;
  for (let asked = 1; ; asked++) {
    const askedAtMs = clock.nowMs();
    await ask();
    const nowMs = clock.nowMs();
    answeringMs += nowMs - askedAtMs;
    // Not one more that would be asked when the time is up.
    if (nowMs + REST_MS >= untilMs) return answeringMs / asked;
    await sleep(REST_MS, signal, clock);
  }
}
