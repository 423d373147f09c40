/** What bringing up, ending and filling do to this machine: the engine, processes, ports and promtool behind one face. */
import { createServer } from "node:net";
import { basename } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { systemProbes } from "../../targets/launch/components.ts";
import type { Command } from "../../targets/launch/compose/compose-command.ts";
import { inContainer, type Service } from "./compose-words.ts";
import { readyContainers, systemContainers } from "./container-tools.ts";
import { insidePrometheus, startContainers } from "./containers.ts";
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
    compose: (services, signal) => composeHere({ services, say }, signal),
    startContainers: (asked, signal) => startContainers({ ...asked, places, platform, clock }, signal),
    prometheus,
    startProcess: (asked, signal) => startPrometheus({ ...asked, places, clock }, signal),
    ...{ isPortFree, isPrometheusReady, isGrafanaReady, say },
  };
}

/**
 * The compose program, once an engine answers and has the images of `services`.
 * @throws {Failure} `environment` with what is missing
 */
export async function composeHere(
  { services = [], say = () => {} }: { services?: readonly Service[]; say?(line: string): void },
  signal: AbortSignal,
): Promise<Command> {
  await using tools = systemContainers();
  return await readyContainers(tools, services, { say, signal });
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
      const made = { state, places, platform: process.platform, compose: await composeHere({}, signal) };
      const words = ["promtool", ...blocksArgs(seen, inContainer.data)];
      await insidePrometheus(words, { ...about, made }, signal);
    };
  return async (file, signal) => {
    const command = systemProbes.programPath("promtool");
    if (command === undefined)
      throw new Failure("environment", "promtool, which makes blocks of runs, is not on this machine", {
        hint: "it comes with Prometheus; on Debian in the package prometheus",
      });
    await runCommand({ ...about, command, args: blocksArgs(file, places.dataFolder) }, signal);
  };
}

/** Whether somebody could listen there now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
