/** Runs a program to its end, for what it does or says. */
import { execFile } from "node:child_process";
import { Failure } from "../../base/failure.ts";
import type { Command } from "../../targets/launch/compose/compose-command.ts";

export interface Errand extends Command {
  /** As in "<name> did not work". */
  readonly name: string;
  readonly limitMs: number;
  /** Beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Pulling an image says a line for every layer and second. */
const MOST_SAID_BYTES = 64 * 2 ** 20;
const LINES_SHOWN = 5;

/**
 * What it said on stdout.
 * @throws {Failure} `environment` with its last words, when it cannot be started, fails or takes too long
 * @throws the signal's reason when it aborts
 */
export function runCommand(errand: Errand, signal: AbortSignal): Promise<string> {
  const { name, command, args, limitMs, env } = errand;
  const limit = AbortSignal.timeout(limitMs);
  return new Promise((resolve, reject) => {
    const options = {
      env: { ...process.env, ...env },
      signal: AbortSignal.any([signal, limit]),
      maxBuffer: MOST_SAID_BYTES,
    };
    execFile(command, [...args], options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      if (signal.aborted) return reject(signal.reason);
      const why = limit.aborted ? `it took more than ${limitMs / 1_000} s` : lastWords(stderr, error);
      reject(new Failure("environment", `${name} did not work: ${why}`, { cause: error }));
    });
  });
}

function lastWords(stderr: string, error: Error): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  return lines.length === 0 ? error.message : lines.slice(-LINES_SHOWN).join("; ");
}
