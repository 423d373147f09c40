/** Brings up what runs are looked at with: containers where they can be had, else Prometheus alone; finds what is up already. */
import { type Clock, systemClock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import type { Command } from "../../targets/launch/compose/compose-command.ts";
import { type Service, usualGrafanaPort, usualPrometheusPort } from "./compose-words.ts";
import { type Places, placesIn } from "./places.ts";
import { becomes } from "./prometheus-api.ts";
import {
  type ContainersUp,
  grafanaUrlOf,
  type ObserveState,
  type ProcessUp,
  prometheusUrlOf,
  readState,
  standingOf,
} from "./state.ts";

export interface UpAsked {
  /** Absent: nobody asked for one, so the usual ones, or whatever is up, will do. */
  readonly prometheusPort?: number;
  readonly grafanaPort?: number;
  /** Not where only Prometheus was asked for, or there is one already (BENCH_GRAFANA). */
  readonly wantsGrafana: boolean;
  /** Whoever looks at runs is content with what is up, if anything is. */
  readonly takesWhatIsUp?: boolean;
}

/** What it does to the machine; tests hand over another. */
export interface UpTools {
  /**
   * The compose program, once engine and images are there; `socket`: of the engine that has such containers already.
   * @throws {Failure} `environment` why containers cannot be had
   */
  compose(
    asked: { readonly services: readonly Service[]; readonly socket?: string | undefined },
    signal: AbortSignal,
  ): Promise<Command>;
  /** Which services of it run. @throws {Failure} `environment` when the engine that has them cannot be asked */
  running(state: ContainersUp, signal: AbortSignal): Promise<readonly string[]>;
  startContainers(
    asked: {
      readonly compose: Command;
      readonly prometheusPort: number;
      readonly grafanaPort?: number;
      readonly before?: ContainersUp;
      readonly again?: ContainersUp;
    },
    signal: AbortSignal,
  ): Promise<ContainersUp>;
  /** Path of `prometheus`, installed when somebody agreed. @throws {Failure} `environment` when it cannot be had */
  prometheus(): Promise<string>;
  startProcess(
    asked: { readonly program: string; readonly port: number; readonly withoutGrafana?: string },
    signal: AbortSignal,
  ): Promise<ProcessUp>;
  isPortFree(port: number): Promise<boolean>;
  isPrometheusReady(url: string): Promise<boolean>;
  isGrafanaReady(url: string): Promise<boolean>;
  say(line: string): void;
}

export interface BroughtUp {
  readonly state: ObserveState;
  /** Nothing had to be started. */
  readonly wasUp: boolean;
  /** What is otherwise than asked, a sentence each. */
  readonly notes: readonly string[];
}

/** A process that lives may still be reading what it has. */
const ANSWER_LIMIT_MS = { process: 60_000, compose: 5_000 } as const;

/**
 * @throws {Failure} `environment` when a port is taken, or nothing can be had, with every reason; what was started is taken
 *   down again then
 */
export async function bringUp(
  results: string,
  asked: UpAsked,
  { tools, clock = systemClock, signal }: Bringing,
): Promise<BroughtUp> {
  const places = placesIn(results);
  const found = await whatIsUp(places, { tools, clock, signal });
  if (found === undefined)
    return { state: await begin(asked, places, { tools, signal }), wasUp: false, notes: [] };
  const { state: before, goneWith } = found;
  if (before.mechanism === "compose" && goneWith !== undefined) {
    const state = await startAgain(before, asked, { tools, signal, running: goneWith });
    return { state, wasUp: false, notes: [] };
  }
  if (asked.takesWhatIsUp === true) return { state: before, wasUp: true, notes: [] };
  const notes = notesOn(before, asked);
  if (!asked.wantsGrafana || before.mechanism === "process") return { state: before, wasUp: true, notes };
  const grafanaUrl = grafanaUrlOf(before);
  if (grafanaUrl !== undefined && (await tools.isGrafanaReady(grafanaUrl)))
    return { state: before, wasUp: true, notes };
  tools.say("Prometheus is up; bringing up Grafana beside it");
  const grafanaPort = before.grafanaPort ?? asked.grafanaPort ?? usualGrafanaPort;
  // Its own may be held by itself, while it is starting.
  if (before.grafanaPort === undefined) await mustBeFree("--grafana-port", grafanaPort, tools);
  const { prometheusPort, socket } = before;
  const compose = await tools.compose({ services: ["prometheus", "grafana"], socket }, signal);
  const state = await tools.startContainers({ compose, prometheusPort, grafanaPort, before }, signal);
  return { state, wasUp: false, notes };
}

interface Bringing {
  readonly tools: UpTools;
  readonly clock?: Clock;
  readonly signal: AbortSignal;
}

interface Found {
  readonly state: ObserveState;
  /** Of containers of which Prometheus is gone: which services of them still run. Absent when it is up. */
  readonly goneWith?: readonly string[];
}

/**
 * What was left running and still answers, or has to be started again. A process that is gone is told of; the state of what
 * is started in its place replaces its own.
 * @throws {Failure} `environment` when it lives and does not answer, or where nobody here can tell
 */
async function whatIsUp(
  { statePath }: Places,
  { tools, clock, signal }: Required<Bringing>,
): Promise<Found | undefined> {
  const state = readState(statePath);
  if (state === undefined) return undefined;
  const standing = standingOf(state);
  if (standing === "elsewhere") throw elsewhere(state, statePath);
  const url = prometheusUrlOf(state);
  const isAnswering = () => tools.isPrometheusReady(url);
  const limitMs = ANSWER_LIMIT_MS[state.mechanism];
  const answers = standing === "up" && (await becomes(isAnswering, { limitMs, clock, signal }));
  if (state.mechanism === "compose") {
    // Whoever answers may be somebody else.
    const running = await runningOf(state, statePath, { tools, signal });
    return answers && running.includes("prometheus") ? { state } : { state, goneWith: running };
  }
  if (answers) return { state };
  if (standing === "up")
    throw new Failure(
      "environment",
      `Prometheus (pid ${state.pid}) lives since ${state.since}, and does not answer at ${url}`,
      { hint: "`bench observe down` ends it" },
    );
  tools.say(sayAgain(state));
  return undefined;
}

const sayAgain = ({ since }: ObserveState) => `what was up since ${since} is gone; it is started again`;

/** @throws {Failure} `environment` when their engine cannot be asked: a process in their place would make us forget them */
async function runningOf(
  state: ContainersUp,
  statePath: string,
  { tools, signal }: Pick<Bringing, "tools" | "signal">,
): Promise<readonly string[]> {
  const running = await orReason(tools.running(state, signal));
  if (!(running instanceof Failure)) return running;
  signal.throwIfAborted();
  const sentence = `containers were brought up, ${state.since}, and cannot be seen: ${running.message}`;
  const remedy = `bench observe down, once it answers; if they are gone for good, remove ${statePath}`;
  const hint = running.hint === undefined ? remedy : `${running.hint}\n${remedy}`;
  throw new Failure("environment", sentence, { hint, cause: running });
}

/** Under its name and on its ports, unless others are asked for; what of it still runs has its port itself. */
async function startAgain(
  state: ContainersUp,
  asked: UpAsked,
  { tools, signal, running }: Pick<Bringing, "tools" | "signal"> & { readonly running: readonly string[] },
): Promise<ContainersUp> {
  tools.say(sayAgain(state));
  const kept = running.includes("grafana") ? state.grafanaPort : undefined;
  const wanted = asked.grafanaPort ?? state.grafanaPort ?? usualGrafanaPort;
  const grafanaPort = asked.wantsGrafana ? wanted : kept;
  const prometheusPort = asked.prometheusPort ?? state.prometheusPort;
  if (!running.includes("prometheus") || prometheusPort !== state.prometheusPort)
    await mustBeFree("--port", prometheusPort, tools);
  if (grafanaPort !== undefined && grafanaPort !== kept)
    await mustBeFree("--grafana-port", grafanaPort, tools);
  const services: readonly Service[] = grafanaPort === undefined ? ["prometheus"] : ["prometheus", "grafana"];
  const compose = await tools.compose({ services, socket: state.socket }, signal);
  const grafana = grafanaPort === undefined ? {} : { grafanaPort };
  return await tools.startContainers({ compose, prometheusPort, ...grafana, again: state }, signal);
}

/** What to throw when nobody here can tell whether it lives. */
export function elsewhere({ since }: ObserveState, statePath: string): Failure {
  return new Failure(
    "environment",
    `it was brought up on another machine or in another container, ${since}, and cannot be seen from here`,
    { hint: `run bench observe down there; if it is gone for good, remove ${statePath}` },
  );
}

function notesOn(
  before: ObserveState,
  { prometheusPort, grafanaPort, wantsGrafana }: UpAsked,
): readonly string[] {
  const notes: string[] = [];
  const another = (what: string, port: number) =>
    `${what} is up on port ${port} already; for another one: bench observe down, then up again`;
  if (prometheusPort !== undefined && prometheusPort !== before.prometheusPort)
    notes.push(another("Prometheus", before.prometheusPort));
  if (before.mechanism === "process") {
    if (wantsGrafana && before.withoutGrafana === undefined)
      notes.push("Prometheus is up alone; for Grafana beside it: bench observe down, then up again");
    return notes;
  }
  if (grafanaPort !== undefined && grafanaPort !== (before.grafanaPort ?? grafanaPort))
    notes.push(another("Grafana", before.grafanaPort ?? grafanaPort));
  return notes;
}

async function begin(
  asked: UpAsked,
  { statePath }: Places,
  { tools, signal }: Pick<Bringing, "tools" | "signal">,
): Promise<ObserveState> {
  const { prometheusPort: port = usualPrometheusPort, wantsGrafana } = asked;
  await mustBeFree("--port", port, tools);
  const inside = await inContainers(asked, tools, signal);
  if (!(inside instanceof Failure)) return inside;
  // Containers that could not be taken back: a process in their place would make us forget them.
  if (readState(statePath)?.mechanism === "compose") throw inside;
  signal.throwIfAborted();
  tools.say(`no containers: ${inside.message}; Prometheus alone, as a process`);
  const program = await orReason(tools.prometheus());
  const why = wantsGrafana ? { withoutGrafana: inside.message } : {};
  const outside =
    program instanceof Failure
      ? program
      : await orReason(tools.startProcess({ program, port, ...why }, signal));
  if (!(outside instanceof Failure)) return outside;
  signal.throwIfAborted();
  const hints = [inside.hint, outside.hint].filter((hint) => hint !== undefined);
  throw new Failure("environment", "neither containers nor a Prometheus of this machine can be had", {
    problems: [`containers: ${inside.message}`, `Prometheus as a process: ${outside.message}`],
    ...(hints.length > 0 && { hint: hints.join("\n") }),
    cause: outside,
  });
}

/** Or why there are none. */
async function inContainers(
  { prometheusPort = usualPrometheusPort, grafanaPort = usualGrafanaPort, wantsGrafana }: UpAsked,
  tools: UpTools,
  signal: AbortSignal,
): Promise<ContainersUp | Failure> {
  const services: readonly Service[] = wantsGrafana ? ["prometheus", "grafana"] : ["prometheus"];
  const compose = await orReason(tools.compose({ services }, signal));
  if (compose instanceof Failure) return compose;
  // A port that is taken is no reason to do without Grafana: it was asked for.
  if (wantsGrafana) await mustBeFree("--grafana-port", grafanaPort, tools);
  const grafana = wantsGrafana ? { grafanaPort } : {};
  return await orReason(tools.startContainers({ compose, prometheusPort, ...grafana }, signal));
}

/** What this machine does not have is a reason to try another way; nothing else is. */
async function orReason<T>(work: Promise<T>): Promise<T | Failure> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Failure && error.kind === "environment") return error;
    throw error;
  }
}

async function mustBeFree(flag: string, port: number, { isPortFree }: UpTools): Promise<void> {
  if (await isPortFree(port)) return;
  const own = flag === "--grafana-port" ? "; BENCH_GRAFANA=<its address> takes a Grafana of your own" : "";
  throw new Failure("environment", `port ${port} of 127.0.0.1 is taken`, {
    hint: `bench observe up ${flag} <other> takes another one; \`ss -ltnp\` shows who has it${own}`,
  });
}
