/** One node as a process of the system: in its own session, its output in a file, told to the wards at once. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { Failure, sentenceOf } from "../../base/failure.ts";
import type { WardedProcess, Wards } from "./launcher.ts";
import { startTicksOf } from "./process-identity.ts";
import type { UnprivilegedUser } from "./unprivileged-user.ts";

/** What to run. */
export interface Program {
  readonly name: string;
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
   * Starts the program and tells the wards; `adopt` gets its pid before it had time to do much.
   * @throws {Failure} `environment` when it cannot be started at all
   */
  static start(program: Program, logPath: string, wards: Wards, adopt?: (pid: number) => void): NodeProcess {
    const log = openSync(logPath, "a");
    const stdin = program.stdinPath === undefined ? ("ignore" as const) : openSync(program.stdinPath, "r");
    let child: ChildProcess;
    try {
      child = spawn(program.command, program.args, {
        cwd: program.cwd,
        env: environment(),
        stdio: [stdin, log, log],
        detached: true,
        ...(program.user && { uid: program.user.uid, gid: program.user.gid }),
      });
    } catch (error) {
      throw new Failure(
        "environment",
        `${program.name} (${program.command}) cannot be started: ${sentenceOf(error)}`,
        {
          cause: error,
        },
      );
    } finally {
      closeSync(log);
      if (typeof stdin === "number") closeSync(stdin);
    }
    const { pid } = child;
    if (pid === undefined) {
      child.once("error", () => {}); // The reason comes as an event, after the fact; errno is all there is now.
      throw new Failure(
        "environment",
        `${program.name} cannot be started: ${program.command} is not there, or not ours to run`,
        {
          hint: "`bench doctor` shows what is missing",
        },
      );
    }
    child.on("error", () => {}); // A signal that could not be delivered; whether it lives is seen by its ending.
    adopt?.(pid);
    const started = new NodeProcess(program, Object.assign(child, { pid }), logPath);
    wards.process(started.ward);
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
