/** PostgreSQL refuses to run as root, and the rest need not: whom the nodes become when we are root. */
import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { Failure } from "../../base/failure.ts";

export interface UnprivilegedUser {
  readonly name: string;
  readonly uid: number;
  readonly group: string;
  readonly gid: number;
}

/**
 * `nobody`, when we are root; undefined when we are not and nodes simply run as ourselves.
 * @throws {Failure} `environment` when we are root and there is no `nobody`
 */
export function unprivilegedUser(
  ourUid = process.getuid?.(),
  read = (path: string) => readFileSync(path, "utf8"),
): UnprivilegedUser | undefined {
  if (ourUid !== 0) return undefined;
  const [name, , uid, gid] = fieldsOf(read("/etc/passwd"), ([field]) => field === "nobody") ?? [];
  const [group] = fieldsOf(read("/etc/group"), ([, , id]) => id === gid) ?? [];
  if (name === undefined || group === undefined || !Number(uid)) {
    throw new Failure("environment", "there is no unprivileged user to run PostgreSQL as", {
      hint: 'it refuses to run as root: add the user "nobody", or start bench as another user than root',
    });
  }
  return { name, uid: Number(uid), group, gid: Number(gid) };
}

/** The first folder on the way to `path`, itself included, that others than its owner cannot enter. */
export function closedFolder(
  path: string,
  modeOf = (folder: string) => statSync(folder).mode,
): string | undefined {
  const way = [path];
  while (dirname(way[0]!) !== way[0]) way.unshift(dirname(way[0]!));
  return way.find((folder) => (modeOf(folder) & 0o001) === 0);
}

/**
 * Makes sure that the unprivileged user can get to `folder`.
 * @throws {Failure} `environment` naming the folder in the way
 */
export function mustBeOpen(folder: string, user: UnprivilegedUser | undefined, variable: string): void {
  const closed = user && closedFolder(folder);
  if (closed === undefined) return;
  throw new Failure("environment", `${user!.name} cannot enter ${closed}, on the way to ${folder}`, {
    hint: `we are root and run PostgreSQL as ${user!.name}: set ${variable} to a folder that others can enter`,
  });
}

function fieldsOf(table: string, isWanted: (fields: string[]) => boolean): string[] | undefined {
  return table
    .split("\n")
    .map((line) => line.split(":"))
    .find(isWanted);
}
