/** Waits, and not any longer than somebody wants it to. */
import { setTimeout as sleep } from "node:timers/promises";

/** Resolves after `ms`, or as soon as the signal says so. */
export type Pause = (ms: number, signal?: AbortSignal) => Promise<void>;

export const pause: Pause = (ms, signal) =>
  sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {});
