/** Targets left running by `bench targets up`: one JSON file each, with everything needed to take them down later. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { Failure, sentenceOf } from "../../base/failure.ts";
import type { WardedContainers, WardedProcess } from "./launcher.ts";
import { isAlive } from "./process-identity.ts";
import { type SweepReport, sweep } from "./sweep.ts";

export interface KeptTarget {
  /** The target's id, which also names its file: one of each is kept. */
  readonly id: string;
  readonly runId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly nodes: readonly KeptNode[];
  /** Processes that are no nodes, and hold what these need; absent when there are none. */
  readonly helpers?: readonly WardedProcess[];
  readonly folders: readonly string[];
  readonly cgroups: readonly string[];
  /** Absent when it has none. */
  readonly containers?: readonly WardedContainers[];
  /** Of the run: configurations, logs, and what is needed to give orders to containers; absent for processes. */
  readonly folder?: string;
  /** How it was asked to be built differently, as words: `shards=2`. */
  readonly variants?: readonly string[];
  readonly entryUrls: readonly string[];
  /** Where its books are, when it keeps any. */
  readonly auditUrl?: string;
}

export interface KeptNode {
  readonly name: string;
  readonly address: string;
  readonly ward: WardedProcess;
}

export interface KeptStatus {
  readonly name: string;
  readonly address: string;
  /** 0 for a container that does not run. */
  readonly pid: number;
  readonly isAlive: boolean;
  /** How often it was started again by itself; absent where nobody does that. */
  readonly restarts?: number;
}

const TAKE_DOWN_LIMIT_MS = 3_000;

const ward = z.object({
  name: z.string(),
  pid: z.number().int().min(2),
  startTicks: z.number().int().optional(),
  politely: z.enum(["SIGTERM", "SIGQUIT", "SIGINT"]),
});

const shape = z.object({
  id: z.string(),
  runId: z.string(),
  startedAt: z.string(),
  nodes: z.array(
    z.object({
      name: z.string(),
      address: z.string(),
      ward,
    }),
  ),
  helpers: z.array(ward).optional(),
  folders: z.array(z.string()),
  cgroups: z.array(z.string()),
  containers: z.array(z.object({ runId: z.string(), socket: z.string() })).optional(),
  folder: z.string().optional(),
  variants: z.array(z.string()).optional(),
  entryUrls: z.array(z.string()),
  auditUrl: z.string().optional(),
});

/**
 * Writes it to `<folder>/<id>.json`, whole or not at all.
 * @throws {Failure} `environment` when another run's target of that id is kept there: its file is the only record of it
 */
export async function saveKept(folder: string, kept: KeptTarget): Promise<void> {
  const before = await loadKept(folder, kept.id);
  if (before !== undefined && before.runId !== kept.runId) {
    throw new Failure(
      "environment",
      `${kept.id} is kept already, since ${before.startedAt} (run ${before.runId})`,
      {
        hint: `bench targets down ${kept.id}`,
      },
    );
  }
  await mkdir(folder, { recursive: true });
  const path = fileOf(folder, kept.id);
  const draft = `${path}.${process.pid}.draft`;
  await writeFile(draft, `${JSON.stringify(kept, null, 2)}\n`);
  await rename(draft, path);
}

/**
 * The kept target of that id; undefined when there is none.
 * @throws {Failure} `environment` when its file cannot be read or is not one of ours
 */
export async function loadKept(folder: string, id: string): Promise<KeptTarget | undefined> {
  const path = fileOf(folder, id);
  try {
    return fromJson(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Failure(
      "environment",
      `the record of the kept target ${id} cannot be read: ${sentenceOf(error)}`,
      {
        hint: `its file is ${path}`,
        cause: error,
      },
    );
  }
}

/** All kept targets by id; none when the folder is not there. */
export async function listKept(folder: string): Promise<readonly KeptTarget[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new Failure("environment", `kept targets cannot be listed: ${error.message}`, { cause: error });
  });
  const ids = names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -".json".length));
  const kept = await Promise.all(ids.sort().map((id) => loadKept(folder, id)));
  return kept.filter((one) => one !== undefined);
}

/** Forgets a target, once it is down; one that is not kept is forgotten already. */
export async function forgetKept(folder: string, id: string): Promise<void> {
  await rm(fileOf(folder, id), { force: true });
}

/** Ends and removes all of it; idempotent. Its file stays, for `forgetKept` when the report is clean. */
export function takeDown(kept: KeptTarget): Promise<SweepReport> {
  const { folders, cgroups, nodes, containers, helpers = [] } = kept;
  // What runs in a container ends with it.
  const processes = containers === undefined ? [...nodes.map((node) => node.ward), ...helpers] : [];
  return sweep(
    { processes, folders, cgroups, ...(containers && { containers }) },
    { limitMs: TAKE_DOWN_LIMIT_MS },
  );
}

/** Which nodes still run, of processes; containers are the engine's to tell of, see compose/container-status.ts. */
export function statusOf(kept: KeptTarget): readonly KeptStatus[] {
  return kept.nodes.map(({ name, address, ward }) => ({
    name,
    address,
    pid: ward.pid,
    isAlive: isAlive(ward),
  }));
}

function fileOf(folder: string, id: string): string {
  if (!/^[a-z0-9][\w.-]*$/i.test(id)) throw new Failure("usage", `"${id}" is not the id of a target`);
  return join(folder, `${id}.json`);
}

/** JSON has no undefined, and a key that may be missing is another type than one that may be undefined. */
function fromJson(json: unknown): KeptTarget {
  const { auditUrl, containers, folder, nodes, helpers, variants, ...rest } = shape.parse(json);
  return {
    ...rest,
    nodes: nodes.map((node) => ({ ...node, ward: { ...node.ward, startTicks: node.ward.startTicks } })),
    ...(helpers && { helpers: helpers.map((one) => ({ ...one, startTicks: one.startTicks })) }),
    ...(containers === undefined ? {} : { containers }),
    ...(folder === undefined ? {} : { folder }),
    ...(variants === undefined ? {} : { variants }),
    ...(auditUrl === undefined ? {} : { auditUrl }),
  };
}
