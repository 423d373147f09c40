/** The compose program of this machine: `docker compose` of today, or `docker-compose` 1.29 of before. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { Failure } from "../../../base/failure.ts";
import { systemProbes } from "../components.ts";
import type { Wards } from "../launcher.ts";
import { describeEnding, NodeProcess } from "../node-process.ts";
import { lastWords } from "../ready.ts";

/** A program with the words that come before its own. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

const LOOK_LIMIT_MS = 20_000;
const run = promisify(execFile);

/**
 * `docker`, aimed at the engine behind `socket`.
 * @throws {Failure} `environment` when it is not installed
 */
export function dockerCommand(socket: string): Command {
  const command = systemProbes.programPath("docker");
  if (command === undefined) throw notInstalled("docker", "docker.io");
  return { command, args: ["-H", `unix://${socket}`] };
}

/**
 * Compose, whichever there is; version 2 comes first.
 * @throws {Failure} `environment` when there is neither
 */
export async function composeCommand(socket: string): Promise<Command> {
  const docker = dockerCommand(socket);
  const isPlugin = await run(docker.command, ["compose", "version"], { timeout: LOOK_LIMIT_MS }).then(
    () => true,
    () => false,
  );
  if (isPlugin) return { command: docker.command, args: [...docker.args, "compose"] };
  const old = systemProbes.programPath("docker-compose");
  if (old === undefined) throw notInstalled("docker compose (or docker-compose)", "docker-compose");
  return { command: old, args: ["-H", `unix://${socket}`] };
}

export interface Errand extends Command {
  /** As in "<name> did not work". */
  readonly name: string;
  /** Where it stands, and where its output is kept. */
  readonly folder: string;
  readonly limitMs: number;
}

/**
 * Runs a command of the engine to its end, told to the wards, so that it does not go on making containers when we die.
 * @throws {Failure} `environment` with its last words
 */
export async function runErrand(errand: Errand, wards: Wards, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { name, command, args, folder, limitMs } = errand;
  const logPath = join(folder, "compose.log");
  const program = { name, command, args, cwd: folder, politely: "SIGTERM" } as const;
  const child = NodeProcess.start(program, logPath, wards);
  const limit = AbortSignal.timeout(limitMs);
  const stop = () => child.signal("SIGKILL");
  const either = AbortSignal.any([signal, limit]);
  either.addEventListener("abort", stop, { once: true });
  const ending = await child.ended;
  either.removeEventListener("abort", stop);
  signal.throwIfAborted();
  if (ending.code === 0) return;
  const how = limit.aborted ? `took more than ${limitMs / 1_000} s` : describeEnding(ending);
  throw new Failure("environment", `${name} did not work: it ${how.replace(/^it /, "")}`, {
    hint: lastWords(child),
  });
}

function notInstalled(program: string, debianPackage: string): Failure {
  return new Failure("environment", `the compose launcher needs ${program}, which is not on this machine`, {
    hint: `on Debian: apt-get install --no-install-recommends ${debianPackage}`,
  });
}
