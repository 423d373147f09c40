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
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { Failure, sentenceOf, unknownName } from "../../base/failure.ts";
import { usualRules } from "../../verdict/comparison/figure.ts";
import { differencesAmong, differenceWords } from "../../verdict/comparison/fingerprint.ts";
import { type RunSeen, whySetAside } from "../../verdict/comparison/run-seen.ts";
import { readSeen } from "./read-seen.ts";

const listShape = z.object({
  schemaVersion: z.literal(1),
  name: z.string(),
  /** ISO 8601. */
  savedAt: z.string(),
  scenario: z.string(),
  target: z.string(),
  /** Of every file kept, its SHA-256 under its path. */
  files: z.record(z.string(), z.string()),
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
] as const;

/** Without these there is nothing to compare. */
const neededFiles: readonly string[] = ["plan.json", "run.json", "evidence.json", "intervals/fleet.hlog"];

export class Baselines {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  names(): readonly string[] {
    return existsSync(this.#root)
      ? readdirSync(this.#root, { withFileTypes: true })
          .filter((entry) => entry.isDirectory() && existsSync(join(this.#root, entry.name, "baseline.json")))
          .map(({ name }) => name)
          .toSorted()
      : [];
  }

  /** Without reading the runs. @throws {Failure} `usage` when there is none, `environment` when it cannot be understood */
  list(name: string): BaselineList {
    const path = join(this.#folder(name), "baseline.json");
    if (!existsSync(path))
      throw new Failure("usage", unknownName("baseline", name, this.names()), {
        hint: `bench baseline save ${name} <run...> makes it`,
      });
    try {
      return listShape.parse(JSON.parse(readFileSync(path, "utf8")));
    } catch (cause) {
      throw new Failure("environment", `${path} is not the list of a baseline: ${sentenceOf(cause)}`, {
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
    const folder = this.#folder(name);
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
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name))
      throw new Failure(
        "usage",
        `"${name}" is no name for a baseline: letters, digits, dots, dashes, at most 64`,
      );
    const folders = [...new Set(runs)];
    const seen = await readSeen(folders);
    const problems = [...unfit(seen), ...folders.flatMap(missingIn)];
    if (problems.length > 0)
      throw new Failure("usage", `these runs cannot become baseline ${name}`, {
        problems,
        hint: "a baseline is what everything after it is held against, so only whole, valid, equal runs may be one",
      });
    const folder = this.#folder(name);
    const fresh = `${folder}.new`;
    rmSync(fresh, { recursive: true, force: true });
    const files: Record<string, string> = {};
    for (const from of folders) {
      for (const file of keptFiles.filter((each) => existsSync(join(from, each)))) {
        const path = `runs/${basename(from)}/${file}`;
        mkdirSync(dirname(join(fresh, path)), { recursive: true });
        cpSync(join(from, file), join(fresh, path));
        files[path] = digestOf(join(fresh, path));
      }
    }
    const [first] = seen;
    const list: BaselineList = {
      schemaVersion: 1,
      name,
      savedAt: new Date(atEpochMs).toISOString(),
      scenario: first?.fingerprint.plan["scenario"] ?? "",
      target: first?.fingerprint.target["target"] ?? "",
      files,
      runs: folders.map((from) => basename(from)),
    };
    writeFileSync(join(fresh, "baseline.json"), `${JSON.stringify(list, null, 2)}\n`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
    return list;
  }

  /** @throws {Failure} `usage` when there is none */
  remove(name: string): void {
    this.list(name);
    rmSync(this.#folder(name), { recursive: true, force: true });
  }

  #folder(name: string): string {
    return join(this.#root, basename(name));
  }
}

/** Why these runs cannot be one baseline: each that is partial or invalid, and whatever differs among them. */
export function unfit(seen: readonly RunSeen[]): readonly string[] {
  const [first, ...others] = seen;
  return [
    ...(seen.length < fewestRuns
      ? [
          `${seen.length} ${seen.length === 1 ? "run does" : "runs do"} not tell how runs vary; ${fewestRuns} are the fewest`,
        ]
      : []),
    ...seen.flatMap((run) => {
      const because = whySetAside(run, usualRules) ?? run.graver[0]?.because;
      return because === undefined ? [] : [`${run.runId} is not valid: ${because}`];
    }),
    ...(first === undefined
      ? []
      : differencesAmong(
          first.fingerprint,
          others.map(({ fingerprint }) => fingerprint),
        ).map((each) => `they are not the same: ${differenceWords(each)}`)),
  ];
}

const missingIn = (folder: string): readonly string[] =>
  neededFiles
    .filter((file) => !existsSync(join(folder, file)))
    .map((file) => `${basename(folder)} has no ${file}`);

const digestOf = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
