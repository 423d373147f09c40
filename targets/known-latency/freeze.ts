/** When the server stands still. */
import type { Freeze } from "./behaviour.ts";

/** The instant from which a request that comes at `atMs` (since the beginning of a cycle) may be answered: now, or the end of the freeze. */
export function answerableAtMs({ everyMs, forMs }: Freeze, atMs: number): number {
  const intoCycleMs = atMs % everyMs;
  return intoCycleMs < everyMs - forMs ? atMs : atMs - intoCycleMs + everyMs;
}
