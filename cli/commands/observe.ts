/** `bench observe [up|down]`: Prometheus and Grafana for looking at runs, while they go on and long after. */
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { Failure, sentenceOf, unknownName, wholeSentenceOf } from "../../base/failure.ts";
import { backFill, type Filled } from "../../controller/observe/back-fill.ts";
import { deepLink } from "../../controller/observe/deep-link.ts";
import { takeDown } from "../../controller/observe/down.ts";
import { type Exported, timesIn } from "../../controller/observe/exported.ts";
import { takeLock } from "../../controller/observe/lock.ts";
import { ownGrafana } from "../../controller/observe/own-grafana.ts";
import { placesIn } from "../../controller/observe/places.ts";
import { askPrometheus } from "../../controller/observe/prometheus-api.ts";
import {
  prometheusHint,
  prometheusPackage,
  prometheusProgram,
} from "../../controller/observe/prometheus-package.ts";
import { type ObserveState, prometheusUrlOf, readState, viewerOf } from "../../controller/observe/state.ts";
import { statusOf } from "../../controller/observe/status.ts";
import { blockMaker, composeHere, systemTools } from "../../controller/observe/system-tools.ts";
import { downLines, type RunShown, runLines, statusLines } from "../../controller/observe/telling.ts";
import { type BroughtUp, bringUp, type UpAsked } from "../../controller/observe/up.ts";
import { install, installCommand } from "../../targets/launch/components.ts";
import type { CapacitySeen } from "../../verdict/capacity/capacity-seen.ts";
import { searchSeries } from "../../verdict/capacity/search-series.ts";
import { judge } from "../../verdict/judge.ts";
import { readRun } from "../../verdict/read-run.ts";
import { openmetrics } from "../../verdict/reports/openmetrics.ts";
import { isAgreedAtTerminal } from "../consent.ts";
import { withRecorded } from "../deliver.ts";
import { exitCodeOfFailure } from "../exit-code.ts";
import { openProgress } from "../progress.ts";
import { findRunFolder, resultsFolder } from "../results.ts";

export interface UpWords {
  readonly install?: boolean;
  readonly port?: string;
  readonly grafanaPort?: string;
  readonly only?: string;
  readonly json?: boolean;
  /** Of `bench observe` itself. */
  readonly runs?: readonly string[];
}

export interface DownWords {
  readonly purge?: boolean;
  readonly json?: boolean;
  /** Of `bench observe` itself. */
  readonly runs?: readonly string[];
}

export interface ObserveWords {
  readonly runs?: readonly string[];
  readonly json?: boolean;
  /** Words that are no command. */
  readonly excess: readonly string[];
}

/** 0 whether anything is up or not; with `--runs` 3 when Prometheus did not show one of them in time. */
export async function observe({ runs, json, excess }: ObserveWords, signal: AbortSignal): Promise<number> {
  const problems = excess.map((word) => unknownName("command of bench observe", word, ["up", "down"]));
  const own = ownOrProblem(problems);
  if (problems.length > 0) throw usageFailure(problems);
  if (runs !== undefined) return await observeRuns(runs, { own, isJson: json === true }, signal);
  const status = await statusOf(readState(placesIn(resultsFolder()).statePath), own);
  print(json === true ? status : statusLines(status));
  return 0;
}

export async function up(words: UpWords, signal: AbortSignal): Promise<number> {
  const { asked, own } = readAsked(words);
  const isAgreed = words.install === true;
  const { state, wasUp, notes } = await alone(() => broughtUp(asked, { isAgreed }, signal), signal);
  const status = await statusOf(state, own);
  if (words.json === true) print({ ...status, wasUp, notes });
  else {
    const lines = [...statusLines(status), ...notes];
    print(wasUp ? ["it is up already", ...lines] : [...lines, "bench observe down ends it; its data stays"]);
  }
  return 0;
}

/** `signal` ends waiting for another one; what is being ended nobody interrupts. */
export async function down({ purge, json, runs }: DownWords, signal: AbortSignal): Promise<number> {
  if (runs !== undefined) throw usageFailure([aloneStands("down")]);
  const never = new AbortController().signal;
  const parts = {
    ...{ isPurged: purge === true, platform: process.platform },
    compose: (socket?: string) => composeHere({ socket }, never),
  };
  const done = await alone(() => takeDown(resultsFolder(), parts), signal);
  print(json === true ? { schemaVersion: 1, isUp: false, ...done } : downLines(done));
  return 0;
}

