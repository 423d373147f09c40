/** The streams of the queue and who reads them, as NATS is told of them. Telling it again changes nothing. */
import {
  AckPolicy,
  type ConsumerConfig,
  DiscardPolicy,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "@nats-io/jetstream";
import { allDead, allOrders, subjectOfShard } from "./order-message.ts";

export const ordersStream = "ORDERS";
export const deadStream = "DEAD_ORDERS";
/**
 * All order workers together, of the promises for one shard: each goes to one of them. A reader for each shard, so that
 * promises for one that is away do not stand in the way of all others.
 */
export const writersOf = (shard: number): string => `order-writers-${shard}`;

/**
 * Promises that may wait. Above it nobody is promised anything more: a queue that grows without end only moves the moment
 * at which shoppers are turned away to when the disk is full. A choice of ours.
 */
const MOST_WAITING = 100_000;
/** For so long the same key is stored once, however often it is sent. The server's own default. */
const DUPLICATES_S = 120;

const NANOS_PER_MS = 1e6;

/** A promise stays until its order is written, also when the server dies; a full stream refuses the new ones. */
const orders = {
  name: ordersStream,
  subjects: [allOrders],
  retention: RetentionPolicy.Workqueue,
  storage: StorageType.File,
  discard: DiscardPolicy.New,
  max_msgs: MOST_WAITING,
  duplicate_window: DUPLICATES_S * 1_000 * NANOS_PER_MS,
} satisfies Partial<StreamConfig>;

/** For people to look at: nothing reads it. */
const dead = {
  name: deadStream,
  subjects: [allDead],
  storage: StorageType.File,
  discard: DiscardPolicy.Old,
  max_msgs: MOST_WAITING,
} satisfies Partial<StreamConfig>;

export async function ensureStreams({ streams }: JetStreamManager): Promise<void> {
  await streams.add(orders);
  await streams.add(dead);
}

export interface WritersLimits {
  /** Promises for one shard that are in hand, of all workers together. */
  readonly maxInFlight: number;
  /** After so long without a word from its worker a promise is given to another. */
  readonly ackWaitMs: number;
}

/**
 * The server itself never gives a promise up: a delivery too many would end it without a trace. The workers count.
 */
export async function ensureWriters(
  { consumers }: JetStreamManager,
  shard: number,
  limits: WritersLimits,
): Promise<void> {
  const config = {
    durable_name: writersOf(shard),
    filter_subject: subjectOfShard(shard),
    ack_policy: AckPolicy.Explicit,
    ack_wait: limits.ackWaitMs * NANOS_PER_MS,
    max_ack_pending: limits.maxInFlight,
    max_deliver: -1,
  } satisfies Partial<ConsumerConfig>;
  await consumers.add(ordersStream, config);
}
