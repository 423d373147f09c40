/**
 * Runs that are kept to compare with: copies of their folders, histograms and all, so that they can be judged again,
 * elsewhere and by a later version, with a list of what was kept.
 */
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { Failure, sentenceOf, unknownName } from "../../base/failure.ts";
import { usualRules } from "../../verdict/comparison/figure.ts";
import { differencesAmong, differenceWords } from "../../verdict/comparison/fingerprint.ts";
import { type RunSeen, repeatProblems, whySetAside } from "../../verdict/comparison/run-seen.ts";
import { type ReadOut, readAll, readSeen } from "./read-seen.ts";

const listShape = z.object({
  schemaVersion: z.literal(1),
  name: z.string(),
  /** ISO 8601. */
  savedAt: z.string(),
  scenario: z.string(),
  target: z.string(),
  /** Of every file kept, its SHA-256 under its path. */
  files: z.record(z.string(), z.string()),
  /** Ids, by which their folders are called here. */
  runs: z.array(z.string()).min(1),
});

export type BaselineList = z.infer<typeof listShape>;

export interface Baseline extends BaselineList {
  readonly folder: string;
  readonly seen: readonly RunSeen[];
}

/** Two runs show a spread, three that it is not an accident. The gate wants five to begin with, and says so. */
export const fewestRuns = 3;

/** What judging needs, and what other tools read. Logs of the target stay where they are. */
const keptFiles = [
  "plan.json",
  "run.json",
  "evidence.json",
  "verdict.json",
  "ledger.bin",
  "found.bin",
  "report.txt",
  "intervals/fleet.hlog",
  "intervals/outcomes.ndjson",
  "intervals/agents.ndjson",
] as const;

/** Without these there is nothing to compare. */
const neededFiles: readonly string[] = ["plan.json", "run.json", "evidence.json", "intervals/fleet.hlog"];

