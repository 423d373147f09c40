/** How soon who asks for little now and then is answered: the mean of many small questions with a rest between them. */
import { type Clock, sleep } from "../../base/clock.ts";
import { Random } from "../../base/random.ts";

/**
 * Between two of them, whole milliseconds, drawn. Who asks without a rest uses up what a CPU budget leaves, and then measures
 * how much that was. A rest that is always the same makes with some answers a step that hits one part of a budget's period
 * (20 ms; docs/decisions/0002) for ever: 7 and an answer of 13 do.
 */
const LEAST_REST_MS = 4;
const MOST_REST_MS = 10;

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
  // The same ones each time, so that two means can be compared.
  const chance = new Random();
  let answeringMs = 0;
  for (let asked = 1; ; asked++) {
    const askedAtMs = clock.nowMs();
    await ask();
    const nowMs = clock.nowMs();
    answeringMs += nowMs - askedAtMs;
    // Not one more that would be asked when the time is up.
    const restMs = LEAST_REST_MS + chance.below(MOST_REST_MS - LEAST_REST_MS + 1);
    if (nowMs + restMs >= untilMs) return answeringMs / asked;
    await sleep(restMs, signal, clock);
  }
}
