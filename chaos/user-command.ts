/** A command of the user's own, run by a shell to its end, with what it said last. */
import { spawn } from "node:child_process";

export interface UserCommand {
  readonly command: string;
  /** Where it is run; where we are when absent. */
  readonly folder?: string | undefined;
  /** Then it is ended, with all that it started. */
  readonly limitMs: number;
}

export interface UserCommandEnd {
  /** Of the shell; absent when it was ended. */
  readonly exitCode?: number;
  /** The last line of its standard output that is not empty; otherwise that of its standard error. */
  readonly lastLine: string;
  /** How it ended, for a sentence: `exited with 3`. */
  readonly how: string;
}

/** More of what it says is of no use in a sentence. */
const KEPT_CHARACTERS = 2_000;
const LONGEST_LINE = 200;
/** For its last words, after it has ended. */
const REST_LIMIT_MS = 200;

/**
 * @throws when there is no shell, or the signal aborts first; a command that fails or takes too long is told by its end
 */
export async function runUserCommand(
  { command, folder, limitMs }: UserCommand,
  signal: AbortSignal,
): Promise<UserCommandEnd> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    // A group of its own, so that what the shell started ends with it.
    const child = spawn("sh", ["-c", command], {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      ...(folder !== undefined && { cwd: folder }),
    });
    const said = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        said[stream] = `${said[stream]}${text}`.slice(-KEPT_CHARACTERS);
      });
    }
    const endGroup = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // It ended on its own just now.
      }
    };
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      endGroup();
    }, limitMs);
    const onAbort = () => {
      endGroup();
      reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    };
    child.once("error", (error) => {
      done();
      reject(error);
    });
    child.once("exit", (exitCode, by) => {
      done();
      const how = howOf(exitCode, by, isLate ? limitMs : undefined);
      const end = () => {
        clearTimeout(rest);
        for (const stream of ["stdout", "stderr"] as const) child[stream].destroy();
        const lastLine = lastLineOf(said.stdout) || lastLineOf(said.stderr);
        resolve({ ...(exitCode !== null && { exitCode }), lastLine, how });
      };
      // Something it left in the background may hold its output open for ever.
      const rest = setTimeout(end, REST_LIMIT_MS);
      child.once("close", end);
    });
  });
}

function howOf(exitCode: number | null, by: NodeJS.Signals | null, lateMs: number | undefined): string {
  if (lateMs !== undefined) return `was not done within ${lateMs / 1000} s`;
  return exitCode === null ? `was ended by ${by}` : `exited with ${exitCode}`;
}

const lastLineOf = (text: string): string =>
  text.trim().split("\n").at(-1)?.trim().slice(0, LONGEST_LINE) ?? "";
