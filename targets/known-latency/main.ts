#!/usr/bin/env node
/** The known-latency server as a process of its own: one word of JSON in, one line with its ports out. */
import { readBehaviour } from "./behaviour.ts";
import { FineAlarm } from "./fine-alarm.ts";
import { goFirst } from "./go-first.ts";
import { openServer } from "./server.ts";

try {
  const behaviour = readBehaviour(process.argv[2] ?? "");
  goFirst();
  const alarm = await FineAlarm.start();
  const { ports } = await openServer(behaviour, {
    nowMs: () => performance.now(),
    after: (delayMs, then) => alarm.set(delayMs, then),
    soon: (then) => void setImmediate(then),
  });
  process.stdout.write(`${JSON.stringify({ listening: ports })}\n`);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => process.exit(0));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
