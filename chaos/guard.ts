/** The guard as the run sees it: a process of its own that cleans up after us when we die without doing so ourselves. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { type Clock, systemClock } from "../base/clock.ts";
import { Failure } from "../base/failure.ts";
import type { WardedContainers, WardedProcess, Wards } from "../targets/launch/launcher.ts";
import type { Leftovers } from "../targets/launch/sweep.ts";
import { WardList } from "../targets/launch/ward-list.ts";
import type { FaultEntry, FaultJournal } from "./fault-journal.ts";
import { LEASE_MS } from "./fault-keeper.ts";
import { DONE_LINE, faultLine, guardSaid, lineOf, READY_LINE, wardsByLine } from "./guard-line.ts";
import { thisRun, wordsOfRun } from "./guarded-run.ts";

export interface GuardOptions {
  /** The run's folder: the guard's own words go to `guard.log` there. */
  readonly folder: string;
  /**
   * How to start it: a command whose process calls `runGuard` on its stdin. It is given further words, `wordsOfRun`, by
   * which it knows whom it guards.
   */
  readonly command: readonly string[];
  readonly clock?: Clock;
}

export interface Guard extends Wards, FaultJournal {
  readonly pid: number;
  /** Everything it was told of so far. */
  leftovers(): Leftovers;
  /**
   * Tells it that nothing is left to look after, and waits until it has gone. Idempotent.
   * @throws {Failure} `environment` when it does not go
   */
  allIsWell(): Promise<void>;
  /** Calls back once when it dies before that: from then on nobody cleans up after us. At once if it has already. */
  onDeath(listener: (because: string) => void): void;
}

/** A cold Node under tsx on two busy cores takes one to two seconds. */
const START_LIMIT_MS = 15_000;
const LEAVE_LIMIT_MS = 3_000;
/** A line and an fsync; a busy disk may take its time. */
const NOTE_LIMIT_MS = 5_000;
const LAST_LINES = 10;

/**
 * Starts the guard in a session of its own and waits until it listens.
 * @throws {Failure} `environment` when it does not
 */
export async function startGuard({ folder, command, clock = systemClock }: GuardOptions): Promise<Guard> {
  const [program, ...words] = command;
  if (program === undefined) throw new Error("the guard needs a command");
  mkdirSync(folder, { recursive: true });
  const logPath = join(folder, "guard.log");
  const log = openSync(logPath, "a");
  const child = spawn(program, [...words, ...wordsOfRun(thisRun())], {
    detached: true,
    stdio: ["pipe", "pipe", log],
  });
  closeSync(log);
  const ended = endOf(child);
  const start = await within<Ready | Ended>(clock, START_LIMIT_MS, isReady(child), ended);
  if (start.why !== "ready") {
    child.kill("SIGKILL");
    const how = start.why === "limit" ? `within ${START_LIMIT_MS / 1_000} s` : `(${start.because})`;
    throw new Failure("environment", `the guard did not start ${how}`, {
      hint: lastLinesOf(logPath) || `${command.join(" ")} said nothing`,
    });
  }
  return new GuardByProcess(child, ended, clock);
}

interface Ready {
  readonly why: "ready";
}

interface Noted {
  readonly why: "noted";
}

interface NotNoted {
  readonly why: "not noted";
  readonly because: string;
}

interface Ended {
  readonly why: "ended";
  readonly because: string;
}

class GuardByProcess implements Guard {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  readonly #ended: Promise<Ended>;
  readonly #list = new WardList();
  readonly #lines: Wards;
  readonly #listeners: ((because: string) => void)[] = [];
  readonly #open = new Set<string>();
  readonly #whenNoted = new Map<string, (said: Noted | NotNoted) => void>();
  readonly #keeperListeners: ((id: string, because: string) => void)[] = [];
  #stopLease: (() => void) | undefined;
  #death: string | undefined;
  #released: Promise<void> | undefined;

