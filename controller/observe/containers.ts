/** Prometheus and Grafana as containers: up, down, and words for the Prometheus inside. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Clock } from "../../base/clock.ts";
import { Failure, sentenceOf } from "../../base/failure.ts";
import { bootId } from "../../chaos/boot-id.ts";
import type { Command } from "../../targets/launch/compose/compose-command.ts";
import {
  type ComposeSetting,
  composeEnv,
  downArgs,
  execArgs,
  logsArgs,
  projectArgs,
  projectOf,
  removeArgs,
  runningArgs,
  type Service,
  upArgs,
  usualGrafanaPort,
} from "./compose-words.ts";
import { filesForContainers } from "./files-for-containers.ts";
import { dashboardsFolder, type Places } from "./places.ts";
import { becomes, isGrafanaReady, isPrometheusReady } from "./prometheus-api.ts";
import { runCommand } from "./run-command.ts";
import { type ContainersUp, forgetState, grafanaUrlOf, prometheusUrlOf, writeState } from "./state.ts";

export interface ContainersAsked {
  /** The compose program. */
  readonly compose: Command;
  /** Of the engine behind it. */
  readonly socket: string;
  readonly prometheusPort: number;
  /** Absent: no Grafana is started. */
  readonly grafanaPort?: number;
  readonly places: Places;
  readonly platform: NodeJS.Platform;
  readonly clock: Clock;
  /** What is up of it already, and stays whatever becomes of the rest. */
  readonly before?: ContainersUp;
  /** What was up and is started again, under its name. */
  readonly again?: ContainersUp;
}

const COMPOSE_LIMIT_MS = 120_000;
const PROMETHEUS_LIMIT_MS = 60_000;
/** The first time it makes its database. */
const GRAFANA_LIMIT_MS = 120_000;
/** Between looks whether a container that does not answer still runs. */
const STILL_RUNS_EVERY_MS = 2_000;

/**
 * Resolves when both answer.
 * @throws {Failure} `environment` when they do not; what was started here is taken down again
 * @throws the signal's reason when it aborts, likewise
 */
export async function startContainers(asked: ContainersAsked, signal: AbortSignal): Promise<ContainersUp> {
  const { compose, socket, prometheusPort, grafanaPort, places, platform, clock, before, again } = asked;
  // A results folder that was moved keeps its project, and with it the volume.
  const project = (before ?? again ?? projectKept(places))?.project ?? projectOf(places.folder);
  const state: ContainersUp = {
    ...{ schemaVersion: 1, mechanism: "compose", project, socket, prometheusPort },
    ...{ since: before?.since ?? new Date(clock.epochMs()).toISOString(), bootId: bootId() },
    ...(grafanaPort !== undefined && { grafanaPort }),
  };
  filesForContainers(places, platform);
  writeFileSync(places.projectPath, `${project}\n${socket}\n`);
  writeState(places.statePath, state);
  const made = { compose, state, places, platform };
  try {
    const services: readonly Service[] =
      grafanaPort === undefined ? ["prometheus"] : ["prometheus", "grafana"];
    await runCompose({ name: "compose up", made, words: upArgs(services) }, signal);
    await mustAnswer(made, { clock, signal });
  } catch (cause) {
    await takeBack(made, before, cause);
    throw cause;
  }
  return state;
}

/** All of it, or what came beside `before`; the state names what is not taken back. */
async function takeBack(
  made: ContainersMade,
  before: ContainersUp | undefined,
  cause: unknown,
): Promise<void> {
  const { statePath } = made.places;
  if (before !== undefined) writeState(statePath, before);
  try {
    if (before === undefined) await stopContainers(made, { isPurged: false });
    else await runCompose({ name: "compose rm", made, words: removeArgs("grafana") }, nobody());
  } catch (error) {
    const both = `${sentenceOf(cause)}; and its containers are not taken down: ${sentenceOf(error)}`;
    throw new Failure("environment", both, { hint: "bench observe down", cause });
  }
  if (before === undefined) forgetState(statePath);
}

/** It is being ended: nobody interrupts that. */
const nobody = (): AbortSignal => new AbortController().signal;

interface Answering {
  readonly service: Service;
  readonly url: string;
  isReady(url: string): Promise<boolean>;
  readonly limitMs: number;
}

async function mustAnswer(made: ContainersMade, waiting: Waiting): Promise<void> {
  const [prometheus, grafana] = [prometheusUrlOf(made.state), grafanaUrlOf(made.state)];
  const first = { service: "prometheus", url: prometheus, isReady: isPrometheusReady } as const;
  await untilAnswering(made, { ...first, limitMs: PROMETHEUS_LIMIT_MS }, waiting);
  if (grafana === undefined) return;
  const second = { service: "grafana", url: grafana, isReady: isGrafanaReady } as const;
  await untilAnswering(made, { ...second, limitMs: GRAFANA_LIMIT_MS }, waiting);
}

