#!/usr/bin/env node
/** The shop as a process of its own: words in, exit code out. 2 for words that make no sense, 1 for anything else that fails. */
import { readFileSync } from "node:fs";
import { parseCommand, UsageError } from "./arguments.ts";
import { parseBusConfig } from "./bus/bus-config.ts";
import { parseConfig } from "./config.ts";
import { jsonLog, type Log } from "./log.ts";
import { parseObjectConfig } from "./objects/object-config.ts";
import { openObjectStore } from "./objects/object-service.ts";
import { parseWorkerConfig, type WorkerConfig } from "./queue/worker-config.ts";
import { parseIndexerConfig } from "./search/indexer-config.ts";
import { openIndexer } from "./search/indexer-service.ts";
import { seed, seedDigest } from "./seed/seed.ts";
import { parseServiceConfig } from "./services/service-config.ts";
import { openShop, type Shop, type Surroundings } from "./shop.ts";

/** What is in hand may finish for this long after SIGTERM; the process is gone within two seconds. */
const FINISH_MS = 1_500;
const EXIT_LIMIT_MS = 1_900;

try {
  await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  // Not only the code: what a shop that did not open has begun, a connection say, would keep the process.
  process.exit(error instanceof UsageError ? 2 : 1);
}

async function run(words: readonly string[]): Promise<void> {
  const command = parseCommand(words);
  switch (command.name) {
    case "serve":
      return serve(command.configPath, parseConfig, openShop);
    case "index":
      return serve(command.configPath, parseIndexerConfig, openIndexer);
    case "keep-objects":
      return serve(command.configPath, parseObjectConfig, openObjectStore);
    case "work-orders":
      return serve(command.configPath, parseWorkerConfig, workOrders);
    case "answer-calls":
      return serve(command.configPath, parseServiceConfig, async (config, surroundings) => {
        // Only here: the other roles need not know how calls are answered.
        const { openServices } = await import("./services/open-services.ts");
        return openServices(config, surroundings);
      });
    case "carry-calls":
      return serve(command.configPath, parseBusConfig, async (config, surroundings) => {
        const { openBus } = await import("./bus/bus-service.ts");
        return openBus(config, surroundings);
      });
    case "seed":
      return seed(command);
    case "seed-digest":
      process.stdout.write(`${seedDigest()}\n`);
      return;
    default:
      return command satisfies never;
  }
}

/** Loaded only by who does it: no other role speaks to a queue. */
async function workOrders(config: WorkerConfig, surroundings: Surroundings): Promise<Shop> {
  const { openOrderWorker } = await import("./queue/worker-service.ts");
  return openOrderWorker(config, surroundings);
}

async function serve<C extends { readonly name: string; readonly host: string }>(
  configPath: string,
  parse: (text: string) => C,
  open: (config: C, surroundings: Surroundings) => Promise<Shop>,
): Promise<void> {
  const config = parse(readFileSync(configPath, "utf8"));
  const log = jsonLog(config.name, (line) => process.stderr.write(line), Date.now);
  const shop = await open(config, {
    log,
    nowMs: () => performance.now(),
    epochMs: Date.now,
    random: Math.random,
  });
  log.info("listening", { host: config.host, port: shop.port, pid: process.pid });
  endOn("SIGTERM", shop.close, log);
  endOn("SIGINT", shop.close, log);
}

function endOn(signal: NodeJS.Signals, close: (limitMs: number) => Promise<void>, log: Log): void {
  process.once(signal, () => {
    log.info("stopping", { signal });
    // A store that is stuck must not keep us.
    setTimeout(() => process.exit(0), EXIT_LIMIT_MS).unref();
    close(FINISH_MS).then(
      () => process.exit(0),
      (error) => {
        log.error("closing", error);
        process.exit(1);
      },
    );
  });
}
