/** What this process holds once the garbage is gone. Needs `node --expose-gc`. */
import { setImmediate as nextTurn } from "node:timers/promises";

export interface Memory {
  /** Live JavaScript objects. */
  readonly heapUsedBytes: number;
  /** Buffers and what else objects hold outside of the heap; without WebAssembly. */
  readonly externalBytes: number;
  /** What the kernel gave, free pages of the heap included. */
  readonly rssBytes: number;
}

/** Collections until nothing more comes free: finalizers of one round free what the next one finds. */
const collections = 4;

export async function settledMemory(): Promise<Memory> {
  if (globalThis.gc === undefined) throw new Error("start node with --expose-gc");
  for (let round = 0; round < collections; round++) {
    globalThis.gc();
    await nextTurn();
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapUsedBytes: heapUsed, externalBytes: external, rssBytes: rss };
}

/** How much more `to` is than `from`, for each of `count`. */
export function eachOf(count: number, from: Memory, to: Memory): Memory {
  return {
    heapUsedBytes: (to.heapUsedBytes - from.heapUsedBytes) / count,
    externalBytes: (to.externalBytes - from.externalBytes) / count,
    rssBytes: (to.rssBytes - from.rssBytes) / count,
  };
}