interface Waiting {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Whoever answers at once may be somebody else, so it has to run in any case. */
async function untilAnswering(made: ContainersMade, asked: Answering, waiting: Waiting): Promise<void> {
  const { service, url, isReady, limitMs } = asked;
  const untilMs = waiting.clock.nowMs() + limitMs;
  for (;;) {
    const answers = await becomes(() => isReady(url), { ...waiting, limitMs: STILL_RUNS_EVERY_MS });
    const isRunning = (await runningServices(made, waiting.signal)).includes(service);
    if (answers && isRunning) return;
    if (!isRunning) throw await silent(made, service, `ended before it answered at ${url}`);
    if (waiting.clock.nowMs() >= untilMs)
      throw await silent(made, service, `does not answer at ${url} within ${limitMs / 1_000} s`);
  }
}

async function silent(made: ContainersMade, service: Service, does: string): Promise<Failure> {
  const words = logsArgs(service);
  const said = (await runCompose({ name: "compose logs", made, words }, nobody()).catch(sentenceOf)).trim();
  // Before the stroke stands the name of its container.
  const last =
    said
      .split("\n")
      .at(-1)
      ?.replace(/^\S+\s*\| ?/, "") ?? "";
  const why = last === "" ? "" : `; it said last: ${last}`;
  return new Failure("environment", `the container of ${service} ${does}${why}`, {
    hint: `the last it said:\n${said}`,
  });
}

export interface ContainersMade {
  /** The compose program. */
  readonly compose: Command;
  readonly state: Pick<ContainersUp, "project" | "prometheusPort" | "grafanaPort" | "mechanism">;
  readonly places: Places;
  readonly platform: NodeJS.Platform;
}

/**
 * Which of them run, by the word of the engine.
 * @throws {Failure} `environment` with what compose said
 */
export async function runningServices(made: ContainersMade, signal: AbortSignal): Promise<readonly string[]> {
  const said = await runCompose({ name: "compose ps", made, words: runningArgs }, signal);
  return said.split("\n").map((line) => line.trim());
}

/**
 * Containers go, their volume only when it is purged.
 * @throws {Failure} `environment` with what compose said
 */
export async function stopContainers(
  made: ContainersMade,
  { isPurged }: { readonly isPurged: boolean },
): Promise<void> {
  await runCompose({ name: "compose down", made, words: downArgs({ isPurged }) }, nobody());
  if (isPurged) rmSync(made.places.projectPath, { force: true });
}

/** Of which project an engine, and which, may still keep a volume; undefined when there was never any. */
export function projectKept({
  projectPath,
}: Places): { readonly project: string; readonly socket?: string } | undefined {
  if (!existsSync(projectPath)) return undefined;
  const [project = "", socket] = readFileSync(projectPath, "utf8").trim().split("\n");
  return { project, ...(socket !== undefined && { socket }) };
}

/**
 * Runs a program of the image beside Prometheus, in its container.
 * @throws {Failure} `environment` with its last words
 */
export async function insidePrometheus(
  words: readonly string[],
  { name, limitMs, made }: { readonly name: string; readonly limitMs: number; readonly made: ContainersMade },
  signal: AbortSignal,
): Promise<void> {
  await runCompose({ name, made, words: execArgs("prometheus", words), limitMs }, signal);
}

interface ComposeErrand {
  readonly name: string;
  readonly made: ContainersMade;
  readonly words: readonly string[];
  readonly limitMs?: number;
}

function runCompose(errand: ComposeErrand, signal: AbortSignal): Promise<string> {
  const { name, made, words, limitMs = COMPOSE_LIMIT_MS } = errand;
  const { command, args: before } = made.compose;
  const setting = settingOf(made);
  const args = [...before, ...projectArgs(setting), ...words];
  return runCommand({ name, command, args, limitMs, env: composeEnv(setting) }, signal);
}

function settingOf({ state, places, platform }: ContainersMade): ComposeSetting {
  const { incomingFolder, configFolder, grafanaFolder, boardsFolder } = places;
  return {
    ...{ platform, project: state.project, dashboards: dashboardsFolder() },
    ...{ incomingFolder, configFolder, grafanaFolder, boardsFolder },
    prometheusPort: state.prometheusPort,
    // Of the file alone, where none is started.
    grafanaPort: state.grafanaPort ?? usualGrafanaPort,
  };
}
