/** The order worker as a server of its own: it works in the background, and answers how far the queue is behind. */
import { takeWith } from "../built-in-defects.ts";
import { Lru } from "../cache/lru.ts";
import { SaleData, type SaleRow } from "../data/sales.ts";
import { Stores } from "../data/stores.ts";
import { json, ok } from "../http/answer.ts";
import { Door, type Route } from "../http/door.ts";
import { Metrics } from "../metrics.ts";
import { openRedis } from "../open-redis.ts";
import { SALES_KEPT } from "../sale/open-desk.ts";
import { RedisStock } from "../sale/redis-stock.ts";
import { Withdrawals } from "../sale/withdrawals.ts";
import type { Shop as Service, Surroundings } from "../shop.ts";
import { NatsLink } from "./nats-link.ts";
import { OrderWorker } from "./order-worker.ts";
import { OrderWriter, takingFrom } from "./order-writer.ts";
import { pause } from "./pause.ts";
import { seenOf } from "./queue-seen.ts";
import { ensureStreams } from "./streams.ts";
import type { WorkerConfig } from "./worker-config.ts";
import { WorkerMetrics } from "./worker-metrics.ts";

export async function openOrderWorker(
  config: WorkerConfig,
  { log, nowMs, epochMs, random }: Surroundings,
): Promise<Service> {
  const metrics = new Metrics(config.name);
  const { pools, shards, maxInFlight, maxDeliveries, ackWaitMs } = config;
  const stores = new Stores({ databases: { trade: { shards } }, pools }, log, nowMs, (database, statement) =>
    metrics.statement(database, statement),
  );
  const redis = openRedis(config.counters, config, log);
  const link = new NatsLink({ address: config.queue, name: config.name, log, prepare: ensureStreams });
  const sales = new SaleData(stores, new Lru<SaleRow>(SALES_KEPT, nowMs));
  const writer = new OrderWriter({
    sales,
    take: takeWith(config.defects, takingFrom(sales), random),
    stock: new RedisStock(redis),
    withdrawals: new Withdrawals(stores),
    log,
  });
  const seen = () => (link.streams ? seenOf(link.streams, epochMs()) : undefined);
  const inFlight = () => workers.reduce((sum, worker) => sum + worker.inFlight, 0);
  const counts = new WorkerMetrics(metrics.registry, seen, inFlight);
  const limits = { maxInFlight, maxDeliveries, ackWaitMs };
  const workers: readonly OrderWorker[] = shards.map(
    (_, shard) => new OrderWorker({ link, shard, writer, log, pause, observe: counts, limits }),
  );

  const isReading = () => link.streams !== undefined && workers.every((worker) => worker.isReading);
  const own = { method: "GET", isShed: false } as const;
  const routes: readonly Route[] = [
    {
      ...own,
      name: "health",
      path: "/health",
      handle: () => (isReading() ? ok : json(503, { status: "unwell", silent: ["the queue"] })),
    },
    {
      ...own,
      name: "queue",
      path: "/queue",
      handle: async () => {
        const waiting = await seen()?.catch(() => undefined);
        return waiting
          ? json(200, { ...waiting, inFlight: inFlight(), ...counts.ends })
          : json(503, { status: "unwell", silent: ["the queue"] });
      },
    },
    {
      ...own,
      name: "metrics",
      path: "/metrics",
      handle: async () => ({
        status: 200,
        body: await metrics.registry.metrics(),
        type: metrics.registry.contentType,
      }),
    },
  ];
  const door = new Door({
    routes,
    inFlightLimit: () => 64,
    isSwitchedOff: () => false,
    log,
    observe: (operation, status, seconds) => metrics.request(operation, status, seconds),
    nowMs,
  });
  metrics.pools(() =>
    [...stores.all.values()].map((database) => [database.address, database.gauges] as const),
  );

  const stop = new AbortController();
  const working = Promise.all(workers.map((worker) => worker.run(stop.signal)));
  const leave = async () => {
    stop.abort();
    await working;
    await link.close();
    redis.disconnect();
    await stores.close();
  };
  try {
    const port = await door.listen(config.host, config.port);
    return {
      port,
      async close(limitMs) {
        await Promise.all([leave(), door.close(limitMs)]);
      },
    };
  } catch (error) {
    await leave();
    throw error;
  }
}
