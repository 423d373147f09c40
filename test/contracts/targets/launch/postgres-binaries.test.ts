import { chmod, mkdir, mkdtemp, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CacheFolder } from "../../../../targets/launch/cache-folder.ts";
import { postgresBinaries, systemPostgresFolders } from "../../../../targets/launch/postgres-binaries.ts";
import { WardList } from "../../../../targets/launch/ward-list.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "stagebench-test-postgres-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A folder laid out like the npm package's, whose `postgres` is a script. */
async function nativeFolder(name: string, script: string): Promise<string> {
  const native = join(root, name);
  await mkdir(join(native, "bin"), { recursive: true });
  await mkdir(join(native, "lib"));
  await writeFile(join(native, "lib", "libpq.so.5.18"), "");
  await writeFile(join(native, "lib", "libpq.a"), "");
  for (const program of ["postgres", "initdb"]) {
    await writeFile(join(native, "bin", program), `#!/bin/sh\n${script}\n`);
    await chmod(join(native, "bin", program), 0o755);
  }
  const link = { source: "native/lib/libpq.so.5.18", target: "native/lib/libpq.so.5" };
  await writeFile(join(native, "pg-symlinks.json"), JSON.stringify([link]));
  return native;
}

const says = (version: string) => `echo "postgres (PostgreSQL) ${version}"`;
const openCache = () => CacheFolder.open(new WardList(), join(root, "cache"));

test("the npm package is copied, its library links are made, and it is asked for its version", async () => {
  const native = await nativeFolder("npm", says("18.4"));
  const binaries = await postgresBinaries(await openCache(), undefined, { native, version: "18.4.0" }, []);
  expect(binaries).toMatchObject({ origin: "npm", version: "18.4", major: 18 });
  expect(binaries.folder.startsWith(join(root, "cache"))).toBe(true);
  expect(await readlink(join(binaries.folder, "..", "lib", "libpq.so.5"))).toBe("libpq.so.5.18");
});

test("links that the package's own install script made stay relative, so the copy needs nothing of the checkout", async () => {
  const native = await nativeFolder("npm", says("18.4"));
  await symlink("libpq.so.5.18", join(native, "lib", "libpq.so.5"));
  const binaries = await postgresBinaries(await openCache(), undefined, { native, version: "18.4.0" }, []);
  expect(await readlink(join(binaries.folder, "..", "lib", "libpq.so.5"))).toBe("libpq.so.5.18");
});

test("where the npm package does not start, the system's is taken", async () => {
  const native = await nativeFolder("npm", "echo no such library >&2; exit 127");
  const system = await nativeFolder("system", says("15.18 (Debian 15.18-0)"));
  const npm = { native, version: "18.4.0" };
  const binaries = await postgresBinaries(await openCache(), undefined, npm, [join(system, "bin")]);
  expect(binaries).toMatchObject({ origin: "system", version: "15.18", major: 15 });
});

test("where npm brought none and the system's is too old, the failure names both", async () => {
  const system = await nativeFolder("system", says("12.3"));
  await expect(
    postgresBinaries(await openCache(), undefined, null, [join(system, "bin")]),
  ).rejects.toMatchObject({
    kind: "environment",
    problems: [
      expect.stringMatching(/npm has no PostgreSQL/),
      expect.stringMatching(/12\.3; 13 is the oldest/),
    ],
  });
});

test("the newest of the system's versions comes first, and folders without a server are passed over", () => {
  const names: Record<string, string[]> = {
    "/usr/lib/postgresql": ["9.6", "15", "17", "common"],
    "/usr": ["bin", "pgsql-16"],
    "/opt/homebrew/opt": ["postgresql@14", "openssl@3"],
  };
  const folders = systemPostgresFolders(
    (folder) => names[folder] ?? [],
    (path) => !path.includes("/17/") && !path.startsWith("/usr/bin") && !path.startsWith("/usr/local/bin"),
  );
  expect(folders).toEqual([
    "/usr/pgsql-16/bin",
    "/usr/lib/postgresql/15/bin",
    "/opt/homebrew/opt/postgresql@14/bin",
    "/usr/lib/postgresql/9.6/bin",
  ]);
});
