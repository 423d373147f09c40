/** What this machine can do for a run, one row per capability, each with what it means when it is not there. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { availableParallelism, freemem, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { sentenceOf } from "../../base/failure.ts";
import type { BudgetReport } from "../running-target.ts";
import type { Component } from "../target.ts";
import { cachePath } from "./cache-folder.ts";
import {
  allComponents,
  type ComponentProbes,
  type Installable,
  installCommand,
  lookFor,
  type MissingComponent,
  systemProbes,
} from "./components.ts";
import { composeCommand } from "./compose/compose-command.ts";
import { Engine, engineSocket } from "./compose/engine.ts";
import { openBudgets } from "./cpu-budget.ts";
import { type MissingTool, missingTools, type NetworkHere, networkHere } from "./network/here.ts";
import { clockLibrary, missingClock } from "./own-clock.ts";
import { Ports } from "./ports.ts";
import { binariesEntry, npmPostgres } from "./postgres-binaries.ts";
import { startTicksOf } from "./process-identity.ts";
import { closedFolder, unprivilegedUser } from "./unprivileged-user.ts";

export interface Capability {
  readonly capability: string;
  readonly state: "ok" | "missing" | "limited";
  /** What was seen. */
  readonly because: string;
  /** What it means for a run; empty when it is ok. */
  readonly consequence: string;
}

export interface Diagnosis {
  readonly rows: readonly Capability[];
  /** Components that are not here; `install` would bring them. */
  readonly missing: readonly MissingComponent[];
  /** What some networks and faults need and is not here, which it would bring too: stages come up without it. */
  readonly missingTools: readonly Installable[];
}

/** What is asked of the machine; tests hand over another. */
export interface DoctorProbes extends ComponentProbes {
  readonly nodeVersion: string;
  /** First line of what a program says about its version. */
  programVersion(component: Component, command: string): Promise<string>;
  /** Whom nodes run as when we are root; undefined when we are not. Throws when there is nobody. */
  unprivilegedName(): string | undefined;
  /** The folder on the way to `path` that others cannot enter. */
  closedFolder(path: string): string | undefined;
  readonly cachePath: string;
  readonly temporaryPath: string;
  budgets(): BudgetReport;
  network(): Promise<NetworkHere>;
  networkTools(): readonly MissingTool[];
  /** Path of what gives a node a wall clock of its own; undefined when it is not here. */
  clockLibrary(): string | undefined;
  /** What would bring it. */
  missingClock(): readonly Installable[];
  /** What containers are made by. Throws when they cannot be. */
  containers(): Promise<string>;
  hasProcessIdentity(): boolean;
  hasPressure(): boolean;
  freeBytes(path: string): Promise<number>;
  freePort(): Promise<number>;
  readonly cores: number;
  readonly availableMemoryBytes: number;
}

/** Source: `engines` of package.json. */
const OLDEST_NODE = [20, 19] as const;
/** Measured for stage-08 with default data: binaries 58 MB, seeded data 57 + 31 + 28 + 28 MB; and another seed's beside it. */
const CACHE_NEEDS_BYTES = 400e6;
/** Measured for stage-08 with default data: five copies, 201 MB; each may grow by its write-ahead log in a run. */
const TEMPORARY_NEEDS_BYTES = 1e9;
/** Measured for stage-08: 0.5 GB without the databases' connections; these, agents and the page cache come on top. */
const MEMORY_NEEDS_BYTES = 1.5e9;

