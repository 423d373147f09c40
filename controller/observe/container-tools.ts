/** Looks whether containers can be had here: an engine that answers, compose, and the images. Detects, and assumes nothing. */
import { Failure, sentenceOf } from "../../base/failure.ts";
import { systemProbes } from "../../targets/launch/components.ts";
import { type Command, composeCommand } from "../../targets/launch/compose/compose-command.ts";
import { Engine, engineSocket } from "../../targets/launch/compose/engine.ts";
import { images, type Service } from "./compose-words.ts";
import { runCommand } from "./run-command.ts";

/** The engine and its programs, as far as they are asked whether they are there. */
export interface ContainerTools extends AsyncDisposable {
  /** @throws why it does not answer */
  version(): Promise<string>;
  /** @throws why there is none */
  compose(): Promise<Command>;
  hasImage(name: string): Promise<boolean>;
  /** @throws why it cannot be had */
  pull(name: string, signal: AbortSignal): Promise<void>;
}

const PULL_LIMIT_MS = 300_000;

/**
 * The compose program, once the images of `services` are here.
 * @throws {Failure} `environment` with the first thing that is missing; nothing was started then
 */
export async function readyContainers(
  tools: ContainerTools,
  services: readonly Service[],
  { say, signal }: { say(line: string): void; readonly signal: AbortSignal },
): Promise<Command> {
  await tools.version();
  const compose = await tools.compose();
  for (const service of services) {
    const image = images[service];
    if (await tools.hasImage(image)) continue;
    say(`pulling ${image} (once; kept by the engine)`);
    try {
      await tools.pull(image, signal);
    } catch (cause) {
      signal.throwIfAborted();
      throw new Failure(
        "environment",
        `the image ${image} is not here and cannot be pulled: ${sentenceOf(cause)}`,
        { cause },
      );
    }
  }
  return compose;
}

/** @throws {Failure} `environment` when the engine is on another machine */
export function systemContainers(): ContainerTools {
  const socket = engineSocket();
  const engine = new Engine(socket);
  return {
    version: () => engine.version(),
    compose: () => composeHere(socket),
    hasImage: (name) => engine.hasImage(name),
    async pull(name, signal) {
      const command = systemProbes.programPath("docker") ?? "docker";
      const args = ["-H", `unix://${socket}`, "pull", "--quiet", name];
      await runCommand({ name: "docker pull", command, args, limitMs: PULL_LIMIT_MS }, signal);
    },
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

async function composeHere(socket: string): Promise<Command> {
  try {
    return await composeCommand(socket);
  } catch (cause) {
    // Its own sentence speaks of targets.
    const lacking = "docker, with docker compose or docker-compose, is not on this machine";
    const hint = "on Debian: apt-get install --no-install-recommends docker.io docker-compose";
    throw new Failure("environment", lacking, { hint, cause });
  }
}
