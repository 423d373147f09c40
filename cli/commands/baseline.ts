/** `bench baseline`: runs kept to compare with. */
import { Failure } from "../../base/failure.ts";
import { type BaselineList, Baselines } from "../../controller/gate/baselines.ts";
import { partDigest } from "../../controller/gate/fingerprint.ts";
import { figureKinds, ruleName, usualRules } from "../../verdict/comparison/figure.ts";
import { mean } from "../../verdict/statistics/effect.ts";
import { counted, figure, percent } from "../../verdict/telling/figures.ts";
import { readWhole } from "../arguments.ts";
import { baselinesFolder, findRunFolder, runIds } from "../results.ts";

const baselines = () => new Baselines(baselinesFolder());

export interface SaveWords {
  readonly last?: string;
}

export async function save(name: string, runs: readonly string[], { last }: SaveWords): Promise<number> {
  const list = await baselines().save(name, foldersOf(runs, last), Date.now());
  process.stdout.write(
    `baseline ${name}: ${counted(list.runs.length, "run")} of ${list.scenario} on ${list.target}\n`,
  );
  return 0;
}

/** All words that name no run, together. */
function foldersOf(runs: readonly string[], last: string | undefined): readonly string[] {
  const problems: string[] = [];
  const read = last === undefined ? undefined : readWhole("--last", last, 1, 1_000);
  if (read !== undefined && "problem" in read) problems.push(read.problem);
  const newest = read !== undefined && "value" in read ? runIds().slice(-read.value) : [];
  if (runs.length === 0 && last === undefined)
    problems.push("no runs: name some, or say --last 5 for the newest five");
  const folders = [...runs, ...newest].flatMap((word) => {
    try {
      return [findRunFolder(word)];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(error.message);
      return [];
    }
  });
  if (problems.length > 0)
    throw new Failure("usage", "no baseline can be made of this", {
      problems,
      hint: "bench list runs shows them",
    });
  return folders;
}

/** @throws {Failure} `environment` after those that can be read were told, when some cannot */
export function list({ json }: { readonly json?: boolean }): number {
  const { lists, problems } = readLists(baselines());
  if (json === true) print(lists.map(({ files: _, ...rest }) => rest));
  else if (lists.length + problems.length === 0)
    process.stdout.write("there is no baseline yet; bench baseline save makes one\n");
  else
    for (const { name, runs, scenario, target, savedAt } of lists)
      process.stdout.write(
        `${name.padEnd(16)} ${counted(runs.length, "run")} of ${scenario} on ${target}, saved ${savedAt}\n`,
      );
  if (problems.length > 0)
    throw new Failure("environment", `${counted(problems.length, "baseline")} cannot be read`, {
      problems,
      hint: "save it again, or let bench baseline rm forget it",
    });
  return 0;
}

/** One that is damaged does not hide the others. */
export function readLists(from: Baselines): {
  readonly lists: readonly BaselineList[];
  readonly problems: readonly string[];
} {
  const lists: BaselineList[] = [];
  const problems: string[] = [];
  for (const name of from.names()) {
    try {
      lists.push(from.list(name));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(error.message);
    }
  }
  return { lists, problems };
}

export async function show(name: string, { json }: { readonly json?: boolean }): Promise<number> {
  const { seen, files, folder: _, ...about } = await baselines().read(name);
  const fingerprint = seen[0]?.fingerprint;
  if (json === true) {
    print({
      ...about,
      fingerprint,
      runs: seen.map(({ runId, seed, startedAt, figures }) => ({ runId, seed, startedAt, figures })),
    });
    return 0;
  }
  const lines = [
    `${name}: ${counted(seen.length, "run")} of ${about.scenario} on ${about.target}, saved ${about.savedAt}, ${counted(Object.keys(files).length, "file")}, all as saved`,
    ...Object.entries(fingerprint ?? {}).map(
      ([part, words]) =>
        `  ${part.padEnd(9)} ${partDigest(words)}  ${Object.entries(words)
          .map(([what, word]) => `${what} ${word}`)
          .join("; ")
          .slice(0, 160)}`,
    ),
    ...usualRules.map((rule) => {
      const kind = figureKinds[rule.figure];
      const values = seen.map(({ figures }) => figures[ruleName(rule)]?.value ?? Number.NaN);
      const words = (value: number) =>
        kind.unit === "ratio" ? percent(value) : `${figure(value)} ${kind.unit}`;
      return `  ${rule.figure.padEnd(9)} ${words(mean(values))}, from ${words(Math.min(...values))} to ${words(Math.max(...values))}`;
    }),
    ...seen.map(({ runId, seed }) => `  run       ${runId}, seed ${seed}`),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  return 0;
}

export function remove(name: string): number {
  baselines().remove(name);
  process.stdout.write(`baseline ${name} is gone; the runs it was made of are not touched\n`);
  return 0;
}

const print = (what: object): void => void process.stdout.write(`${JSON.stringify(what, null, 2)}\n`);
