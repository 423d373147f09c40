/** What `bench observe up` left running, in `state.json`: enough to find it again, and to end that and nothing else. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { Failure, sentenceOf } from "../../base/failure.ts";
import { whereabouts } from "../../chaos/boot-id.ts";
import { isAlive } from "../../targets/launch/process-identity.ts";
import type { Viewer } from "./deep-link.ts";
import { type Environment, ownGrafana } from "./own-grafana.ts";
import { placesIn } from "./places.ts";

interface WhatIsUp {
  readonly schemaVersion: 1;
  /** ISO 8601. */
  readonly since: string;
  /** Which start of which machine, see chaos/boot-id.ts. */
  readonly bootId: string;
  readonly prometheusPort: number;
  /** Why there is no Grafana, a sentence; absent when there is one, or none was wanted. */
  readonly withoutGrafana?: string;
}

/** Prometheus alone, from the packages of the system. */
export interface ProcessUp extends WhatIsUp {
  readonly mechanism: "process";
  readonly pid: number;
  /** Absent where there is no /proc. */
  readonly startTicks?: number;
  /** There in its place, where `ps` tells it; see process-start.ts. */
  readonly startedAt?: string;
}

export interface ContainersUp extends WhatIsUp {
  readonly mechanism: "compose";
  readonly project: string;
  /** Of the engine that has them, whatever DOCKER_HOST is by now; absent in states of earlier versions. */
  readonly socket?: string;
  /** Absent when only Prometheus was wanted. */
  readonly grafanaPort?: number;
}

export type ObserveState = ProcessUp | ContainersUp;

const port = z.number().int().min(1).max(65_535);
const common = {
  schemaVersion: z.literal(1),
  since: z.string(),
  bootId: z.string(),
  prometheusPort: port,
  withoutGrafana: z.string().exactOptional(),
};

const shape = z.discriminatedUnion("mechanism", [
  z.object({
    ...common,
    mechanism: z.literal("process"),
    pid: z.number().int().min(2),
    startTicks: z.number().int().exactOptional(),
    startedAt: z.string().exactOptional(),
  }),
  z.object({
    ...common,
    mechanism: z.literal("compose"),
    project: z.string(),
    socket: z.string().exactOptional(),
    grafanaPort: port.exactOptional(),
  }),
]);

/** Whole or not at all. */
export function writeState(path: string, state: ObserveState): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(draft, path);
}

/**
 * Undefined when nothing was left running.
 * @throws {Failure} `environment` when the file cannot be read or is not one of ours
 */
export function readState(path: string): ObserveState | undefined {
  try {
    return shape.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Failure("environment", `what bench observe left running cannot be read: ${sentenceOf(cause)}`, {
      hint: `its file is ${path}; without it \`bench observe up\` begins anew, and ends nothing of before`,
      cause,
    });
  }
}

export function forgetState(path: string): void {
  rmSync(path, { force: true });
}

/** Only while it names that very process: somebody else may have written it since. */
export function forgetProcess(
  path: string,
  { pid, startTicks }: Pick<ProcessUp, "pid" | "startTicks">,
): void {
  const state = quietly(() => readState(path));
  if (state?.mechanism === "process" && state.pid === pid && state.startTicks === startTicks)
    forgetState(path);
}

/**
 * *up*: its process runs; of containers, that the machine was not started again since, for the engine knows the rest.
 * *gone*: it ended by itself. *elsewhere*: on another machine or in another container with which we share the folder.
 */
export function standingOf(state: ObserveState, here?: string): "up" | "gone" | "elsewhere" {
  const where = whereabouts(state.bootId, here);
  if (where !== "here") return where;
  if (state.mechanism === "compose") return "up";
  return isAlive({ pid: state.pid, startTicks: state.startTicks }) ? "up" : "gone";
}

export const prometheusUrlOf = ({ prometheusPort }: Pick<ObserveState, "prometheusPort">): string =>
  `http://127.0.0.1:${prometheusPort}`;

/** Undefined when none was brought up. */
export function grafanaUrlOf(
  state: Pick<ProcessUp, "mechanism"> | Pick<ContainersUp, "mechanism" | "grafanaPort">,
): string | undefined {
  return state.mechanism === "compose" && state.grafanaPort !== undefined
    ? `http://127.0.0.1:${state.grafanaPort}`
    : undefined;
}

/**
 * Where runs are looked at, for links: of what is up below the results folder, and the Grafana of one's own. Asks nobody
 * over the network and never throws; undefined when nothing is up.
 */
export function readObserving(results: string, env: Environment = process.env): Viewer | undefined {
  const grafana = quietly(() => ownGrafana(env));
  const state = quietly(() => readState(placesIn(results).statePath));
  if (state === undefined || quietly(() => standingOf(state)) !== "up")
    return grafana === undefined ? undefined : { grafanaUrl: grafana };
  return viewerOf(state, grafana);
}

/** A Grafana of one's own comes before ours. */
export function viewerOf(state: ObserveState, own: string | undefined): Viewer {
  const grafanaUrl = own ?? grafanaUrlOf(state);
  const prometheusUrl = prometheusUrlOf(state);
  return grafanaUrl === undefined ? { prometheusUrl } : { grafanaUrl, prometheusUrl };
}

/** Where looking is a kindness beside something else, what is wrong with it must not become the problem. */
function quietly<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
