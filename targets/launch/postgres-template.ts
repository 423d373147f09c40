/** Data folders with the shop's data in them, seeded once, kept in the cache, and copied for every run. */
import { createHash } from "node:crypto";
import { chmod, chown, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../base/failure.ts";
import type { DataSize, NodeSettings } from "../target.ts";
import type { CacheFolder } from "./cache-folder.ts";
import type { Wards } from "./launcher.ts";
import type { Member } from "./members.ts";
import { describeEnding, NodeProcess, type Program } from "./node-process.ts";
import type { Ports } from "./ports.ts";
import type { PostgresBinaries } from "./postgres-binaries.ts";
import { answersQueries, withPostgres } from "./probes.ts";
import { lastWords, untilReady } from "./ready.ts";
import { postgresAccess, postgresDatabase, postgresRole } from "./render-postgres.ts";
import type { ShopProgram } from "./shop-program.ts";
import type { UnprivilegedUser } from "./unprivileged-user.ts";

/** Part of every name: raise it when the way a template is made changes. */
const FORMAT = 1;
const SEED_LIMIT_MS = 120_000;

/** Which data: two members with the same role get copies of the same template. */
export type Role = Pick<Member, "holds" | "shard"> & { readonly settings?: Pick<NodeSettings, "payments"> };

export interface TemplateTools {
  readonly binaries: PostgresBinaries;
  readonly cache: CacheFolder;
  readonly shop: ShopProgram;
  readonly digest: string;
  readonly data: DataSize;
  readonly user: UnprivilegedUser | undefined;
  readonly wards: Wards;
  readonly ports: Pick<Ports, "next">;
  /** Where the logs of building it go. */
  readonly logFolder: string;
  say(line: string): void;
}

/** `seeded-18.4-a1b2c3d4-trade-1of2-0123456789ab`; the beginning says whose seed, for pruning. */
export function templateName(
  role: Role,
  {
    binaries,
    digest,
    data,
  }: Pick<TemplateTools, "digest" | "data"> & {
    readonly binaries: Pick<PostgresBinaries, "version" | "origin">;
  },
): string {
  const key = JSON.stringify([
    FORMAT,
    binaries.version,
    binaries.origin,
    digest,
    data,
    role.holds,
    role.shard,
    role.settings?.payments ?? "whole",
  ]);
  const hash = createHash("sha256").update(key).digest("hex").slice(0, 12);
  return `${seededPrefix(digest)}${roleName(role)}-${hash}`;
}

/** What the names of all templates of one seed begin with. */
export const seededPrefix = (digest: string) => `seeded-${digest.slice(0, 16)}-`;

/** `catalog-user-trade`, or `trade-1of2` when it is a part. */
export function roleName({ holds, shard }: Role): string {
  const part = shard.count === 1 ? "" : `-${shard.index + 1}of${shard.count}`;
  return `${holds.join("-")}${part}`;
}

/**
 * The data folder of this role, made when it is not in the cache. Nobody runs on it: copy it.
 * @throws {Failure} `target` when it cannot be made
 */
export async function template(role: Role, tools: TemplateTools, signal: AbortSignal): Promise<string> {
  const entry = await tools.cache.entry(templateName(role, tools), async (draft) => {
    tools.say(`seeding ${roleName(role)} (once; later runs copy it)`);
    await make(role, draft, tools, signal);
  });
  return join(entry, "data");
}

async function make(role: Role, draft: string, tools: TemplateTools, signal: AbortSignal): Promise<void> {
  const { binaries, ports, user } = tools;
  const data = join(draft, "data");
  await mkdir(data, { mode: 0o700 });
  await chmod(data, 0o700);
  if (user) await chown(data, user.uid, user.gid);

  const step = (name: string, command: string, args: readonly string[]): Program => ({
    name: `${name} of ${roleName(role)}`,
    command,
    args,
    cwd: draft,
    politely: "SIGTERM",
    user,
  });
  const initdb = (...args: string[]) => ["-D", data, "-U", postgresRole, ...args];
  // Small WAL segments keep the template, and so every copy, small.
  const fresh = ["-A", "trust", "--encoding=UTF8", "--no-locale", "--wal-segsize=1", "--no-sync"];
  await done(step("making the data folder", binaries.initdb, initdb(...fresh)), tools, role, signal);
  const access = join(data, "pg_hba.conf");
  await writeFile(access, postgresAccess); // It is there already, and keeps its owner and mode.

  const port = await ports.next();
  const server = NodeProcess.start(
    {
      ...step("seeding server", binaries.postgres, ["-D", data, ...seedingSettings(port)]),
      politely: "SIGQUIT",
    },
    logPath(tools, role),
    tools.wards,
  );
  try {
    const readiness = { does: "accept connections", limitMs: 15_000, probe: answersQueries(port) };
    await untilReady(server, readiness, signal);
    const { items, categories, users } = tools.data;
    const seed = step("seed", tools.shop.command, [
      ...tools.shop.args,
      "seed",
      ...["--url", `postgres://${postgresRole}@127.0.0.1:${port}/${postgresDatabase}`],
      ...["--holds", role.holds.join(",")],
      ...["--items", `${items}`, "--categories", `${categories}`, "--users", `${users}`],
      ...["--shard", `${role.shard.index}/${role.shard.count}`],
      ...["--payments", role.settings?.payments ?? "whole"],
    ]);
    await done({ ...seed, user: undefined, cwd: process.cwd() }, tools, role, signal);
    // So that no run begins with the work of writing hint bits and gathering statistics.
    await withPostgres({ port }, signal, (client) => client.query("vacuum (freeze, analyze)"));
    server.signal("SIGINT");
    const ending = await server.ended;
    if (ending.code !== 0) {
      throw new Failure(
        "target",
        `the ${server.name} ${describeEnding(ending)} instead of stopping cleanly`,
        {
          hint: lastWords(server),
        },
      );
    }
  } finally {
    if (!server.ending) server.signal("SIGQUIT");
    await server.ended;
  }
  // It was written without waiting for the disk; from here on it must survive a power failure.
  await done(step("writing to disk", binaries.initdb, ["--sync-only", "-D", data]), tools, role, signal);
}

/** Fast and careless: the folder is thrown away when anything goes wrong. A standby needs wal_level and the limits. */
function seedingSettings(port: number): string[] {
  const settings = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: "",
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
    wal_level: "replica",
    wal_recycle: "off",
    max_wal_size: "1GB",
    min_wal_size: "2MB",
    max_connections: 10,
    max_wal_senders: 2,
    max_worker_processes: 4,
    shared_buffers: "128MB",
    maintenance_work_mem: "64MB",
    autovacuum: "off",
    huge_pages: "off",
    dynamic_shared_memory_type: "mmap",
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** Runs a program to its end, which must be a good one. */
async function done(program: Program, tools: TemplateTools, role: Role, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const step = NodeProcess.start(program, logPath(tools, role), tools.wards);
  const limit = AbortSignal.timeout(SEED_LIMIT_MS);
  const stop = () => step.signal("SIGKILL");
  const either = AbortSignal.any([signal, limit]);
  either.addEventListener("abort", stop, { once: true });
  const ending = await step.ended;
  either.removeEventListener("abort", stop);
  signal.throwIfAborted();
  if (ending.code === 0) return;
  const how = limit.aborted ? `took more than ${SEED_LIMIT_MS / 1_000} s` : describeEnding(ending);
  throw new Failure("target", `${program.name} ${how}`, { hint: lastWords(step) });
}

const logPath = (tools: TemplateTools, role: Role) => join(tools.logFolder, `seeding-${roleName(role)}.log`);