const aloneStands = (command: "up" | "down") =>
  `--runs has no meaning with ${command}; bench observe --runs <run> brings up what is needed`;

const usageFailure = (problems: readonly string[]): Failure =>
  problems.length === 1
    ? new Failure("usage", problems.join())
    : new Failure("usage", "it cannot be looked at like this", { problems });

/** Undefined also where BENCH_GRAFANA is no address, which is one of the problems then. */
function ownOrProblem(problems: string[]): string | undefined {
  try {
    return ownGrafana();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    problems.push(error.message);
    return undefined;
  }
}

/** Nobody else brings up, fills in or ends meanwhile. */
async function alone<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const { lockPath } = placesIn(resultsFolder());
  await using _held = await takeLock(lockPath, { clock: systemClock, signal, say });
  return await work();
}

/** @throws {Failure} `usage` with all that is wrong */
function readAsked({ port, grafanaPort, only, runs }: UpWords): {
  readonly asked: UpAsked;
  readonly own: string | undefined;
} {
  const problems: string[] = [];
  const own = ownOrProblem(problems);
  if (runs !== undefined) problems.push(aloneStands("up"));
  const ports = [readPort("--port", port, problems), readPort("--grafana-port", grafanaPort, problems)];
  const [prometheus, grafana] = ports;
  if (prometheus !== undefined && prometheus === grafana)
    problems.push(`--port and --grafana-port are both ${prometheus}; each takes one of its own`);
  if (only !== undefined && only !== "prometheus")
    problems.push(`--only: ${unknownName("service", only, ["prometheus"])}`);
  if (grafanaPort !== undefined && only === "prometheus")
    problems.push("--grafana-port has no meaning with --only prometheus, which starts no Grafana");
  if (grafanaPort !== undefined && own !== undefined)
    problems.push(`--grafana-port has no meaning while BENCH_GRAFANA is ${own}: none is started`);
  if (problems.length > 0) throw new Failure("usage", "it cannot be brought up like this", { problems });
  const asked: UpAsked = {
    wantsGrafana: only === undefined && own === undefined,
    ...(prometheus !== undefined && { prometheusPort: prometheus }),
    ...(grafana !== undefined && { grafanaPort: grafana }),
  };
  return { asked, own };
}

function readPort(flag: string, word: string | undefined, problems: string[]): number | undefined {
  if (word === undefined) return undefined;
  const port = Number(word);
  if (/^\d{1,5}$/.test(word) && port >= 1 && port <= 65_535) return port;
  problems.push(`${flag} "${word}" is no port; write a number from 1 to 65535`);
  return undefined;
}

async function broughtUp(
  asked: UpAsked,
  { isAgreed }: { readonly isAgreed: boolean },
  signal: AbortSignal,
): Promise<BroughtUp> {
  const progress = openProgress({ stream: process.stderr });
  const say = progress.heard.step;
  try {
    const prometheus = () => prometheusHere({ isAgreed, say }, signal);
    const tools = systemTools({ results: resultsFolder(), clock: systemClock, prometheus, say });
    return await bringUp(resultsFolder(), asked, { tools, signal });
  } finally {
    progress.end();
  }
}

/** As in consent.ts: installed only with the user's word. @throws {Failure} `environment` when nobody agreed */
async function prometheusHere(
  { isAgreed, say }: { readonly isAgreed: boolean; say(line: string): void },
  signal: AbortSignal,
): Promise<string> {
  const before = prometheusProgram();
  if (before !== undefined) return before;
  const command = installCommand([prometheusPackage]);
  if (!isAgreed && !(await isAgreedAtTerminal(`Prometheus is not here. Install with "${command}"? [y/N] `)))
    throw new Failure("environment", "the program prometheus is not on this machine", {
      hint: prometheusHint(),
    });
  await install([prometheusPackage], { say, signal });
  const found = prometheusProgram();
  if (found !== undefined) return found;
  throw new Failure("environment", "the package prometheus is installed, and brought no program prometheus");
}

