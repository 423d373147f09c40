/** Command-line words and settings to a `RunRequest`; every problem of every word together. */
import { Failure, sentenceOf, unknownName } from "../base/failure.ts";
import { seeHost } from "../chaos/host-seen.ts";
import type { RequestedTarget, RunRequest } from "../controller/plan.ts";
import { findScenario } from "../scenarios/catalog.ts";
import { isScenarioFile, loadScenarioFile } from "../scenarios/from-file.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { findTarget, targets } from "../targets/catalog.ts";
import { Reader, readDurationS, readObjectives, readRatePerS, readRecover, readWhole } from "./arguments.ts";
import { readChaos } from "./chaos-words.ts";
import { readMetrics } from "./metrics-words.ts";
import { readSettings, type Settings } from "./settings.ts";

/** Options of `run` and `plan` as commander hands them over; words not read yet. */
export interface RunWords extends Settings {
  readonly config?: string;
  /** What was left over: unknown flags and words too many. */
  readonly excess: readonly string[];
  /** Every flag the command knows. */
  readonly flags: readonly string[];
}

export interface ReadRequest {
  readonly request: RunRequest;
  readonly settings: Settings;
}

/** What is in the way of a command that is more than a run: told together with what is wrong with the run. */
export interface Besides {
  readonly problems: readonly string[];
  /** Once it is known who is asked, and what, whatever else is wrong. */
  about(asked: Pick<RunRequest, "scenario" | "target" | "ratePerS">): readonly string[];
}

/**
 * Reads everything.
 * @throws {Failure} `usage` listing all problems
 */
export async function readRequest(
  scenarioWord: string,
  words: RunWords,
  besides?: Besides,
): Promise<ReadRequest> {
  const settings = { ...(await readSettings(words.config, process.cwd())), ...words };
  const reader = new Reader();
  reader.problems.push(...excessProblems(words), ...(besides?.problems ?? []));
  const scenario = await settled(() => scenarioNamed(scenarioWord), reader.problems);
  const target = targetNamed(settings, reader.problems);
  const read = {
    strategy: settings.strategy,
    sender: settings.sender,
    launcher: settings.launcher,
    network: settings.network,
    ratePerS: reader.read(settings.rate, (word) => readRatePerS("--rate", word)),
    durationS: reader.read(settings.duration, (word) => readDurationS("--duration", word)),
    warmupS: reader.read(settings.warmup, (word) => readDurationS("--warmup", word)),
    exerciseRounds: reader.read(settings.exercise, (word) => readWhole("--exercise", word, 0, 20)),
    seed: reader.read(settings.seed, (word) => readWhole("--seed", word, 0, Number.MAX_SAFE_INTEGER)),
    agents: reader.read(settings.agents, (word) => readWhole("--agents", word, 1, 1_000)),
    connections: reader.read(settings.connections, (word) => readWhole("--connections", word, 1, 20_000)),
    timeoutS: reader.read(settings.timeout, (word) => readDurationS("--timeout", word)),
    objectives: reader.read(settings.slo, (word) => readObjectives("--slo", word)),
    recover: reader.read(settings.recover, (word) => readRecover("--recover", word)),
  };
  reader.read(settings.metrics, readMetrics);
  const chaos =
    settings.chaos && (await settled(() => readChaos(settings.chaos ?? [], settings.hooks), reader.problems));
  if (besides !== undefined && scenario !== undefined && target !== undefined) {
    const { ratePerS } = read;
    const asked = { scenario: scenario.scenario, target, ...(ratePerS !== undefined && { ratePerS }) };
    reader.problems.push(...besides.about(asked));
  }
  if (reader.problems.length > 0 || scenario === undefined || target === undefined) {
    const count = reader.problems.length;
    throw new Failure("usage", `${count} problem${count === 1 ? "" : "s"} with this command`, {
      problems: reader.problems,
      hint: "bench run --help shows every option; bench list scenarios and bench list targets the names",
    });
  }
  const { timeoutS, ...rest } = read;
  const given = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== undefined),
  ) as Partial<RunRequest>;
  return {
    settings,
    request: {
      ...given,
      ...(timeoutS === undefined ? {} : { timeoutMs: timeoutS * 1000 }),
      ...scenario,
      target,
      allowHosts: settings.allowHost ?? [],
      ...(chaos && {
        chaos: {
          plan: chaos,
          host: seeHost(),
          ...(settings.allowIrreversible && { allowsIrreversible: true }),
        },
      }),
    },
  };
}

/** A word of `targets up`: only stages can be brought up. */
export function isUrl(word: string): boolean {
  return /^[a-z]+:\/\//i.test(word);
}

async function scenarioNamed(word: string): Promise<{ scenario: Scenario; scenarioFile?: string }> {
  if (!isScenarioFile(word)) return { scenario: findScenario(word) };
  const { resolve } = await import("node:path");
  const scenarioFile = resolve(word);
  return { scenario: await loadScenarioFile(scenarioFile), scenarioFile };
}

function targetNamed(settings: Settings, problems: string[]): RequestedTarget | undefined {
  const named = settings.target ?? [];
  if (named.length === 0) {
    problems.push(`no target: give --target with one of ${targets.map(({ id }) => id).join(", ")}, or a URL`);
    return undefined;
  }
  if (named.every(isUrl)) {
    const { auditUrl, variant } = settings;
    if (variant !== undefined) problems.push("--variant is for stages; your own system is as it is");
    return { kind: "external", urls: named, ...(auditUrl === undefined ? {} : { auditUrl }) };
  }
  if (named.length > 1) {
    problems.push(
      `one target at a time: ${named.join(", ")} (several are allowed only as URLs of one system)`,
    );
    return undefined;
  }
  if (settings.auditUrl !== undefined)
    problems.push("--audit-url is for your own system; a stage has its books with it");
  try {
    return { kind: "stage", spec: findTarget(named[0] ?? ""), variants: settings.variant ?? [] };
  } catch (error) {
    problems.push(sentenceOf(error));
    return undefined;
  }
}

async function settled<T>(attempt: () => Promise<T>, problems: string[]): Promise<T | undefined> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    problems.push(...(error.problems.length > 0 ? error.problems : [error.message]));
    return undefined;
  }
}

/** Flags commander did not know arrive among the left-over words; the word after one is taken as its value. */
function excessProblems({ excess, flags }: RunWords): string[] {
  const problems: string[] = [];
  for (let at = 0; at < excess.length; at++) {
    const word = excess[at] ?? "";
    if (!word.startsWith("-")) problems.push(`"${word}" is a word too many`);
    else {
      problems.push(unknownName("option", word.split("=")[0] ?? word, flags));
      if (!word.includes("=") && excess[at + 1]?.startsWith("-") === false) at++;
    }
  }
  return problems;
}
