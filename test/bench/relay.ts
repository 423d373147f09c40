/**
 * `npm run bench:relay`: what an exchange costs more when it leads through the relay, interleaved with direct ones, and
 * what a relay under a fault does to it; written into docs/performance.md. A benchmark, not a test: it asserts nothing
 * about time.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { cpus, loadavg, release, tmpdir } from "node:os";
import { join } from "node:path";
import { Cleanup } from "../../base/cleanup.ts";
import type { Disturbance } from "../../chaos/relay/relay-control.ts";
import { startRelay } from "../../chaos/relay/start-relay.ts";
import { WardList } from "../../targets/launch/ward-list.ts";
import { fixed, median, medianAndSpread, thousands } from "./figures.ts";
import { writeBetween } from "./page.ts";

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 7);
const exchanges = Number(process.env["BENCH_EXCHANGES"] ?? 5_000);
const megabytes = Number(process.env["BENCH_MEGABYTES"] ?? 256);
/** The page to write into; an empty one for none. */
const page = process.env["BENCH_PAGE"] ?? "docs/performance.md";
const root = join(import.meta.dirname, "../..");

const edges = { echo: { from: "caller", to: "echo" }, swallow: { from: "caller", to: "swallow" } } as const;
const message = Buffer.alloc(128, "x");
/** So that a fault is on whose effect on time is none: the price of the slow path alone. */
const nothing: Disturbance = { kind: "latency", delayMs: 0, jitterMs: 0, way: "both" };
const tenMs: Disturbance = { kind: "latency", delayMs: 5, jitterMs: 0, way: "both" };

const cleanup = new Cleanup();
try {
  const home = mkdtempSync(join(tmpdir(), "stagebench-relay-bench-"));
  cleanup.defer(() => rmSync(home, { recursive: true, force: true }));
  const far = spawn(process.execPath, ["--import", "tsx", join(import.meta.dirname, "relay-echo.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  cleanup.defer(() => far.stdin.end());
  const [said] = (await once(far.stdout.setEncoding("utf8"), "data")) as [string];
  const [echo = "", swallow = ""] = said
    .trim()
    .split(" ")
    .map((port) => `127.0.0.1:${port}`);
  const relay = cleanup.use(
    await startRelay({
      edges: Object.values(edges),
      command: [process.execPath, join(root, "dist/cli/main.js")],
      wards: new WardList(),
      logPath: join(home, "relay.log"),
    }),
  );
  const ledEcho = await relay.open("caller", "echo", echo, "127.0.0.1");
  const ledSwallow = await relay.open("caller", "swallow", swallow, "127.0.0.1");
  const put = (does: Disturbance) =>
    relay.control.put({ id: "bench", edges: [edges.echo], does, share: 1, seed: 1 });

  const ways = [
    { name: "direct", measure: () => latencies(echo, exchanges) },
    { name: "through the relay, no fault on", measure: () => latencies(ledEcho, exchanges) },
    {
      name: "through the relay, a delay of 0 ms on",
      measure: () => during(nothing, () => latencies(ledEcho, exchanges)),
    },
    {
      name: "through the relay, 10 ms longer",
      measure: () => during(tenMs, () => latencies(ledEcho, Math.ceil(exchanges / 25))),
    },
  ];
  const during = async <T>(does: Disturbance, work: () => Promise<T>): Promise<T> => {
    await put(does);
    const result = await work();
    await relay.control.lift("bench");
    return result;
  };
  const seen = ways.map(() => [] as { readonly p50Us: number; readonly p99Us: number }[]);
  const rates = { direct: [] as number[], led: [] as number[] };
  const loads: number[] = [];
  for (let round = 0; round < rounds; round++) {
    loads.push(loadavg()[0] ?? Number.NaN);
    for (const [index, { measure }] of ways.entries()) seen[index]!.push(await measure());
    rates.direct.push(await throughput(swallow));
    rates.led.push(await throughput(ledSwallow));
    process.stdout.write(`round ${round + 1} of ${rounds}\n`);
  }
  const machine = `${cpus()[0]?.model}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`;
  const direct = median(seen[0]!.map(({ p50Us }) => p50Us));
  const rows = ways.map(({ name }, index) => {
    const [p50s, p99s] = [seen[index]!.map(({ p50Us }) => p50Us), seen[index]!.map(({ p99Us }) => p99Us)];
    const more = index === 0 ? "" : `+${fixed(0)(median(p50s) - direct)}`;
    return `| ${name} | ${medianAndSpread(p50s, fixed(0))} | ${more} | ${medianAndSpread(p99s, fixed(0))} |`;
  });
  const table = [
    `${rounds} interleaved rounds of ${thousands(exchanges)} exchanges of ${message.length} bytes each way, one at a time, on loopback; then ${megabytes} MB one way.`,
    `Callee and relay are processes of their own. ${machine}; load average ${medianAndSpread(loads, fixed(1))}.`,
    "",
    "| way | p50 µs | more than direct | p99 µs |",
    "|---|---|---|---|",
    ...rows,
    "",
    `One connection carries ${medianAndSpread(rates.direct, thousands)} MB/s directly and ${medianAndSpread(rates.led, thousands)} MB/s through the relay.`,
  ].join("\n");
  process.stdout.write(`${table}\n`);
  if (page !== "") writeBetween(page, "relay", table);
} finally {
  await cleanup[Symbol.asyncDispose]();
}

/** One exchange after the other on one connection. */
async function latencies(
  address: string,
  count: number,
): Promise<{ readonly p50Us: number; readonly p99Us: number }> {
  const socket = await connected(address);
  const tookUs: number[] = [];
  for (let index = 0; index < count; index++) {
    const startMs = performance.now();
    socket.write(message);
    for (let have = 0; have < message.length; ) {
      const [chunk] = (await once(socket, "data")) as [Buffer];
      have += chunk.length;
    }
    tookUs.push((performance.now() - startMs) * 1000);
  }
  socket.destroy();
  tookUs.sort((a, b) => a - b);
  const at = (ratio: number) => tookUs[Math.min(tookUs.length - 1, Math.floor(tookUs.length * ratio))]!;
  return { p50Us: at(0.5), p99Us: at(0.99) };
}

/** Megabytes a second, one way, until the far side has all of it. */
async function throughput(address: string): Promise<number> {
  const socket = await connected(address);
  const chunk = Buffer.alloc(64 * 1024);
  const startMs = performance.now();
  for (let left = megabytes * 1_000_000; left > 0; left -= chunk.length)
    if (!socket.write(chunk)) await once(socket, "drain");
  socket.end();
  await once(socket, "data");
  const rate = megabytes / ((performance.now() - startMs) / 1000);
  socket.destroy();
  return rate;
}

async function connected(address: string): Promise<Socket> {
  const { hostname, port } = new URL(`tcp://${address}`);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true, allowHalfOpen: true });
  await once(socket, "connect");
  return socket;
}
