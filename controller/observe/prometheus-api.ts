/** The few questions for a Prometheus, and for a Grafana whether it is there. */
import { type Clock, sleep } from "../../base/clock.ts";
import { Failure, sentenceOf } from "../../base/failure.ts";

const ANSWER_LIMIT_MS = 5_000;
const LOOK_EVERY_MS = 200;

/** Whether it answers that it is ready. */
export async function isReady(url: string, path: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}

export const isPrometheusReady = (url: string): Promise<boolean> => isReady(url, "/-/ready");
export const isGrafanaReady = (url: string): Promise<boolean> => isReady(url, "/api/health");

export interface Waiting {
  readonly limitMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Asks until it is so, or the time is over; tells which.
 * @throws the signal's reason when it aborts
 */
export async function becomes(
  isSo: () => Promise<boolean>,
  { limitMs, clock, signal, everyMs = LOOK_EVERY_MS }: Waiting & { readonly everyMs?: number },
): Promise<boolean> {
  const untilMs = clock.nowMs() + limitMs;
  for (;;) {
    signal.throwIfAborted();
    if (await isSo()) return true;
    if (clock.nowMs() >= untilMs) return false;
    await sleep(everyMs, signal, clock);
  }
}

export interface Question {
  readonly query: string;
  readonly atEpochMs: number;
}

/** Labels of a series that was found. */
export type LabelsSeen = Readonly<Record<string, string>>;

/**
 * Which series there are at that instant.
 * @throws {Failure} `environment` when it does not answer, or refuses the question
 */
export async function askPrometheus(
  url: string,
  { query, atEpochMs }: Question,
): Promise<readonly LabelsSeen[]> {
  const words = new URLSearchParams({ query, time: (atEpochMs / 1_000).toFixed(3) });
  try {
    const answer = await fetch(`${url}/api/v1/query?${words}`, {
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    const { data, error } = (await answer.json()) as {
      readonly data?: { readonly result: readonly { readonly metric: LabelsSeen }[] };
      readonly error?: string;
    };
    if (data === undefined) throw new Error(error ?? `it answered with ${answer.status}`);
    return data.result.map(({ metric }) => metric);
  } catch (cause) {
    throw new Failure("environment", `${url} could not be asked: ${sentenceOf(cause)}`, { cause });
  }
}
