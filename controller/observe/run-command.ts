/** Runs a program to its end, for what it does or says; when it is to end early, that is waited for, too. */
import { spawn } from "node:child_process";
import { Failure, sentenceOf } from "../../base/failure.ts";
import type { Command } from "../../targets/launch/compose/compose-command.ts";

export interface Errand extends Command {
  /** As in "<name> did not work". */
  readonly name: string;
  readonly limitMs: number;
  /** Beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Compose takes back what it has half done; whoever does not end by then is killed. */
const POLITE_MS = 10_000;
/** Whoever left the group may hold its output open for ever. */
const KILLED_LIMIT_MS = 5_000;
/** Pulling an image says a line for every layer and second; of all that only the end is shown. */
const MOST_SAID = 2 ** 20;
const LINES_SHOWN = 5;

/**
 * What it said on stdout. It has a process group of its own: a Ctrl-C of the terminal reaches us alone, and `signal` the
 * whole group. Settles when it has ended, so that nothing of it goes on behind whoever cleans up next.
 * @throws {Failure} `environment` with its last words, when it cannot be started, fails or takes too long
 * @throws the signal's reason when it aborts
 */
export async function runCommand(errand: Errand, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const { name, limitMs } = errand;
  const { failed, isLate, stdout, stderr } = await endingOf(errand, signal);
  signal.throwIfAborted();
  if (failed === undefined) return stdout;
  const why = isLate ? `it took more than ${limitMs / 1_000} s` : (lastWords(stderr) ?? failed);
  throw new Failure("environment", `${name} did not work: ${why}`);
}

interface Ending {
  /** Why it did not work; absent when it did. */
  readonly failed: string | undefined;
  readonly isLate: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

function endingOf({ name, command, args, limitMs, env }: Errand, signal: AbortSignal): Promise<Ending> {
  const child = started({ name, command, args, ...(env && { env }) });
  let [stdout, stderr, isLate] = ["", "", false];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout = `${stdout}${text}`.slice(-MOST_SAID);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = `${stderr}${text}`.slice(-MOST_SAID);
  });
  return new Promise((resolve) => {
    const timers: NodeJS.Timeout[] = [];
    const stop = () => {
      toGroup(child.pid, "SIGTERM");
      timers.push(
        setTimeout(() => toGroup(child.pid, "SIGKILL"), POLITE_MS),
        setTimeout(() => {
          child.stdout.destroy();
          child.stderr.destroy();
        }, POLITE_MS + KILLED_LIMIT_MS),
      );
    };
    timers.push(
      setTimeout(() => {
        isLate = true;
        stop();
      }, limitMs),
    );
    const settle = (failed: string | undefined) => {
      signal.removeEventListener("abort", stop);
      for (const timer of timers) clearTimeout(timer);
      resolve({ failed, isLate, stdout, stderr });
    };
    signal.addEventListener("abort", stop, { once: true });
    child.once("error", (error) => settle(error.message));
    child.once("close", (code, ending) => settle(code === 0 ? undefined : describe(code, ending)));
  });
}

/** @throws {Failure} `environment` when it cannot be started, as far as that is known at once */
function started({ name, command, args, env }: Omit<Errand, "limitMs">) {
  try {
    return spawn(command, [...args], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
  } catch (cause) {
    throw new Failure("environment", `${name} did not work: ${sentenceOf(cause)}`, { cause });
  }
}

function toGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone in this moment: its end is told by "close".
  }
}

const describe = (code: number | null, signal: NodeJS.Signals | null): string =>
  signal === null ? `it ended with ${code}` : `it was ended by ${signal}`;

function lastWords(stderr: string): string | undefined {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  return lines.length === 0 ? undefined : lines.slice(-LINES_SHOWN).join("; ");
}