async function observeRuns(
  words: readonly string[],
  { own, isJson }: { readonly own: string | undefined; readonly isJson: boolean },
  signal: AbortSignal,
): Promise<number> {
  const runs = await exportedOf(words);
  const asked = { wantsGrafana: own === undefined, takesWhatIsUp: true };
  const { state, wasUp, filled } = await alone(async () => {
    const brought = await broughtUp(asked, { isAgreed: false }, signal);
    return { ...brought, filled: await filledInto(brought.state, runs, signal) };
  }, signal);
  const viewer = viewerOf(state, own);
  const shown = filled.map(
    ({ run, status }): RunShown => ({
      ...{ runId: run.runId, kind: run.kind, status, link: deepLink(viewer, run) },
    }),
  );
  const status = await statusOf(state, own);
  if (isJson) print({ ...status, wasUp, runs: shown });
  else print([...(wasUp ? [] : statusLines(status)), ...runLines(shown)]);
  return shown.some(({ status }) => status === "unseen") ? exitCodeOfFailure.environment : 0;
}

async function filledInto(
  state: ObserveState,
  runs: readonly Exported[],
  signal: AbortSignal,
): Promise<readonly Filled[]> {
  const progress = openProgress({ stream: process.stderr });
  const url = prometheusUrlOf(state);
  try {
    return await backFill(
      runs,
      {
        incomingFolder: placesIn(resultsFolder()).incomingFolder,
        ask: (question) => askPrometheus(url, question),
        makeBlocks: blockMaker(resultsFolder(), state),
        say: progress.heard.step,
        clock: systemClock,
      },
      signal,
    );
  } finally {
    progress.end();
  }
}

/**
 * What is to be looked at, each once however often it is named; nothing is started before all of it can be read.
 * @throws {Failure} of what is wrong with each of them, all together
 */
async function exportedOf(words: readonly string[]): Promise<readonly Exported[]> {
  const runs = new Map<string, Exported>();
  const failures: { readonly word: string; readonly failure: Failure }[] = [];
  for (const word of words)
    try {
      const run = await exportedIn(findRunFolder(word));
      runs.set(run.runId, run);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push({ word, failure: error });
    }
  const [first, ...others] = failures;
  if (first === undefined) return [...runs.values()];
  if (others.length === 0) throw first.failure;
  const isUsage = failures.some(({ failure }) => failure.kind === "usage");
  throw new Failure(isUsage ? "usage" : "environment", "these runs cannot be looked at", {
    problems: failures.map(({ word, failure }) => `${word}: ${wholeSentenceOf(failure)}`),
    hint: "bench list runs shows them",
  });
}

async function exportedIn(folder: string): Promise<Exported> {
  const told = existsSync(join(folder, "capacity.json")) ? searchIn(folder) : await runIn(folder);
  const times = timesIn(told.text);
  if (times !== undefined) return { ...told, ...times };
  throw new Failure("environment", `${basename(folder)} recorded no second: there is nothing to look at`);
}

type Told = Pick<Exported, "kind" | "runId" | "text">;

/** As `bench report --format openmetrics` tells it. */
async function runIn(folder: string): Promise<Told> {
  if (isSearch(folder))
    throw new Failure(
      "environment",
      `${basename(folder)} is a search that ended before it had found anything`,
    );
  const { evidence, tally } = await readRun(folder);
  const judged = { evidence, tally, verdict: judge(evidence, tally), folder };
  const { whole, lacking } = await withRecorded(judged, folder, [openmetrics]);
  if (lacking !== undefined) throw lacking.failure;
  const text = openmetrics.render(whole);
  return { kind: "run", runId: evidence.runId, text };
}

function searchIn(folder: string): Told {
  const path = join(folder, "capacity.json");
  let seen: Partial<CapacitySeen> | null;
  try {
    seen = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new Failure("environment", `${path} cannot be read: ${sentenceOf(cause)}`, { cause });
  }
  if (typeof seen?.runId !== "string" || Number.isNaN(Date.parse(seen.startedAt ?? "")) || !seen.probes)
    throw notASearch(path);
  try {
    return { kind: "search", runId: seen.runId, text: searchSeries(seen as CapacitySeen) };
  } catch (cause) {
    throw notASearch(path, cause);
  }
}

const notASearch = (path: string, cause?: unknown): Failure =>
  new Failure("environment", `${path} is not what a search found`, {
    hint: "was the file edited, or written by another version of bench?",
    cause,
  });

function isSearch(folder: string): boolean {
  try {
    const { kind } = JSON.parse(readFileSync(join(folder, "run.json"), "utf8")) as { kind?: string };
    return kind === "capacity";
  } catch {
    return false; // Whatever else it is, reading it as a run says.
  }
}

function print(what: object): void {
  process.stdout.write(Array.isArray(what) ? `${what.join("\n")}\n` : `${JSON.stringify(what, null, 2)}\n`);
}
