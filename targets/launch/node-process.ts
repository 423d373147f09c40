/** One node as a process of the system: in its own session, its output in a file, told to the wards at once. */
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { Writable } from "node:stream";
import { Failure, sentenceOf } from "../../base/failure.ts";
import type { WardedProcess, Wards } from "./launcher.ts";
import { startTicksOf } from "./process-identity.ts";
import type { UnprivilegedUser } from "./unprivileged-user.ts";

/** What to run. */
export interface Program {
  readonly name: string;
  /** Absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly politely: WardedProcess["politely"];
  /** Whom to run it as; ourselves when absent. */
  readonly user?: UnprivilegedUser | undefined;
  /** File to be read as its standard input; opened by us, so it need not be readable for `user`. */
  readonly stdinPath?: string;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly atEpochMs: number;
}

/** Waits for a word on channel 3, then becomes the program: pid and start time stay. Without a word it ends. */
const GATE = 'read -r go <&3 || exit 126; exec 3<&-; exec "$@"';

export class NodeProcess {
  readonly name: string;
  readonly pid: number;
  readonly ward: WardedProcess;
  readonly logPath: string;
  /** Resolves when it has ended; never rejects. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  #ending: Ending | undefined;

  private constructor(program: Program, child: ChildProcess & { pid: number }, logPath: string) {
    this.#child = child;
    this.name = program.name;
    this.pid = child.pid;
    this.logPath = logPath;
    this.ward = {
      name: program.name,
      pid: child.pid,
      startTicks: startTicksOf(child.pid),
      politely: program.politely,
    };
    this.ended = new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        this.#ending = { code, signal, atEpochMs: Date.now() };
        resolve(this.#ending);
      });
    });
  }

  /**
   * Starts the program. It is held at a gate until `adopt` has its pid and the wards know it: a master that forks in
   * its first millisecond would else have children whom nobody counts.
   * @throws {Failure} `environment` when it cannot be started at all
   */
  static start(program: Program, logPath: string, wards: Wards, adopt?: (pid: number) => void): NodeProcess {
    mustBeRunnable(program);
    const log = openSync(logPath, "a");
    const stdin = program.stdinPath === undefined ? ("ignore" as const) : openSync(program.stdinPath, "r");
    let child: ChildProcess;
    try {
      child = spawn("/bin/sh", ["-c", GATE, "sh", program.command, ...program.args], {
        cwd: program.cwd,
        env: environment(),
        stdio: [stdin, log, log, "pipe"],
        detached: true,
        ...(program.user && { uid: program.user.uid, gid: program.user.gid }),
      });
    } catch (error) {
      throw cannotStart(program, sentenceOf(error));
    } finally {
      closeSync(log);
      if (typeof stdin === "number") closeSync(stdin);
    }
    const { pid } = child;
    // Also a signal that could not be delivered; whether the process lives is seen by its ending.
    child.on("error", () => {});
    // The reason comes as an event, after the fact; all that is known now is that there is no process.
    if (pid === undefined) throw cannotStart(program, `no process could be made in ${program.cwd}`);
    adopt?.(pid);
    const started = new NodeProcess(program, Object.assign(child, { pid }), logPath);
    wards.process(started.ward);
    const gate = child.stdio[3] as Writable;
    gate.on("error", () => {}); // Ended at the gate already: the exit says so.
    gate.end("go\n");
    return started;
  }

  get ending(): Ending | undefined {
    return this.#ending;
  }

  /** It may go on without us: it no longer keeps our process from ending. */
  release(): void {
    this.#child.unref();
  }

  /** Sends a signal, unless it has ended. */
  signal(signal: NodeJS.Signals): void {
    if (this.#ending === undefined) process.kill(this.pid, signal);
  }

  lastLines(count = 10): readonly string[] {
    return lastLinesOf(this.logPath, count);
  }
}

function mustBeRunnable(program: Program): void {
  try {
    accessSync(program.command, constants.X_OK);
  } catch {
    throw cannotStart(program, "it is not there, or not ours to run");
  }
}

function cannotStart({ name, command }: Program, why: string): Failure {
  return new Failure("environment", `${name} (${command}) cannot be started: ${why}`, {
    hint: "`bench doctor` shows what is missing",
  });
}

/** `exited with code 1`, `was ended by SIGKILL`. */
export function describeEnding({ code, signal }: Ending): string {
  return signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
}

/** The last lines of a log file, from its last 16 kB; none when it cannot be read. */
export function lastLinesOf(path: string, count: number): readonly string[] {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, 16_384));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes
      .toString("utf8")
      .split("\n")
      .filter((line) => line.trim() !== "")
      .slice(-count);
  } catch {
    return [];
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Only what programs need: what a user has in the environment must not decide how a node behaves. */
function environment(): NodeJS.ProcessEnv {
  const kept = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH"] as const;
  return {
    ...Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
    LANG: "C",
    LC_ALL: "C",
    TZ: "UTC",
    NODE_ENV: "production",
  };
}
