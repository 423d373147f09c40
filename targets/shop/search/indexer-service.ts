/** The indexer as a server of its own: it works in the background, and answers how far it is behind. */
import { Gauge, Histogram } from "prom-client";
import { json, ok } from "../http/answer.ts";
import { Door, type Route } from "../http/door.ts";
import { Metrics } from "../metrics.ts";
import type { Shop as Service, Surroundings } from "../shop.ts";
import { Groonga } from "./groonga.ts";
import { Indexer } from "./indexer.ts";
import type { IndexerConfig } from "./indexer-config.ts";
import { ItemIndex } from "./item-index.ts";
import { Lag } from "./lag.ts";

/** Building loads thousands of items at once, on a node that may have a tenth of a core. */
const ENGINE_TIMEOUT_MS = 30_000;
const LAG_BUCKETS_S = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export async function openIndexer(
  config: IndexerConfig,
  { log, nowMs, epochMs }: Surroundings,
): Promise<Service> {
  const metrics = new Metrics(config.name);
  const lag = new Lag();
  const observe = lagMetrics(metrics, lag, epochMs);
  const engine = new Groonga({ url: config.engine, timeoutMs: ENGINE_TIMEOUT_MS });
  const { catalog: catalogUrl, refreshMs } = config;
  const index = new ItemIndex(engine);
  const indexer = new Indexer({ catalogUrl, index, lag, refreshMs, log, epochMs, observe });

  const own = { method: "GET", isShed: false } as const;
  const routes: readonly Route[] = [
    {
      ...own,
      name: "health",
      path: "/health",
      handle: () => (indexer.isReady ? ok : json(503, { status: "unwell", silent: ["the change stream"] })),
    },
    { ...own, name: "lag", path: "/lag", handle: () => json(200, lag.seen(epochMs())) },
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
  const port = await door.listen(config.host, config.port);
  const stop = new AbortController();
  const working = indexer.run(stop.signal);
  return {
    port,
    async close(limitMs) {
      stop.abort();
      await Promise.all([working, door.close(limitMs)]);
    },
  };
}

/** Shows the lag to Prometheus; gives what is to be told the lag of each transaction. */
function lagMetrics({ registry }: Metrics, lag: Lag, epochMs: () => number): (lagMs: number) => void {
  const registers = [registry];
  const seconds = new Histogram({
    name: "shop_index_lag_seconds",
    help: "From the commit of a change to when a search can find it.",
    buckets: LAG_BUCKETS_S,
    registers,
  });
  const gauges = [
    ["shop_index_is_streaming", "1 while the change stream is followed.", "isStreaming"],
    ["shop_index_waiting_changes", "Changes received and not in the index yet.", "waitingChanges"],
    ["shop_index_oldest_waiting_milliseconds", "Age of the oldest of them.", "oldestWaitingMs"],
    ["shop_index_behind_bytes", "Write-ahead log the index is behind.", "behindBytes"],
    ["shop_index_builds", "Times the whole index was built.", "builds"],
  ] as const;
  for (const [name, help, key] of gauges) {
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(Number(lag.seen(epochMs())[key]));
      },
    });
  }
  return (lagMs) => seconds.observe(lagMs / 1_000);
}