/** Looks at everything; changes nothing but for a cgroup and a network namespace that are made and removed. */
export async function doctor(probes: DoctorProbes = systemDoctor()): Promise<Diagnosis> {
  const { found, missing } = lookFor(allComponents, probes);
  const rows: Capability[] = [nodeRow(probes.nodeVersion)];
  for (const { component, command } of found) {
    if (component === "shop") continue;
    rows.push(await programRow(component, command, probes));
  }
  for (const one of missing) {
    rows.push({
      capability: one.component,
      state: "missing",
      because: `no ${one.program} was found`,
      consequence: `targets with it cannot be brought up; ${installCommand([one])}`,
    });
  }
  rows.push(userRow(probes), budgetRow(probes.budgets()), networkRow(await probes.network()));
  rows.push(await containersRow(probes), clockRow(probes));
  rows.push(
    seen("process identity", probes.hasProcessIdentity(), {
      yes: "start times are in /proc",
      no: "there is no /proc",
      state: "limited",
      consequence: "a process that took the number of a dead one could be taken for it",
    }),
    seen("host pressure", probes.hasPressure(), {
      yes: "/proc/pressure/cpu can be read",
      no: "there is no /proc/pressure/cpu",
      state: "limited",
      consequence: "whether the host itself was the limit is judged by the agents' lateness alone",
    }),
    await spaceRow("cache", probes.cachePath, CACHE_NEEDS_BYTES, "BENCH_CACHE", probes),
    await spaceRow("temporary folder", probes.temporaryPath, TEMPORARY_NEEDS_BYTES, "TMPDIR", probes),
    await portRow(probes),
    enough("memory", probes.availableMemoryBytes, MEMORY_NEEDS_BYTES, "nodes may be ended by the kernel"),
    probes.cores >= 2
      ? ok("cores", `${probes.cores}`)
      : {
          capability: "cores",
          state: "limited",
          because: `${probes.cores}`,
          consequence: "agents and target share one core: expect inconclusive verdicts about latency",
        },
  );
  return { rows, missing, missingTools: [...probes.networkTools(), ...probes.missingClock()] };
}

const ok = (capability: string, because: string): Capability => ({
  capability,
  state: "ok",
  because,
  consequence: "",
});

function nodeRow(version: string): Capability {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return ok("node", version);
  return {
    capability: "node",
    state: "missing",
    because: `${version} is older than ${OLDEST_NODE.join(".")}`,
    consequence: "bench does not run with it",
  };
}

/** A program that is there and does not start is as good as none. */
async function programRow(component: Component, command: string, probes: DoctorProbes): Promise<Capability> {
  try {
    return ok(component, `${await probes.programVersion(component, command)} (${command})`);
  } catch (error) {
    return {
      capability: component,
      state: "missing",
      because: `${command} does not start: ${sentenceOf(error)}`,
      consequence: "targets with it cannot be brought up",
    };
  }
}

/** What nodes can be joined by, and so whether layer 4 is the kernel's. */
function networkRow(here: NetworkHere): Capability {
  const capability = "network namespaces";
  if (here.can) {
    return ok(
      capability,
      "a network of its own for every node, layer 4 by nft, addresses that keepalived moves",
    );
  }
  return {
    capability,
    state: "limited",
    because: here.because,
    consequence: "nodes share loopback (--network namespaces is refused), and HAProxy stands in for layer 4",
  };
}

async function containersRow({ containers }: DoctorProbes): Promise<Capability> {
  const capability = "containers";
  try {
    return ok(capability, await containers());
  } catch (error) {
    return {
      capability,
      state: "limited",
      because: sentenceOf(error),
      consequence: "stages come up as processes (--launcher compose is refused), and 14 and 15 not at all",
    };
  }
}

/** Only one fault wants it. */
function clockRow(probes: Pick<DoctorProbes, "clockLibrary" | "missingClock">): Capability {
  const capability = "clocks of nodes";
  const [library, missing] = [probes.clockLibrary(), probes.missingClock()];
  if (library !== undefined) return ok(capability, `libfaketime (${library})`);
  return {
    capability,
    state: "limited",
    because: "libfaketime was not found",
    consequence: `the fault clock-skew is refused${missing.length > 0 ? `; ${installCommand(missing)}` : ""}`,
  };
}

function userRow(probes: DoctorProbes): Capability {
  const capability = "unprivileged user";
  try {
    const name = probes.unprivilegedName();
    if (name === undefined) return ok(capability, "we are not root: nodes run as ourselves");
    for (const [path, variable] of [
      [probes.cachePath, "BENCH_CACHE"],
      [probes.temporaryPath, "TMPDIR"],
    ] as const) {
      const closed = probes.closedFolder(path);
      if (closed === undefined) continue;
      return {
        capability,
        state: "missing",
        because: `${name} cannot enter ${closed}, on the way to ${path}`,
        consequence: `databases cannot be started; set ${variable} to a folder that others can enter`,
      };
    }
    return ok(capability, `we are root: databases run as ${name}`);
  } catch (error) {
    return {
      capability,
      state: "missing",
      because: sentenceOf(error),
      consequence: "databases cannot be started by root",
    };
  }
}

function budgetRow({ mechanism, because }: BudgetReport): Capability {
  const capability = "cpu budgets";
  if (mechanism !== "none") return ok(capability, mechanism);
  return {
    capability,
    state: "limited",
    because: because ?? "no cgroup can be used",
    consequence: "nodes take what the host gives: comparisons between stages are inconclusive",
  };
}

