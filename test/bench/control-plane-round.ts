/**
 * One round of the control plane's benchmark, in a process of its own: the real front door, fleet, collector and record
 * with as many simulated agents as asked for. Arguments: program of the agents, how many, seconds. Says its figures to the
 * parent process.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { Collector } from "../../controller/collector.ts";
import { EndingWatch } from "../../controller/ending.ts";
import { type DriveOrder, type Fleet, gatherFleet } from "../../controller/fleet.ts";
import { type AgentLink, openFrontDoor } from "../../controller/front-door.ts";
import { RunRecord } from "../../controller/record.ts";
import { pinned } from "./pinned.ts";
import type { AgentTruth } from "./simulated-agents.ts";
import { originOf } from "./start-gun.ts";
import { operationsPerAgent, requestsPerS } from "./synthetic-interval.ts";

export interface RoundFigures {
  /** CPU of the controller during the load, 1 = one core. */
  readonly cpuRatio: number;
  readonly rssMiB: { readonly atSecond5: number; readonly atEnd: number };
  /** JavaScript heap and array buffers, after a collection. */
  readonly heapMiB: { readonly atSecond5: number; readonly atEnd: number };
  readonly intervals: { readonly expected: number; readonly received: number };
  readonly requests: { readonly expected: number; readonly merged: number };
  readonly identityBreaks: number;
  /** From the last farewell to all totals. */
  readonly mergeMs: number;
  /** From the end of the load on the clock to the last farewell: what was still to be read, one second of drain apart. */
  readonly lastFarewellMs: number;
  readonly gatheringMs: number;
  /** How far each agent's start was from the ordered instant, by size. */
  readonly startSkewMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Between the first agent to start and the last. */
  readonly startSpreadMs: number;
  readonly clock: {
    readonly statedP50Ms: number;
    readonly statedMaxMs: number;
    readonly trueP50Ms: number;
    readonly trueP99Ms: number;
    readonly trueMaxMs: number;
    /** Offsets that are further off than stated. */
    readonly beyondStated: number;
  };
  /** The run folder: interval log and timeline. */
  readonly writtenMiB: number;
}

const [simulatedAgents = "", ...numbers] = process.argv.slice(2);
const [agents = 0, spanS = 0] = numbers.map(Number);
const agentProcesses = 2;
const token = "a-benchmark";
/** The machine's monotonic clock less our own. */
const originMs = originOf();
const home = mkdtempSync(join(tmpdir(), "stagebench-control-plane-"));
const children: ChildProcess[] = [];
try {
  const figures = await round();
  process.send?.(figures);
} finally {
  for (const child of children) child.kill();
  rmSync(home, { recursive: true, force: true });
}
process.disconnect?.();

async function round(): Promise<RoundFigures> {
  const watch = new EndingWatch(new AbortController().signal);
  let join_: (link: AgentLink) => void = () => {};
  await using door = await openFrontDoor({
    token,
    agents,
    letIn: (link) => join_(link),
    refused: (because) => process.stderr.write(`refused: ${because}\n`),
  });
  const each = Math.ceil(agents / agentProcesses);
  for (let first = 0; first < agents; first += each) {
    children.push(simulated(door.address, first, Math.min(each, agents - first)));
  }
  const truthsSaid = Promise.all(children.map(truthsOf));
  // Heard of below, or when the round is given up before that.
  truthsSaid.catch(() => {});
  let askedMs = 0;
  const joined: AgentLink[] = [];
  const fleet = await gatherFleet({
    count: agents,
    clock: systemClock,
    watch,
    onJoin: (listener) => {
      join_ = (link) => {
        joined.push(link);
        if (joined.length === agents) askedMs = performance.now();
        listener(link);
      };
    },
    onExit: () => {},
    lastWords: () => "",
  });
  const gatheringMs = performance.now() - askedMs;
  const record = RunRecord.create(join(home, "run"), "20260101T000000Z-bench");
  const collector = new Collector({
    agents,
    warmupS: 0,
    durationS: spanS,
    record,
    heard: { step: () => {}, second: () => {} },
    label: undefined,
    nowMs: () => performance.now(),
  });
  const memory: NodeJS.MemoryUsage[] = [];
  const look = () => {
    // What is alive, and not what was not collected yet; twice in a drive, so its CPU does not count.
    globalThis.gc?.();
    memory.push(process.memoryUsage());
  };
  let [received, cpuUs, farewellMs, startMs] = [0, 0, 0, 0];
  await fleet.drive(order(), {
    started: (atMs, atEpochMs) => {
      startMs = atMs;
      collector.started(atMs, atEpochMs);
      // Half a second later than the load itself, so that each of its intervals is inside.
      const inMs = atMs + 500 - performance.now();
      let before: NodeJS.CpuUsage;
      setTimeout(() => (before = process.cpuUsage()), inMs);
      setTimeout(() => (cpuUs = sum(process.cpuUsage(before))), inMs + spanS * 1000);
      for (const second of [5, spanS]) setTimeout(look, inMs + second * 1000 - 10);
    },
    interval: (agent, interval) => {
      received++;
      collector.interval(agent, interval);
    },
    farewell: (agent, farewell) => {
      farewellMs = performance.now();
      collector.farewell(agent, farewell);
    },
    lost: (agent, because) => process.stderr.write(`agent ${agent} was lost: ${because}\n`),
  });
  const { timeline } = collector;
  const load = timeline.load();
  const operations = timeline.operations();
  const overall = timeline.overall();
  const { identityBreaks, lostIntervals } = timeline.instrument();
  timeline.seconds();
  const mergeMs = performance.now() - farewellMs;
  const counted = Object.values(operations).reduce((all, { count }) => all + count, 0);
  if (lostIntervals > 0) process.stderr.write(`${lostIntervals} intervals were lost\n`);
  for (const link of joined) link.send({ $case: "goodbye", value: { because: "the benchmark is over" } });
  const truths = (await truthsSaid).flat();
  record.throwIfBroken();
  return {
    cpuRatio: cpuUs / (spanS * 1e6),
    rssMiB: fromTo(memory.map(({ rss }) => rss)),
    heapMiB: fromTo(memory.map(({ heapUsed, arrayBuffers }) => heapUsed + arrayBuffers)),
    intervals: { expected: agents * (spanS + 1), received },
    requests: {
      expected: agents * requestsPerS * spanS,
      merged: Math.min(load.completed, counted, overall.count),
    },
    identityBreaks: identityBreaks.length,
    mergeMs,
    lastFarewellMs: farewellMs - startMs - (spanS + 1) * 1000,
    gatheringMs,
    ...startsOf(truths, startMs),
    clock: clockOf(fleet, truths),
    writtenMiB: sizeOf(record.folder) / 2 ** 20,
  };
}

