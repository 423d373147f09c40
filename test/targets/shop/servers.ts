/** A real PostgreSQL and a real Redis for one test file, on free loopback ports, gone when it is over. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import pg from "pg";
import { Cleanup } from "../../../base/cleanup.ts";
import { sleep } from "../../../base/clock.ts";
import { CacheFolder } from "../../../targets/launch/cache-folder.ts";
import { postgresBinaries } from "../../../targets/launch/postgres-binaries.ts";
import { unprivilegedUser } from "../../../targets/launch/unprivileged-user.ts";
import { WardList } from "../../../targets/launch/ward-list.ts";

export interface Servers extends AsyncDisposable {
  /** Makes an empty database and gives its address. */
  createDatabase(name: string): Promise<string>;
  readonly redisUrl: string;
  /** The Redis process, for tests that stop it. */
  readonly redis: ChildProcess;
}

const READY_LIMIT_MS = 20_000;

/** Starts both; without fsync, because what a test loses it did not want to keep. */
export async function startServers(): Promise<Servers> {
  const cleanup = new Cleanup();
  try {
    const folder = await mkdtemp(join(tmpdir(), "shop-test-"));
    cleanup.defer(() => rm(folder, { recursive: true, force: true }));
    const pgUrl = await startPostgres(cleanup);
    const { url: redisUrl, process: redis } = await startRedis(folder, cleanup);
    return {
      redisUrl,
      redis,
      async createDatabase(name) {
        await query(`${pgUrl}/postgres`, `CREATE DATABASE ${name}`);
        return `${pgUrl}/${name}`;
      },
      [Symbol.asyncDispose]: () => cleanup[Symbol.asyncDispose](),
    };
  } catch (error) {
    await cleanup[Symbol.asyncDispose]();
    throw error;
  }
}

/** Runs one statement on a connection of its own. */
export async function query<R extends pg.QueryResultRow>(url: string, text: string): Promise<R[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<R>(text)).rows;
  } finally {
    await client.end();
  }
}

async function startPostgres(cleanup: Cleanup): Promise<string> {
  const user = unprivilegedUser();
  const who = user && { uid: user.uid, gid: user.gid };
  const { initdb, postgres } = await postgresBinaries(await CacheFolder.open(new WardList()), user);
  const data = await mkdtemp(join(tmpdir(), "shop-test-pg-"));
  cleanup.defer(() => rm(data, { recursive: true, force: true }));
  if (who) await chown(data, who.uid, who.gid);
  const words = [
    "-D",
    data,
    "-U",
    "bench",
    "-A",
    "trust",
    "-E",
    "UTF8",
    "--locale=C",
    "--no-sync",
    "--no-instructions",
  ];
  await promisify(execFile)(initdb, words, { cwd: "/", ...who });
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    fsync: "off",
    // For the test of the search index, which follows the changes.
    wal_level: "logical",
    max_connections: 100,
    shared_buffers: "64MB",
    jit: "off",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = spawn(postgres, ["-D", data, ...options], {
    cwd: "/",
    stdio: ["ignore", "ignore", "pipe"],
    ...who,
  });
  let lastLines = "";
  child.stderr?.on("data", (chunk) => {
    lastLines = (lastLines + chunk).slice(-4_000);
  });
  cleanup.defer(() => stop(child, "SIGQUIT"));
  const url = `postgres://bench@127.0.0.1:${port}`;
  await until(
    `PostgreSQL`,
    () => query(`${url}/postgres`, "SELECT 1"),
    () => lastLines,
  );
  return url;
}

async function startRedis(folder: string, cleanup: Cleanup): Promise<{ url: string; process: ChildProcess }> {
  const port = await freePort();
  const words = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
    "--dir",
    folder,
  ];
  const child = spawn("redis-server", words, { stdio: "ignore" });
  cleanup.defer(() => stop(child, "SIGKILL"));
  const url = `redis://127.0.0.1:${port}`;
  await until("Redis", async () => {
    const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
    redis.on("error", () => {}); // The rejected connect says the same.
    try {
      await redis.connect();
      await redis.ping();
    } finally {
      redis.disconnect();
    }
  });
  return { url, process: child };
}

async function until(what: string, isReady: () => Promise<unknown>, lastLines = () => ""): Promise<void> {
  const untilMs = Date.now() + READY_LIMIT_MS;
  for (;;) {
    try {
      await isReady();
      return;
    } catch (error) {
      if (Date.now() > untilMs)
        throw new Error(`${what} did not become ready\n${lastLines()}`, { cause: error });
      await sleep(30);
    }
  }
}

function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    child.once("exit", () => resolve());
    child.kill("SIGCONT");
    child.kill(signal);
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
