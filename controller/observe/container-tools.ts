/** Looks whether containers can be had here: an engine that answers, compose, and the images. Detects, and assumes nothing. */
import { Failure, sentenceOf } from "../../base/failure.ts";
import { systemProbes } from "../../targets/launch/components.ts";
import { type Command, composeCommand } from "../../targets/launch/compose/compose-command.ts";
import { Engine, engineSocket } from "../../targets/launch/compose/engine.ts";
import { images, isDesktop, type Service } from "./compose-words.ts";
import { runCommand } from "./run-command.ts";

/** The engine and its programs, as far as they are asked whether they are there. */
export interface ContainerTools extends AsyncDisposable {
  /** @throws why it does not answer */
  version(): Promise<string>;
  /** @throws why there is none */
  compose(): Promise<Command>;
  /** @throws why what listens on loopback in a container is not seen on that of this machine */
  mustShareNetwork(signal: AbortSignal): Promise<void>;
  hasImage(name: string): Promise<boolean>;
  /** @throws why it cannot be had */
  pull(name: string, signal: AbortSignal): Promise<void>;
}

const PULL_LIMIT_MS = 300_000;
const INFO_LIMIT_MS = 30_000;

/**
 * The compose program, once the images of `services` are here; without a service only whether there is an engine.
 * @throws {Failure} `environment` with the first thing that is missing; nothing was started then
 */
export async function readyContainers(
  tools: ContainerTools,
  services: readonly Service[],
  { say, signal }: { say(line: string): void; readonly signal: AbortSignal },
): Promise<Command> {
  await tools.version();
  const compose = await tools.compose();
  if (services.length > 0) await tools.mustShareNetwork(signal);
  for (const service of services) {
    const image = images[service];
    if (await isHere(tools, image)) continue;
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

async function isHere(tools: ContainerTools, image: string): Promise<boolean> {
  try {
    return await tools.hasImage(image);
  } catch (cause) {
    const sentence = `the container engine could not be asked for ${image}: ${sentenceOf(cause)}`;
    throw new Failure("environment", sentence, { cause });
  }
}

/**
 * Those of the engine behind `socket`, and of the usual one, or that of DOCKER_HOST, without it.
 * @throws {Failure} `environment` when the engine is on another machine
 */
export function systemContainers(socket: string = engineSocket()): ContainerTools {
  const engine = new Engine(socket);
  const docker = () => ({
    command: systemProbes.programPath("docker") ?? "docker",
    aimed: ["-H", `unix://${socket}`],
  });
  return {
    version: () => engine.version(),
    compose: () => composeHere(socket),
    hasImage: (name) => engine.hasImage(name),
    async mustShareNetwork(signal) {
      // Elsewhere it never does, and ports are published.
      if (isDesktop(process.platform)) return;
      const { command, aimed } = docker();
      const args = [...aimed, "info", "--format", "{{.OperatingSystem}} {{json .SecurityOptions}}"];
      const info = await runCommand({ name: "docker info", command, args, limitMs: INFO_LIMIT_MS }, signal);
      const why = apartBecause(info);
      if (why !== undefined)
        throw new Failure("environment", `containers do not share the network of this machine: ${why}`);
    },
    async pull(name, signal) {
      const { command, aimed } = docker();
      const args = [...aimed, "pull", "--quiet", name];
      await runCommand({ name: "docker pull", command, args, limitMs: PULL_LIMIT_MS }, signal);
    },
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

/**
 * Why `network_mode: host` is not the network of this Linux, out of what the engine says of itself; undefined when it is.
 * Source: Docker, "Host network driver" and "Rootless mode".
 */
export function apartBecause(info: string): string | undefined {
  if (info.includes("Docker Desktop")) return "Docker Desktop runs them in a virtual machine";
  return info.includes("name=rootless") ? "the engine is rootless, and has a network of its own" : undefined;
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
