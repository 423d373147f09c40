/** What bringing up, ending and filling do to this machine: the engine, processes, ports and promtool behind one face. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { Failure, sentenceOf } from "../../base/failure.ts";
import { systemProbes } from "../../targets/launch/components.ts";
import type { Command } from "../../targets/launch/compose/compose-command.ts";
import { engineSocket } from "../../targets/launch/compose/engine.ts";
import { inContainer, type Service } from "./compose-words.ts";
import { readyContainers, systemContainers } from "./container-tools.ts";
import { insidePrometheus, runningServices, startContainers } from "./containers.ts";
import { placesIn } from "./places.ts";
import { isGrafanaReady, isPrometheusReady } from "./prometheus-api.ts";
import { startPrometheus } from "./prometheus-process.ts";
import { blocksArgs } from "./prometheus-words.ts";
import { runCommand } from "./run-command.ts";
import type { ObserveState } from "./state.ts";
import type { UpTools } from "./up.ts";

export interface SystemSetting {
  readonly results: string;
  readonly clock: Clock;
  /** Path of `prometheus`, installed when somebody agreed. */
  prometheus(): Promise<string>;
  say(line: string): void;
}

export function systemTools({ results, clock, prometheus, say }: SystemSetting): UpTools {
  const places = placesIn(results);
  const { platform } = process;
  return {
    compose: (asked, signal) => composeHere({ ...asked, say }, signal),
    async running(state, signal) {
      const compose = await composeHere({ socket: state.socket }, signal);
      return await runningServices({ compose, state, places, platform }, signal);
    },
    startContainers(asked, signal) {
      const socket = (asked.before ?? asked.again)?.socket ?? engineSocket();
      return startContainers({ ...asked, socket, places, platform, clock }, signal);
    },
    prometheus,
    startProcess: (asked, signal) => startPrometheus({ ...asked, places, clock }, signal),
    ...{ isPortFree, isPrometheusReady, isGrafanaReady, say },
  };
}

/**
 * The compose program, once the engine, that behind `socket` where it is given, answers and has the images of `services`.
 * @throws {Failure} `environment` with what is missing
 */
export async function composeHere(
  { services = [], socket, say = () => {} }: ComposeAsked,
  signal: AbortSignal,
): Promise<Command> {
  await using tools = systemContainers(socket);
  return await readyContainers(tools, services, { say, signal });
}

interface ComposeAsked {
  readonly services?: readonly Service[];
  readonly socket?: string | undefined;
  say?(line: string): void;
}

const BLOCKS_LIMIT_MS = 300_000;

/** Makes blocks of a file in the incoming folder, by the promtool that belongs to the Prometheus that is up. */
export function blockMaker(
  results: string,
  state: ObserveState,
): (file: string, signal: AbortSignal) => Promise<void> {
  const places = placesIn(results);
  const about = { name: "promtool", limitMs: BLOCKS_LIMIT_MS };
  if (state.mechanism === "compose")
    return async (file, signal) => {
      const seen = `${inContainer.incoming}/${basename(file)}`;
      const compose = await composeHere({ socket: state.socket }, signal);
      const made = { state, places, platform: process.platform, compose };
      const words = ["promtool", ...blocksArgs(seen, inContainer.data)];
      await insidePrometheus(words, { ...about, made }, signal);
    };
  return async (file, signal) => {
    const command = systemProbes.programPath("promtool");
    if (command === undefined)
      throw new Failure("environment", "promtool, which makes blocks of runs, is not on this machine", {
        hint: "it comes with Prometheus; on Debian in the package prometheus",
      });
    const temporary = temporaryIn(places.incomingFolder);
    try {
      // When it is ended in the middle it leaves what it has put together so far.
      const env = { TMPDIR: temporary };
      await runCommand({ ...about, command, args: blocksArgs(file, places.dataFolder), env }, signal);
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  };
}

function temporaryIn(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true });
    return mkdtempSync(join(folder, "promtool-"));
  } catch (cause) {
    throw new Failure("environment", `no folder can be made in ${folder}: ${sentenceOf(cause)}`, { cause });
  }
}

/** Whether somebody could listen there now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
