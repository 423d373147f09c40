/** Prometheus as a process of the system: started so that it outlives us, and ended when it still is the one we started. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { Failure, sentenceOf } from "../../base/failure.ts";
import { bootId } from "../../chaos/boot-id.ts";
import type { WardedProcess } from "../../targets/launch/launcher.ts";
import { NodeProcess } from "../../targets/launch/node-process.ts";
import { isAlive } from "../../targets/launch/process-identity.ts";
import { lastWords, untilReady } from "../../targets/launch/ready.ts";
import { dashboardsFolder, type Places } from "./places.ts";
import { mustBeWhoItWas, startedAt } from "./process-start.ts";
import { becomes, isPrometheusReady } from "./prometheus-api.ts";
import { prometheusArgs } from "./prometheus-words.ts";
import { forgetProcess, type ProcessUp, prometheusUrlOf, writeState } from "./state.ts";

export interface ProcessAsked {
  /** Path of `prometheus`. */
  readonly program: string;
  readonly port: number;
  readonly places: Places;
  readonly withoutGrafana?: string;
  readonly clock: Clock;
}

/** It reads what it had not yet put into blocks first: of ten runs at once two hours of it, seconds. */
const START_LIMIT_MS = 60_000;
const POLITE_MS = 10_000;
const KILLED_LIMIT_MS = 5_000;

/**
 * Resolves when it answers. Its state is written before it runs at all, so that there is no moment in which it could not
 * be ended.
 * @throws {Failure} `environment` with its last words when it ends or does not answer; nothing is left of it then
 * @throws the signal's reason when it aborts, likewise
 */
export async function startPrometheus(asked: ProcessAsked, signal: AbortSignal): Promise<ProcessUp> {
  const { program, port, places, withoutGrafana, clock } = asked;
  makeFolder(places.folder);
  const configPath = join(dashboardsFolder(), "prometheus", "prometheus.yml");
  const stateOf = ({ pid, startTicks }: WardedProcess, start?: string): ProcessUp => ({
    ...{ schemaVersion: 1, mechanism: "process", pid, prometheusPort: port },
    ...{ since: new Date(clock.epochMs()).toISOString(), bootId: bootId() },
    ...(startTicks !== undefined && { startTicks }),
    ...(start !== undefined && { startedAt: start }),
    ...(withoutGrafana !== undefined && { withoutGrafana }),
  });
  let state: ProcessUp | undefined;
  const nobody = () => {};
  const started = NodeProcess.start(
    {
      ...{ name: "prometheus", command: program, cwd: places.folder, politely: "SIGTERM" },
      args: prometheusArgs({ configPath, dataFolder: places.dataFolder, port }),
    },
    places.logPath,
    {
      ...{ folder: nobody, cgroup: nobody, containers: nobody },
      process: (ward) => writeState(places.statePath, (state = stateOf(ward, startIn(ward)))),
    },
  );
  state ??= stateOf(started.ward);
  const url = prometheusUrlOf(state);
  try {
    const probe = async () => {
      if (!(await isPrometheusReady(url))) throw new Error(`${url}/-/ready does not say so`);
    };
    await untilReady(started, { does: "answer", limitMs: START_LIMIT_MS, probe }, signal);
    if (started.ending !== undefined || !isAlive(started.ward))
      throw new Error(`prometheus ended, and somebody else answers at ${url}`);
  } catch (cause) {
    if (await endPrometheus(state, clock)) forgetProcess(places.statePath, state);
    signal.throwIfAborted();
    // Of a target it would be another kind: here it is a program of this machine that does not do its work.
    throw new Failure("environment", sentenceOf(cause), { hint: lastWords(started), cause });
  }
  started.release();
  return state;
}

/** Where its ticks are known nobody else is asked. It is the same before and after the gate at which it is held. */
const startIn = ({ pid, startTicks }: WardedProcess): string | undefined =>
  startTicks === undefined ? startedAt(pid) : undefined;

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new Failure("environment", `${folder} cannot be made: ${sentenceOf(cause)}`, { cause });
  }
}

/**
 * Politely, and after ten seconds by SIGKILL; not at all when its number is somebody else's by now. Tells whether it is gone.
 * @throws {Failure} `environment` when it is not ours to end
 */
export async function endPrometheus(state: ProcessUp, clock: Clock): Promise<boolean> {
  const ward = { pid: state.pid, startTicks: state.startTicks };
  // It is being ended: nobody interrupts that.
  const waiting = { clock, signal: new AbortController().signal, everyMs: 50 };
  const isGone = async () => !isAlive(ward);
  if (state.startTicks === undefined && !(await isGone())) mustBeWhoItWas(state, startedAt(state.pid));
  for (const [signal, limitMs] of [
    ["SIGTERM", POLITE_MS],
    ["SIGKILL", KILLED_LIMIT_MS],
  ] as const) {
    if (await isGone()) return true;
    send(ward.pid, signal);
    if (await becomes(isGone, { ...waiting, limitMs })) return true;
  }
  return false;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (cause) {
    // Gone in this moment.
    if ((cause as NodeJS.ErrnoException).code === "ESRCH") return;
    throw new Failure("environment", `the Prometheus (pid ${pid}) cannot be ended: ${sentenceOf(cause)}`, {
      hint: `whoever started it can: kill ${pid}`,
      cause,
    });
  }
}