function simulated(address: string, first: number, count: number): ChildProcess {
  const words = [address, token, first, count, agents, spanS].map(String);
  const [command, all] = pinned([process.execPath, simulatedAgents, ...words], 1);
  return spawn(command, all, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
}

/** @throws when the agents' process ends without having said it */
async function truthsOf(child: ChildProcess): Promise<AgentTruth[]> {
  const died = once(child, "exit").then(([code]) => {
    throw new Error(`a process of simulated agents exited with code ${code} before it was done`);
  });
  const [truths] = await Promise.race([once(child, "message"), died]);
  died.catch(() => {});
  return truths as AgentTruth[];
}

function order(): DriveOrder {
  return {
    drive: 0,
    purpose: "measure",
    scenario: "made-up",
    scenarioFile: "",
    seed: 1,
    ratePerS: agents * requestsPerS,
    warmupS: 0,
    durationS: spanS,
    drainS: 1,
    baseUrls: [],
    names: undefined,
    requestTimeoutMs: 1000,
    maxConnections: operationsPerAgent,
    maxInFlight: 1000,
    sender: "none",
    world: undefined,
  };
}

/** The machine's monotonic clock is common to all its processes, so no reading of any agent's clock is in these. */
function startsOf(
  truths: readonly AgentTruth[],
  startMs: number,
): Pick<RoundFigures, "startSkewMs" | "startSpreadMs"> {
  const orderedMs = startMs + originMs;
  const late = truths.map(({ startedMs }) => startedMs - orderedMs).toSorted(ascending);
  const sizes = late.map(Math.abs).toSorted(ascending);
  return {
    startSkewMs: { p50: quantile(sizes, 0.5), p99: quantile(sizes, 0.99), max: quantile(sizes, 1) },
    startSpreadMs: quantile(late, 1) - quantile(late, 0),
  };
}

function clockOf({ members }: Fleet, truths: readonly AgentTruth[]): RoundFigures["clock"] {
  const origins = new Map(truths.map(({ index, clockOffsetMs }) => [index, clockOffsetMs]));
  const stated = members.map(({ clock }) => clock.errorMs).toSorted(ascending);
  // The agent's clock less the machine's, less (ours less the machine's).
  const off = members.map(({ link, clock }) => ({
    wrongMs: Math.abs(clock.offsetMs - ((origins.get(link.index) ?? Number.NaN) + originMs)),
    statedMs: clock.errorMs,
  }));
  const wrong = off.map(({ wrongMs }) => wrongMs).toSorted(ascending);
  return {
    statedP50Ms: quantile(stated, 0.5),
    statedMaxMs: quantile(stated, 1),
    trueP50Ms: quantile(wrong, 0.5),
    trueP99Ms: quantile(wrong, 0.99),
    trueMaxMs: quantile(wrong, 1),
    beyondStated: off.filter(({ wrongMs, statedMs }) => wrongMs > statedMs).length,
  };
}

function fromTo([atSecond5 = Number.NaN, atEnd = Number.NaN]: readonly number[]): {
  atSecond5: number;
  atEnd: number;
} {
  return { atSecond5: atSecond5 / 2 ** 20, atEnd: atEnd / 2 ** 20 };
}

function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.reduce((bytes, { parentPath, name }) => bytes + statSync(join(parentPath, name)).size, 0);
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

function ascending(a: number, b: number): number {
  return a - b;
}

function sum({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}