async function spaceRow(
  what: string,
  path: string,
  needsBytes: number,
  variable: string,
  probes: DoctorProbes,
): Promise<Capability> {
  try {
    const row = enough(what, await probes.freeBytes(path), needsBytes, `set ${variable} to a larger disk`);
    return { ...row, because: `${row.because} in ${path}` };
  } catch (error) {
    return {
      capability: what,
      state: "missing",
      because: `${path}: ${sentenceOf(error)}`,
      consequence: `set ${variable} to a folder that can be used`,
    };
  }
}

function enough(capability: string, freeBytes: number, needsBytes: number, consequence: string): Capability {
  const because = `${gigabytes(freeBytes)} free, ${gigabytes(needsBytes)} wanted`;
  if (freeBytes >= needsBytes) return ok(capability, because);
  return { capability, state: "limited", because, consequence };
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

async function portRow(probes: DoctorProbes): Promise<Capability> {
  try {
    return ok("free ports", `${await probes.freePort()} for example`);
  } catch (error) {
    return {
      capability: "free ports",
      state: "missing",
      because: sentenceOf(error),
      consequence: "no node can listen",
    };
  }
}

function seen(
  capability: string,
  isThere: boolean,
  words: { yes: string; no: string; state: "missing" | "limited"; consequence: string },
): Capability {
  if (isThere) return ok(capability, words.yes);
  return { capability, state: words.state, because: words.no, consequence: words.consequence };
}

const run = promisify(execFile);

/** This machine. */
export function systemDoctor(): DoctorProbes {
  return {
    ...systemProbes,
    nodeVersion: process.version,
    programVersion,
    unprivilegedName: () => unprivilegedUser()?.name,
    closedFolder: (path) => closedFolder(existing(path)),
    cachePath: cachePath(),
    temporaryPath: tmpdir(),
    budgets() {
      const silent = { process() {}, folder() {}, cgroup() {}, containers() {} };
      const budgets = openBudgets({ runId: `doctor-${process.pid}`, wards: silent });
      budgets.close();
      const { mechanism, because } = budgets;
      return because === undefined ? { mechanism } : { mechanism, because };
    },
    network: () => networkHere(),
    networkTools: () => missingTools(),
    clockLibrary: () => clockLibrary(),
    missingClock: () => missingClock(),
    containers: containersHere,
    hasProcessIdentity: () => startTicksOf(process.pid) !== undefined,
    hasPressure: () => existsSync("/proc/pressure/cpu"),
    async freeBytes(path) {
      const { bavail, bsize } = await statfs(existing(path));
      return bavail * bsize;
    },
    async freePort() {
      using ports = new Ports();
      return await ports.next();
    },
    cores: availableParallelism(),
    availableMemoryBytes: availableMemoryBytes(),
  };
}

async function programVersion(component: Component, command: string): Promise<string> {
  if (component === "postgres") {
    const npm = npmPostgres();
    if (command !== npm?.native) return firstLine(await run(join(command, "postgres"), ["--version"]));
    // Its libraries have their links only in our copy, so before there is one it cannot be asked.
    const copy = join(cachePath(), binariesEntry(npm.version), "bin", "postgres");
    return existsSync(copy)
      ? firstLine(await run(copy, ["--version"]))
      : `npm package ${npm.version}, not started here yet`;
  }
  // Its start script starts a Java of its own to say so, and says other things before.
  if (component === "zookeeper") return command;
  return firstLine(await run(command, [versionFlags[component] ?? "-v"]));
}

const versionFlags: Readonly<Partial<Record<Component, string>>> = {
  redis: "--version",
  groonga: "--version",
  knot: "-V",
  varnish: "-V",
};

/** nginx tells its version on the wrong channel. */
const firstLine = ({ stdout, stderr }: { stdout: string; stderr: string }) =>
  (stdout || stderr).split("\n")[0]!.trim();

async function containersHere(): Promise<string> {
  const socket = engineSocket();
  await using engine = new Engine(socket);
  const version = await engine.version();
  const { command, args } = await composeCommand(socket);
  return `engine ${version} on ${socket}, ${args.includes("compose") ? "docker compose" : command}`;
}

/** The path itself, or the nearest folder above it that is there already. */
function existing(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existing(dirname(path));
}

/** What can be had without swapping: on Linux that is more than what is free. */
function availableMemoryBytes(): number {
  try {
    const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // No /proc: the system's own idea of free memory has to do.
  }
  return freemem();
}
