/** The queue of a process that sells: its connection, what it counts, and the way of selling that goes through it. */
import type { Redis } from "ioredis";
import { Counter, Gauge, type Registry } from "prom-client";
import { SaleData } from "../data/sales.ts";
import type { Stores } from "../data/stores.ts";
import type { Log } from "../log.ts";
import { f9 } from "../sale/f9.ts";
import { RedisStock } from "../sale/redis-stock.ts";
import { SaleParts } from "../sale/sale-parts.ts";
import type { Strategy } from "../sale/strategy.ts";
import { Withdrawals } from "../sale/withdrawals.ts";
import { NatsLink } from "./nats-link.ts";
import { OrderQueue } from "./order-queue.ts";
import { pause } from "./pause.ts";
import { ensureStreams } from "./streams.ts";

export interface QueueParts {
  /** Name of this node. */
  readonly name: string;
  readonly stores: Stores;
  /** Where sales are counted. */
  readonly counters: Redis;
  readonly registry: Registry;
  readonly log: Log;
  nowMs(): number;
}

export interface OpenQueue {
  /** What sells through it, for the desk. */
  readonly strategies: readonly Strategy[];
  close(): Promise<void>;
}

/** Connects in the background to NATS at `address`, host:port; while it is away, nobody is promised anything. */
export function openQueue(address: string, parts: QueueParts): OpenQueue {
  const { name, stores, counters, registry, log, nowMs } = parts;
  const link = new NatsLink({ address, name, log, prepare: ensureStreams });
  const registers = [registry];
  const sent = new Counter({
    name: "shop_queue_sent_total",
    help: "Promises put into the queue: stored, duplicate (sent before), refused (surely not stored), unknown.",
    labelNames: ["outcome"],
    registers,
  });
  new Gauge({
    name: "shop_queue_connected",
    help: "Whether the queue is there.",
    registers,
    collect() {
      this.set(Number(link.streams !== undefined));
    },
  });
  const stop = new AbortController();
  const { signal } = stop;
  const queue = new OrderQueue({ link, nowMs, pause, signal, observe: (outcome) => sent.inc({ outcome }) });
  new Gauge({
    name: "shop_queue_doubtful",
    help: "Promises that may have been stored, and are sent again.",
    registers,
    collect() {
      this.set(queue.doubtful);
    },
  });
  const strategy = f9({
    ...{ queue, log, sales: new SaleData(stores, undefined), parts: new SaleParts(stores) },
    ...{ stock: new RedisStock(counters), withdrawals: new Withdrawals(stores) },
  });
  return {
    strategies: [strategy],
    close() {
      stop.abort();
      return link.close();
    },
  };
}
