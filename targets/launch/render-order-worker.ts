/** The configuration of an order worker: where promises come from, and where orders are written. Pure. */
import type { Defect } from "../target.ts";
import type { Member } from "./members.ts";
import { postgresDatabase, postgresRole } from "./render-postgres.ts";

/** What the worker reads as JSON; it is a stranger, so this is its contract and not its type. */
export interface OrderWorkerConfig {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly shards: readonly string[];
  readonly counters: string;
  readonly queue: string;
  readonly pools: {
    readonly max: number;
    readonly connectTimeoutMs: number;
    readonly statementTimeoutMs: number;
  };
  readonly maxInFlight: number;
  readonly maxDeliveries: number;
  readonly ackWaitMs: number;
  readonly defects?: readonly Defect[];
}

/** Connections of one worker to one shard: as many as it can use. Its own for keys come on top, as for a shop. */
export const workerPoolMax = 4;
/** On one shard. A hot item is one row, and more writers only wait for each other. A choice of ours. */
const MAX_IN_FLIGHT = workerPoolMax;
/** Ten deaths of a worker, each with the same promise in hand. A choice of ours. */
const MAX_DELIVERIES = 10;
/** What a worker had in hand when it died waits for so long. A choice of ours. */
const ACK_WAIT_MS = 3_000;

/** Whoever holds trade, in declared order, as shops have it: an item's shard is its place in the list. */
export const shardsAmong = (called: readonly Member[]) =>
  called.filter(
    ({ component, replicaOf, holds }) =>
      component === "postgres" && replicaOf === undefined && holds.includes("trade"),
  );

/** The Redis in which sales are counted: one for nothing else, or else the cache. */
export function countersAmong(called: readonly Member[]): Member | undefined {
  const redises = called.filter(({ component }) => component === "redis");
  const keeping = (kept: string) => redises.find(({ settings }) => (settings.keeps ?? "pages") === kept);
  return keeping("sales") ?? keeping("pages");
}

/** @param called every member the worker calls */
export function orderWorkerConfig(
  { name, settings: { defects } }: Member,
  port: number,
  called: readonly Member[],
  addressOf: (name: string) => string,
): OrderWorkerConfig {
  const queue = called.find(({ component }) => component === "nats")!;
  return {
    name,
    host: "127.0.0.1",
    port,
    shards: shardsAmong(called).map(
      (shard) => `postgres://${postgresRole}@${addressOf(shard.name)}/${postgresDatabase}`,
    ),
    counters: `redis://${addressOf(countersAmong(called)!.name)}`,
    queue: addressOf(queue.name),
    pools: { max: workerPoolMax, connectTimeoutMs: 1_000, statementTimeoutMs: 2_000 },
    maxInFlight: MAX_IN_FLIGHT,
    maxDeliveries: MAX_DELIVERIES,
    ackWaitMs: ACK_WAIT_MS,
    ...(defects && { defects }),
  };
}
