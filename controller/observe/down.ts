/** Ends what `bench observe up` started, and nothing else; the data stays unless it is to go, too. */
import { existsSync, rmSync } from "node:fs";
import { type Clock, systemClock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import type { Command } from "../../targets/launch/compose/compose-command.ts";
import { usualPrometheusPort } from "./compose-words.ts";
import { type ContainersMade, projectKept, stopContainers } from "./containers.ts";
import { type Places, placesIn } from "./places.ts";
import { endPrometheus } from "./prometheus-process.ts";
import { forgetState, type ObserveState, readState, standingOf } from "./state.ts";
import { elsewhere } from "./up.ts";

export interface DownParts {
  readonly isPurged: boolean;
  readonly platform: NodeJS.Platform;
  /**
   * The compose program; `socket`: of the engine that has them, where that is known.
   * @throws {Failure} `environment` when there is none, or no engine behind it
   */
  compose(socket?: string): Promise<Command>;
  readonly clock?: Clock;
}

export interface TakenDown {
  /** What was ended; absent when nothing was up. */
  readonly ended?: ObserveState["mechanism"];
  /** Where data was that is removed; absent when there was none, or it stays. */
  readonly purged?: string;
  /** Where data is that stays. */
  readonly kept?: string;
}

/** @throws {Failure} `environment` when something of it could not be ended or removed */
export async function takeDown(results: string, parts: DownParts): Promise<TakenDown> {
  const { isPurged, clock = systemClock } = parts;
  const places = placesIn(results);
  const state = readState(places.statePath);
  const ended = state === undefined ? undefined : await end(state, places, { ...parts, clock });
  forgetState(places.statePath);
  const kept = projectKept(places);
  const told = ended === undefined ? {} : { ended };
  if (!isPurged) {
    const where = whereDataIs(places, kept?.project);
    return { ...told, ...(where !== undefined && { kept: where }) };
  }
  const purged = whereDataIs(places, kept?.project);
  if (kept !== undefined) await removeVolume(kept, places, parts);
  rmSync(places.folder, { recursive: true, force: true });
  return { ...told, ...(purged !== undefined && { purged }) };
}

async function end(
  state: ObserveState,
  places: Places,
  { platform, compose, clock }: DownParts & { readonly clock: Clock },
): Promise<ObserveState["mechanism"] | undefined> {
  const standing = standingOf(state);
  if (standing === "elsewhere") throw elsewhere(state, places.statePath);
  if (state.mechanism === "compose") {
    // Also of containers that ended with the machine: they are there, stopped.
    const made = { state, places, platform, compose: await compose(state.socket) };
    await stopContainers(made, { isPurged: false });
    return standing === "up" ? "compose" : undefined;
  }
  if (standing === "gone") return undefined;
  if (await endPrometheus(state, clock)) return "process";
  throw new Failure("environment", `Prometheus (pid ${state.pid}) survived SIGKILL`, {
    hint: `kill -9 ${state.pid}`,
  });
}

async function removeVolume(
  { project, socket }: NonNullable<ReturnType<typeof projectKept>>,
  places: Places,
  { platform, compose }: DownParts,
): Promise<void> {
  const prometheusPort = usualPrometheusPort;
  const state: ContainersMade["state"] = { mechanism: "compose", project, prometheusPort };
  await stopContainers({ state, places, platform, compose: await compose(socket) }, { isPurged: true });
}

function whereDataIs({ dataFolder }: Places, project: string | undefined): string | undefined {
  const all = [
    ...(existsSync(dataFolder) ? [dataFolder] : []),
    ...(project === undefined ? [] : [`the volume ${project} of the container engine`]),
  ];
  return all.length === 0 ? undefined : all.join(" and ");
}
