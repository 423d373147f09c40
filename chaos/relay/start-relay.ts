/** The relay of a run: a process of its own, told to the wards, with a door for every edge that a fault may want. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Clock, systemClock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import type { EdgeDoor } from "../../targets/launch/edge-door.ts";
import type { Wards } from "../../targets/launch/launcher.ts";
import { lastLinesOf } from "../../targets/launch/node-process.ts";
import { startTicksOf } from "../../targets/launch/process-identity.ts";
import type { Edge } from "../fault.ts";
import { RelayClient } from "./relay-client.ts";
import { nameOf } from "./relay-control.ts";
import { READY_LINE } from "./relay-process.ts";

export interface RelayOptions {
  /** The edges that lead through it. */
  readonly edges: readonly Edge[];
  /** How to start it: the command of `bench`; the words `relay <socket>` are added. */
  readonly command: readonly string[];
  readonly wards: Wards;
  /** For what it complains of. */
  readonly logPath: string;
  readonly clock?: Clock;
}

/** A cold Node under tsx on two busy cores takes one to two seconds. */
const START_LIMIT_MS = 15_000;
const LEAVE_LIMIT_MS = 1_000;

/**
 * Starts the relay and waits until it takes orders.
 * @throws {Failure} `environment` when it does not
 */
export async function startRelay(options: RelayOptions): Promise<RunningRelay> {
  const { command, wards, logPath, clock = systemClock } = options;
  const [program = process.execPath, ...words] = command;
  // A path of a socket has no room for the folder of a run: 108 bytes on Linux, 104 on macOS.
  const folder = await mkdtemp(join(tmpdir(), "stagebench-relay-"));
  wards.folder(folder);
  const socketPath = join(folder, "orders");
  const log = openSync(logPath, "a");
  const child = spawn(program, [...words, "relay", socketPath], {
    // Its own session: Ctrl-C at the terminal is ours to handle. It leaves when its input ends.
    detached: true,
    stdio: ["pipe", "pipe", log],
  });
  closeSync(log);
  if (child.pid !== undefined) {
    const startTicks = startTicksOf(child.pid);
    wards.process({ name: "relay", pid: child.pid, startTicks, politely: "SIGTERM" });
  }
  const ended = endOf(child);
  let cancel = () => {};
  const limit = new Promise<string>((resolve) => {
    cancel = clock.after(START_LIMIT_MS, () => resolve(`it took longer than ${START_LIMIT_MS / 1000} s`));
  });
  const problem = await Promise.race([isReady(child), ended, limit]);
  cancel();
  if (problem !== undefined) {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
    throw new Failure("environment", `the relay did not start: ${problem}`, {
      hint: lastLinesOf(logPath, 10).join("\n") || "it said nothing",
    });
  }
  return new RunningRelay(options.edges, new RelayClient(socketPath, clock), child, ended);
}

export class RunningRelay implements EdgeDoor, AsyncDisposable {
  readonly control: RelayClient;
  readonly pid: number;
  readonly #edges: ReadonlySet<string>;
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  #isLeaving = false;

  constructor(edges: readonly Edge[], control: RelayClient, child: ChildProcess, ended: Promise<string>) {
    this.#edges = new Set(edges.map(nameOf));
    this.control = control;
    this.pid = child.pid ?? 0;
    this.#child = child;
    this.#ended = ended;
  }

  leads(from: string, to: string): boolean {
    return this.#edges.has(nameOf({ from, to }));
  }

  open(from: string, to: string, address: string, host: string): Promise<string> {
    return this.control.open({ from, to }, address, host);
  }

  /** Calls back once when it dies before it was told to leave: whatever led through it is cut then. */
  onDeath(listener: (because: string) => void): void {
    void this.#ended.then((because) => {
      if (!this.#isLeaving) listener(because);
    });
  }

  /** Lets it go, and every connection with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isLeaving = true;
    this.control.close();
    this.#child.stdin?.end();
    const insist = setTimeout(() => this.#child.kill("SIGKILL"), LEAVE_LIMIT_MS);
    await this.#ended;
    clearTimeout(insist);
    await rm(dirname(this.control.socketPath), { recursive: true, force: true });
  }
}

/** How it ended. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) =>
      resolve(signal === null ? `it exited with ${code}` : `it was ended by ${signal}`),
    );
    child.stdin?.on("error", () => {}); // Its end is told by `exit`.
  });
}

function isReady(child: ChildProcess): Promise<undefined> {
  return new Promise((resolve) => {
    let said = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      said = `${said}${text}`.slice(-1_000);
      if (said.includes(READY_LINE)) resolve(undefined);
    });
  });
}
