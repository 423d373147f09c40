/** The queue of the target, asked directly. */
import type { NatsConnection } from "@nats-io/transport-node";

const CONNECT_LIMIT_MS = 2_000;

/** What the shop calls the stream of promises, and what is said in it: docs/shop-api.md. */
export const ordersStream = "ORDERS";
export const allOrders = "orders.>";

/** A connection that is not made again when it breaks. @throws when there is none to be had */
export async function openNats(address: string): Promise<NatsConnection> {
  const { connect } = await import("@nats-io/transport-node");
  return connect({ servers: address, name: "stagebench-chaos", reconnect: false, timeout: CONNECT_LIMIT_MS });
}

export interface QueueDepth {
  /** Promises that are not written yet. */
  readonly depth: number;
  /** Age of the oldest of them; 0 when there is none. */
  readonly oldestMs: number;
  /** Promises that have left, since the queue was made. */
  readonly left: number;
}

/** The server's own count, on one connection. @throws when it does not answer */
export async function depthOf(connection: NatsConnection, nowEpochMs: number): Promise<QueueDepth> {
  const { jetstreamManager } = await import("@nats-io/jetstream");
  const manager = await jetstreamManager(connection, { checkAPI: false, timeout: CONNECT_LIMIT_MS });
  const { state } = await manager.streams.info(ordersStream);
  const oldestMs = state.messages === 0 ? 0 : Math.max(0, nowEpochMs - Date.parse(state.first_ts));
  // Its first message has this number; the numbers begin at 1.
  return { depth: state.messages, oldestMs, left: Math.max(0, state.first_seq - 1) };
}
