/** A real Redis for one test file, on a free loopback port, gone when it is over. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep } from "../../base/clock.ts";
import { isListening } from "../../chaos/listening.ts";
import { lookFor } from "../../targets/launch/components.ts";
import { Ports } from "../../targets/launch/ports.ts";

const READY_LIMIT_MS = 20_000;

export interface LoneRedis extends AsyncDisposable {
  readonly address: string;
}

/** @throws when it does not come up */
export async function startRedis(): Promise<LoneRedis> {
  const [found] = lookFor(["redis"]).found;
  if (found === undefined) throw new Error("there is no redis-server on this machine");
  const folder = await mkdtemp(join(tmpdir(), "stagebench-test-redis-"));
  const port = await new Ports().next();
  const words = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder];
  const child = spawn(found.command, words, { stdio: "ignore" });
  const redis: LoneRedis = {
    address: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
  const untilMs = performance.now() + READY_LIMIT_MS;
  while (!(await isListening(redis.address))) {
    if (performance.now() > untilMs) {
      await redis[Symbol.asyncDispose]();
      throw new Error("Redis did not come up");
    }
    await sleep(20);
  }
  return redis;
}

/** Why there can be none here; undefined when there can. */
export const redisMissing = (): string | undefined =>
  lookFor(["redis"]).missing.length === 0 ? undefined : "missing here: redis-server";
