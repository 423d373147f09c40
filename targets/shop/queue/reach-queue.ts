/** The queue of a process that may have one; whoever has none need not know how to speak to it. */
import type { Redis } from "ioredis";
import type { OpenQueue, QueueParts } from "./open-queue.ts";

const noQueue: OpenQueue = { strategies: [], close: () => Promise.resolve() };

/** Sells nothing where there is no address, or nowhere to count. */
export async function reachQueue(
  address: string | undefined,
  counters: Redis | undefined,
  parts: Omit<QueueParts, "counters">,
): Promise<OpenQueue> {
  if (address === undefined || counters === undefined) return noQueue;
  const { openQueue } = await import("./open-queue.ts");
  return openQueue(address, { ...parts, counters });
}
