/** A run folder becomes evidence and tally. The only place of this folder that touches the disk. */
import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { Failure, sentenceOf } from "../base/failure.ts";
import type { Evidence } from "./evidence.ts";
import { evidenceSchema } from "./evidence-schema.ts";
import { type Recorded, recordedIn } from "./recorded.ts";
import type { RunAbout } from "./reports/report.ts";
import { type LedgerTally, tally } from "./tally.ts";

export interface RunRead {
  readonly evidence: Evidence;
  /** Absent when the target keeps no books we can read. */
  readonly tally: LedgerTally | undefined;
}

/** More problems of one file than this help nobody. */
const problemsShown = 20;

/**
 * Reads what judging needs from the folder of one run.
 * @throws {Failure} `usage` when there is no such folder or no run in it; `environment` when the run is incomplete or
 *   a file of it is missing or damaged; all problems together
 */
export async function readRun(folder: string): Promise<RunRead> {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder)
    throw new Failure("usage", `there is no folder ${folder}`, { hint: "bench list runs shows them" });

  const evidence = await readEvidence(folder);
  if (evidence.correctness === undefined) return { evidence, tally: undefined };
  const [ledger, found] = await readBits(folder, evidence.correctness.isComplete);
  return { evidence, tally: ledger && found ? tally(ledger, found) : undefined };
}

/**
 * What the agents of a run that was read recorded second by second; undefined when their log was not kept.
 * @throws {Failure} `environment` when it cannot be read, or is damaged
 */
export async function readRecorded(
  folder: string,
  { plan }: Pick<Evidence, "plan">,
): Promise<Recorded | undefined> {
  const names = ["fleet.hlog", "outcomes.ndjson", "agents.ndjson", "nodes.ndjson"];
  const files = await Promise.all(names.map((name) => readOptional(join(folder, "intervals", name))));
  const [log, outcomes, agents, nodes] = files.map((file) => file?.toString("utf8"));
  if (log === undefined) return undefined;
  try {
    return recordedIn({ log, outcomes, agents, nodes }, plan);
  } catch (cause) {
    throw new Failure("environment", `the intervals of ${folder} are damaged: ${sentenceOf(cause)}`, {
      hint: "was a file edited, or the disk full when it was written?",
      cause,
    });
  }
}

const aboutSchema = z.object({
  bench: z.string(),
  node: z.string(),
  host: z.object({
    ...{ cpu: z.string(), cores: z.number(), memoryBytes: z.number() },
    ...{ kernel: z.string(), platform: z.string(), haltPollMs: z.number().optional() },
  }),
});

/** Versions and machine, out of run.json; undefined where it does not say, as that of a run that was cut off. */
export async function readAbout(folder: string): Promise<RunAbout | undefined> {
  const text = await readOptional(join(folder, "run.json"));
  if (text === undefined) return undefined;
  try {
    return aboutSchema.safeParse(JSON.parse(text.toString("utf8"))).data;
  } catch {
    return undefined; // nothing but a label of the report
  }
}

async function readEvidence(folder: string): Promise<Evidence> {
  const path = join(folder, "evidence.json");
  const text = await readOptional(path);
  if (text === undefined) throw await whyNoEvidence(folder);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.toString("utf8"));
  } catch (cause) {
    throw new Failure("environment", `${path} is not JSON: ${sentenceOf(cause)}`, {
      hint: "was the file edited, or the disk full when it was written?",
      cause,
    });
  }
  if (versionOf(parsed) !== 1) {
    throw new Failure(
      "environment",
      `${path} has schemaVersion ${String(versionOf(parsed))}, this bench reads 1`,
      {
        hint: "judge it with the version of bench that recorded it; run.json names that version",
      },
    );
  }
  const checked = evidenceSchema.safeParse(parsed);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map(
    (issue) => `${issue.path.join(".") || "evidence"}: ${issue.message}`,
  );
  const more = problems.length - problemsShown;
  throw new Failure("environment", `${path} is not the evidence of a run`, {
    problems: more > 0 ? [...problems.slice(0, problemsShown), `and ${more} more`] : problems,
    hint: "was the file edited, or written by another version of bench?",
  });
}

/** A complete read of the books must have left both files; a broken one may have left neither. */
async function readBits(folder: string, mustExist: boolean): Promise<(Uint8Array | undefined)[]> {
  const names = ["ledger.bin", "found.bin"];
  const files = await Promise.all(names.map((name) => readOptional(join(folder, name))));
  const missing = names.filter((_, at) => files[at] === undefined);
  if (mustExist && missing.length > 0) {
    throw new Failure("environment", `${missing.join(" and ")} of run ${basename(folder)} cannot be found`, {
      hint: `without them the books cannot be judged; look into ${folder}`,
    });
  }
  return files;
}

/** A run that broke off says so in run.json; anything else is not a run at all. */
async function whyNoEvidence(folder: string): Promise<Failure> {
  const run = await readOptional(join(folder, "run.json"));
  const plan = await readOptional(join(folder, "plan.json"));
  if (run === undefined && plan === undefined) {
    return new Failure("usage", `there is no run in ${folder}`, {
      hint: "a run folder has plan.json and evidence.json",
    });
  }
  if (isSearch(run))
    return new Failure(
      "usage",
      `${basename(folder)} is a search for the knee, which judges each of its probes`,
      {
        hint: "capacity.txt of the folder has the answer; its probes are runs of their own, in probes/",
      },
    );
  return new Failure(
    "environment",
    `run ${basename(folder)} is incomplete: it ended before its evidence was written`,
    {
      hint: "events.ndjson and timeline.ndjson of the folder show how far it came",
    },
  );
}

function isSearch(run: Buffer | undefined): boolean {
  try {
    return run !== undefined && JSON.parse(run.toString("utf8")).kind === "capacity";
  } catch {
    return false;
  }
}

async function readOptional(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Failure("environment", `${path} cannot be read: ${sentenceOf(cause)}`, { cause });
  }
}

const versionOf = (parsed: unknown): unknown =>
  typeof parsed === "object" && parsed !== null && "schemaVersion" in parsed
    ? parsed.schemaVersion
    : undefined;