  constructor(child: ChildProcess, ended: Promise<Ended>, clock: Clock) {
    this.pid = child.pid ?? 0;
    this.#child = child;
    this.#clock = clock;
    this.#ended = ended;
    // The write reaches the kernel before it returns, as long as the guard keeps up: what it was told survives our SIGKILL.
    this.#lines = wardsByLine((line) => child.stdin?.write(line));
    // An idle guard is no reason for us to go on living.
    child.unref();
    (child.stdin as Socket | null)?.unref?.();
    (child.stdout as Socket | null)?.unref?.();
    this.#hear(child);
    void ended.then(({ because }) => {
      if (this.#released !== undefined) return;
      this.#death = because;
      for (const listener of this.#listeners.splice(0)) listener(because);
    });
  }

  process(ward: WardedProcess): void {
    this.#list.process(ward);
    this.#lines.process(ward);
  }

  folder(path: string): void {
    this.#list.folder(path);
    this.#lines.folder(path);
  }

  cgroup(path: string): void {
    this.#list.cgroup(path);
    this.#lines.cgroup(path);
  }

  containers(ward: WardedContainers): void {
    this.#list.containers(ward);
    this.#lines.containers(ward);
  }

  async begin(entry: FaultEntry): Promise<void> {
    if (this.#death !== undefined) throw new Failure("environment", `the guard died: ${this.#death}`);
    const noted = new Promise<Noted | NotNoted>((resolve) => this.#whenNoted.set(entry.id, resolve));
    this.#open.add(entry.id);
    this.#child.stdin?.write(faultLine(entry));
    this.#keepLease();
    const end = await within<Noted | NotNoted | Ended>(this.#clock, NOTE_LIMIT_MS, noted, this.#ended);
    this.#whenNoted.delete(entry.id);
    if (end.why === "noted") return;
    // It may yet be written, by a disk that is slow; nobody is to mend what was never done.
    this.mended(entry.id);
    const how = end.why === "limit" ? `within ${NOTE_LIMIT_MS / 1_000} s` : `(${end.because})`;
    throw new Failure("environment", `the guard did not write ${entry.id} down ${how}`);
  }

  mended(id: string): void {
    this.#open.delete(id);
    this.#child.stdin?.write(lineOf({ ward: "mended", id }));
    if (this.#open.size === 0) this.#stopLease?.();
  }

  onMendedByKeeper(listener: (id: string, because: string) => void): void {
    this.#keeperListeners.push(listener);
  }

  leftovers(): Leftovers {
    return this.#list.leftovers();
  }

  onDeath(listener: (because: string) => void): void {
    if (this.#death === undefined) this.#listeners.push(listener);
    else listener(this.#death);
  }

  allIsWell(): Promise<void> {
    this.#released ??= this.#release();
    return this.#released;
  }

  /** As long as a fault is on it hears of us, for it mends when it does not. */
  #keepLease(): void {
    if (this.#stopLease !== undefined) return;
    const again = (): (() => void) =>
      this.#clock.after(LEASE_MS / 5, () => {
        this.#child.stdin?.write(lineOf({ ward: "lease" }));
        cancel = again();
      });
    let cancel = again();
    this.#stopLease = () => {
      cancel();
      this.#stopLease = undefined;
    };
  }

  #hear(child: ChildProcess): void {
    let rest = "";
    child.stdout?.on("data", (text: string) => {
      const lines = `${rest}${text}`.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const said = guardSaid(line);
        if (said === undefined) continue;
        if ("noted" in said) this.#whenNoted.get(said.noted)?.({ why: "noted" });
        else if ("notNoted" in said)
          this.#whenNoted.get(said.notNoted)?.({ why: "not noted", because: said.because });
        else for (const listener of this.#keeperListeners) listener(said.mendedByGuard, said.because);
      }
    });
  }

  async #release(): Promise<void> {
    this.#stopLease?.();
    if (this.#death !== undefined) return;
    // We do wait for it now.
    this.#child.ref();
    this.#child.stdin?.end(DONE_LINE);
    const end = await within(this.#clock, LEAVE_LIMIT_MS, this.#ended);
    if (end.why === "ended") return;
    // One that stands still would keep this process from ending for as long as it does.
    this.#child.unref();
    this.#child.stdin?.destroy();
    this.#child.stdout?.destroy();
    throw new Failure(
      "environment",
      `the guard (pid ${this.pid}) did not leave within ${LEAVE_LIMIT_MS / 1_000} s`,
      {
        hint: `nothing is left for it to do: kill -9 ${this.pid}`,
      },
    );
  }
}

function endOf(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ why: "ended", because: error.message }));
    child.once("exit", (code, signal) => {
      resolve({
        why: "ended",
        because: signal === null ? `it exited with ${code}` : `it was ended by ${signal}`,
      });
    });
    // Its end is told by `exit`; that its input is gone then as well is no news.
    child.stdin?.on("error", () => {});
  });
}

function isReady(child: ChildProcess): Promise<Ready> {
  return new Promise((resolve) => {
    let said = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      said = `${said}${text}`.slice(-10_000);
      if (said.includes(READY_LINE)) resolve({ why: "ready" });
    });
  });
}

/** The first of `events`, or the limit; takes its timer back, which would keep this process alive otherwise. */
async function within<T>(
  clock: Clock,
  limitMs: number,
  ...events: Promise<T>[]
): Promise<T | { readonly why: "limit" }> {
  let cancel = () => {};
  const limit = new Promise<{ readonly why: "limit" }>((resolve) => {
    cancel = clock.after(limitMs, () => resolve({ why: "limit" }));
  });
  try {
    return await Promise.race([...events, limit]);
  } finally {
    cancel();
  }
}

function lastLinesOf(path: string): string {
  return readFileSync(path, "utf8").trimEnd().split("\n").slice(-LAST_LINES).join("\n");
}
