#!/usr/bin/env node
/** The shop as a process of its own: words in, exit code out. 2 for words that make no sense, 1 for anything else that fails. */
import { readFileSync } from "node:fs";
import { parseCommand, UsageError } from "./arguments.ts";
import { parseConfig } from "./config.ts";
import { jsonLog, type Log } from "./log.ts";
import { seed, seedDigest } from "./seed/seed.ts";
import { openShop } from "./shop.ts";

/** What is in hand may finish for this long after SIGTERM; the process is gone within two seconds. */
const FINISH_MS = 1_500;
const EXIT_LIMIT_MS = 1_900;

try {
  await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function run(words: readonly string[]): Promise<void> {
  const command = parseCommand(words);
  switch (command.name) {
    case "serve":
      return serve(command.configPath);
    case "seed":
      return seed(command);
    case "seed-digest":
      process.stdout.write(`${seedDigest()}\n`);
      return;
    default:
      return command satisfies never;
  }
}

async function serve(configPath: string): Promise<void> {
  const config = parseConfig(readFileSync(configPath, "utf8"));
  const log = jsonLog(config.name, (line) => process.stderr.write(line), Date.now);
  const shop = await openShop(config, {
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
