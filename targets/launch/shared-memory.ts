/**
 * PostgreSQL holds a tiny System V segment as a lock on its data folder, and removes it when it ends. Killed by
 * SIGKILL it cannot, and the segment outlives process and folder; so it is removed by its id, which postmaster.pid has.
 */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** Removes the segments of dead databases whose data folders lie in `folder`; those in use are left alone. */
export async function removeSegments(folder: string): Promise<void> {
  const unused = unusedSegments(textOf("/proc/sysvipc/shm"));
  for (const id of segmentsNamedIn(folder)) {
    if (!unused.has(id)) continue;
    // Without ipcrm the segment stays, 56 bytes until the next boot: not worth failing for.
    await promisify(execFile)("ipcrm", ["-m", String(id)]).catch(() => undefined);
  }
}

/** Ids in line 7 of every `<folder>/<node>/postmaster.pid`: "key id". Source: miscadmin.h of PostgreSQL. */
export function segmentsNamedIn(folder: string): readonly number[] {
  return namesIn(folder).flatMap((name) => {
    const words =
      textOf(join(folder, name, "postmaster.pid"))
        .split("\n")[6]
        ?.trim()
        .split(/\s+/) ?? [];
    const id = Number(words[1]);
    return words.length === 2 && Number.isInteger(id) ? [id] : [];
  });
}

/** Segments nobody is attached to, from /proc/sysvipc/shm: key shmid perms size cpid lpid nattch ... */
export function unusedSegments(table: string): ReadonlySet<number> {
  const rows = table
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/).map(Number));
  return new Set(rows.flatMap((row) => (row[6] === 0 && row[1] !== undefined ? [row[1]] : [])));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
