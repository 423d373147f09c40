/** What is seen of the queue from outside: how much waits, for how long, and what was put aside. */
import type { Streams } from "./nats-link.ts";
import { deadStream, ordersStream } from "./streams.ts";

export interface QueueSeen {
  /** Promises that are not written yet, those in hand among them. */
  readonly depth: number;
  /** Age of the oldest of them; 0 when there is none. */
  readonly oldestMs: number;
  /** Promises that were put aside. */
  readonly dead: number;
}

/** @throws {Error} when the server does not answer */
export async function seenOf({ manager }: Streams, nowEpochMs: number): Promise<QueueSeen> {
  const [orders, dead] = await Promise.all([
    manager.streams.info(ordersStream),
    manager.streams.info(deadStream),
  ]);
  const depth = orders.state.messages;
  return {
    depth,
    oldestMs: depth === 0 ? 0 : Math.max(0, nowEpochMs - Date.parse(orders.state.first_ts)),
    dead: dead.state.messages,
  };
}