const listName = "baseline.json";
/** Of baselines, and of runs in them: both are names of folders. Never begins with a dot, as what a save has not finished does. */
const isName = (word: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(word);
const isBaselineName = (word: string): boolean => isName(word) && word.length <= 64;

export class Baselines {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  names(): readonly string[] {
    if (!existsSync(this.#root)) return [];
    const folders = readdirSync(this.#root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const names = folders.map(({ name }) => /^\.(.+)\.old$/.exec(name)?.[1] ?? name);
    return [...new Set(names)].filter((name) => this.#placeOf(name) !== undefined).toSorted();
  }

  /** Without reading the runs. @throws {Failure} `usage` when there is none, `environment` when it cannot be understood */
  list(name: string): BaselineList {
    const place = this.#placeOf(name);
    if (place === undefined)
      throw new Failure("usage", unknownName("baseline", name, this.names()), {
        hint: `bench baseline save ${name} <run...> makes it`,
      });
    const path = join(place, listName);
    try {
      return listShape.parse(JSON.parse(readFileSync(path, "utf8")));
    } catch (cause) {
      throw new Failure("environment", `${path} is not the list of a baseline: ${sentenceOf(cause)}`, {
        hint: `save it again, or bench baseline rm ${name}`,
        cause,
      });
    }
  }

  /**
   * With its runs, judged again.
   * @throws {Failure} `environment` when a file is missing or is not what was saved
   */
  async read(name: string): Promise<Baseline> {
    const list = this.list(name);
    const folder = this.#placeOf(name) ?? this.#folder(name);
    const problems = Object.entries(list.files).flatMap(([path, digest]) => {
      const whole = join(folder, path);
      if (!existsSync(whole)) return [`${path} is missing`];
      return digestOf(whole) === digest ? [] : [`${path} is not what was saved`];
    });
    if (problems.length > 0)
      throw new Failure("environment", `baseline ${name} is damaged`, {
        problems,
        hint: "save it again, from runs of the same state",
      });
    return { ...list, folder, seen: await readSeen(list.runs.map((id) => join(folder, "runs", id))) };
  }

  /**
   * Keeps these runs under a name; what was kept under it before is replaced, at once or not at all.
   * @throws {Failure} `usage` with every reason why they cannot be a baseline
   */
  async save(name: string, runs: readonly string[], atEpochMs: number): Promise<BaselineList> {
    if (!isBaselineName(name))
      throw new Failure(
        "usage",
        `"${name}" is no name for a baseline: letters, digits, dots, dashes, at most 64`,
      );
    // A run named twice by other words is one run.
    const folders = [...new Set(runs.map((run) => (existsSync(run) ? realpathSync(run) : run)))];
    const { runs: read, problems: unreadable } = await readAll(folders);
    const seen = read.map((each) => each.seen);
    const problems = [
      ...unreadable,
      ...unfit(seen),
      ...seen.flatMap(({ runId }) => (isName(runId) ? [] : [`"${runId}" is not the id of a run`])),
      ...read.flatMap(({ folder }) => missingIn(folder)),
    ];
    if (problems.length > 0)
      throw new Failure("usage", `these runs cannot become baseline ${name}`, {
        problems,
        hint: "a baseline is what everything after it is held against, so only whole, valid, equal runs may be one",
      });
    const fresh = this.#beside(name, "new");
    try {
      rmSync(fresh, { recursive: true, force: true });
      const list = { ...aboutOf(seen), name, savedAt: new Date(atEpochMs).toISOString() };
      const whole: BaselineList = { schemaVersion: 1, ...list, files: copied(read, fresh) };
      writeFileSync(join(fresh, listName), `${JSON.stringify(whole, null, 2)}\n`);
      this.#replace(name, fresh);
      return whole;
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  }

  /** Damaged or not. @throws {Failure} `usage` when there is none */
  remove(name: string): void {
    const folders = [this.#beside(name, "new"), this.#beside(name, "old"), this.#folder(name)];
    if (!isBaselineName(name) || !folders.slice(1).some((folder) => existsSync(folder)))
      throw new Failure("usage", unknownName("baseline", name, this.names()));
    // Without its list the rest is no baseline any more, also when this breaks off.
    for (const folder of folders) rmSync(join(folder, listName), { force: true });
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }

  /**
   * A folder that is not empty cannot be replaced at once, so the old one steps aside first; between the two renames it
   * is read from there.
   */
  #replace(name: string, fresh: string): void {
    const [folder, old] = [this.#folder(name), this.#beside(name, "old")];
    if (existsSync(join(folder, listName))) {
      rmSync(old, { recursive: true, force: true });
      renameSync(folder, old);
    } else rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
    rmSync(old, { recursive: true, force: true });
  }

  /** Where it is: in its place, or stepped aside for a save that broke off; undefined: there is none. */
  #placeOf(name: string): string | undefined {
    if (!isBaselineName(name)) return undefined;
    return [this.#folder(name), this.#beside(name, "old")].find((folder) =>
      existsSync(join(folder, listName)),
    );
  }

  #folder(name: string): string {
    return join(this.#root, name);
  }

  /** No name begins with a dot, so this is nobody else's. */
  #beside(name: string, what: "new" | "old"): string {
    return join(this.#root, `.${name}.${what}`);
  }
}

/** What `keptFiles` there are of each run, copied below its id. @returns of each copy its SHA-256 under its path */
function copied(read: ReadOut["runs"], to: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const { folder, seen } of read) {
    for (const file of keptFiles.filter((each) => existsSync(join(folder, each)))) {
      const path = `runs/${seen.runId}/${file}`;
      mkdirSync(dirname(join(to, path)), { recursive: true });
      cpSync(join(folder, file), join(to, path));
      files[path] = digestOf(join(to, path));
    }
  }
  return files;
}

function aboutOf(seen: readonly RunSeen[]): Pick<BaselineList, "scenario" | "target" | "runs"> {
  const [first] = seen;
  return {
    scenario: first?.fingerprint.plan["scenario"] ?? "",
    target: first?.fingerprint.target["target"] ?? "",
    runs: seen.map(({ runId }) => runId),
  };
}

/** Why these runs cannot be one baseline: each that is partial, invalid, or there twice, and whatever differs among them. */
export function unfit(seen: readonly RunSeen[]): readonly string[] {
  const count = new Set(seen.map(({ runId }) => runId)).size;
  return [
    ...(count < fewestRuns
      ? [
          `${count} ${count === 1 ? "run does" : "runs do"} not tell how runs vary; ${fewestRuns} are the fewest`,
        ]
      : []),
    ...repeatProblems(seen),
    ...seen.flatMap((run) => {
      const because = whySetAside(run, usualRules) ?? run.graver[0]?.because;
      return because === undefined ? [] : [`${run.runId} is not valid: ${because}`];
    }),
    ...differencesAmong(seen).map((each) => `they are not the same: ${differenceWords(each)}`),
  ];
}

const missingIn = (folder: string): readonly string[] =>
  neededFiles
    .filter((file) => !existsSync(join(folder, file)))
    .map((file) => `${basename(folder)} has no ${file}`);

const digestOf = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
