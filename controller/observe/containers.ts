/** Prometheus and Grafana as containers: up, down, and words for the Prometheus inside. */
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { Failure, sentenceOf } from "../../base/failure.ts";
import { bootId } from "../../chaos/boot-id.ts";
import type { Command } from "../../targets/launch/compose/compose-command.ts";
import {
  type ComposeSetting,
  composeEnv,
  downArgs,
  execArgs,
  isDesktop,
  logsArgs,
  projectArgs,
  projectOf,
  type Service,
  upArgs,
  usualGrafanaPort,
} from "./compose-words.ts";
import { dashboardsFolder, type Places } from "./places.ts";
import { becomes, isGrafanaReady, isPrometheusReady } from "./prometheus-api.ts";
import { configForDesktop } from "./prometheus-words.ts";
import { runCommand } from "./run-command.ts";
import { type ContainersUp, forgetState, grafanaUrlOf, prometheusUrlOf, writeState } from "./state.ts";

export interface ContainersAsked {
  /** The compose program. */
  readonly compose: Command;
  readonly prometheusPort: number;
  /** Absent: no Grafana is started. */
  readonly grafanaPort?: number;
  readonly places: Places;
  readonly platform: NodeJS.Platform;
  readonly clock: Clock;
  /** What is up of it already, and stays whatever becomes of the rest. */
  readonly before?: ContainersUp;
}

const COMPOSE_LIMIT_MS = 120_000;
const PROMETHEUS_LIMIT_MS = 60_000;
/** The first time it makes its database. */
const GRAFANA_LIMIT_MS = 120_000;

/**
 * Resolves when both answer.
 * @throws {Failure} `environment` when they do not; what was started here is taken down again
 * @throws the signal's reason when it aborts, likewise
 */
export async function startContainers(asked: ContainersAsked, signal: AbortSignal): Promise<ContainersUp> {
  const { compose, prometheusPort, grafanaPort, places, platform, clock, before } = asked;
  const state: ContainersUp = {
    ...{ schemaVersion: 1, mechanism: "compose", project: projectOf(places.folder), prometheusPort },
    ...{ since: before?.since ?? new Date(clock.epochMs()).toISOString(), bootId: bootId() },
    ...(grafanaPort !== undefined && { grafanaPort }),
  };
  prepare(asked);
  writeFileSync(places.projectPath, `${state.project}\n`);
  writeState(places.statePath, state);
  const made = { compose, state, places, platform };
  try {
    const services: readonly Service[] =
      grafanaPort === undefined ? ["prometheus"] : ["prometheus", "grafana"];
    await runCompose({ name: "compose up", made, words: upArgs(services) }, signal);
    await mustAnswer(made, { clock, signal });
  } catch (cause) {
    if (before !== undefined) writeState(places.statePath, before);
    else await takeBack(made, cause);
    throw cause;
  }
  return state;
}

async function takeBack(made: ContainersMade, cause: unknown): Promise<void> {
  try {
    await stopContainers(made, { isPurged: false });
    forgetState(made.places.statePath);
  } catch (error) {
    const both = `${sentenceOf(cause)}; and its containers are not taken down: ${sentenceOf(error)}`;
    throw new Failure("environment", both, { hint: "bench observe down", cause });
  }
}

/** Folders that containers see; whoever Prometheus is in there has to be able to read them. */
function prepare({ places, platform }: Pick<ContainersAsked, "places" | "platform">): void {
  mkdirSync(places.incomingFolder, { recursive: true });
  chmodSync(places.incomingFolder, 0o755);
  if (!isDesktop(platform)) return;
  const source = join(dashboardsFolder(), "prometheus");
  cpSync(source, places.configFolder, { recursive: true });
  const config = readFileSync(join(source, "prometheus.yml"), "utf8");
  writeFileSync(join(places.configFolder, "prometheus.yml"), configForDesktop(config));
}

async function mustAnswer(
  made: ContainersMade,
  waiting: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  const [prometheus, grafana] = [prometheusUrlOf(made.state), grafanaUrlOf(made.state)];
  const [prometheusLimit, grafanaLimit] = [{ limitMs: PROMETHEUS_LIMIT_MS }, { limitMs: GRAFANA_LIMIT_MS }];
  if (!(await becomes(() => isPrometheusReady(prometheus), { ...waiting, ...prometheusLimit })))
    throw await late(made, { service: "prometheus", url: prometheus, ...prometheusLimit });
  if (grafana === undefined) return;
  if (!(await becomes(() => isGrafanaReady(grafana), { ...waiting, ...grafanaLimit })))
    throw await late(made, { service: "grafana", url: grafana, ...grafanaLimit });
}

async function late(
  made: ContainersMade,
  { service, url, limitMs }: { readonly service: Service; readonly url: string; readonly limitMs: number },
): Promise<Failure> {
  const { signal } = new AbortController();
  const words = logsArgs(service);
  const said = await runCompose({ name: "compose logs", made, words }, signal).catch(sentenceOf);
  return new Failure(
    "environment",
    `the container of ${service} does not answer at ${url} within ${limitMs / 1_000} s`,
    { hint: `the last it said:\n${said.trim()}` },
  );
}

export interface ContainersMade {
  /** The compose program. */
  readonly compose: Command;
  readonly state: Pick<ContainersUp, "project" | "prometheusPort" | "grafanaPort" | "mechanism">;
  readonly places: Places;
  readonly platform: NodeJS.Platform;
}

/**
 * Containers go, their volume only when it is purged.
 * @throws {Failure} `environment` with what compose said
 */
export async function stopContainers(
  made: ContainersMade,
  { isPurged }: { readonly isPurged: boolean },
): Promise<void> {
  // It is being ended: nobody interrupts that.
  const { signal } = new AbortController();
  await runCompose({ name: "compose down", made, words: downArgs({ isPurged }) }, signal);
  if (isPurged) rmSync(made.places.projectPath, { force: true });
}

/** Of which project an engine may still keep a volume; undefined when there was never any. */
export function projectKept({ projectPath }: Places): string | undefined {
  return existsSync(projectPath) ? readFileSync(projectPath, "utf8").trim() : undefined;
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
  const dashboards = dashboardsFolder();
  return {
    ...{ platform, project: state.project, dashboards, incomingFolder: places.incomingFolder },
    configFolder: isDesktop(platform) ? places.configFolder : join(dashboards, "prometheus"),
    prometheusPort: state.prometheusPort,
    // Of the file alone, where none is started.
    grafanaPort: state.grafanaPort ?? usualGrafanaPort,
  };
}
