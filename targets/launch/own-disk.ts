/** A small file system for the data of one node, in memory: mounted before the data is there, unmounted with the target. */
import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { sep } from "node:path";
import { promisify } from "node:util";
import { sleep } from "../../base/clock.ts";
import { Failure, sentenceOf } from "../../base/failure.ts";
import type { UnprivilegedUser } from "./unprivileged-user.ts";

const run = promisify(execFile);

/** What ours are called in the table of mounts; nothing else is ever unmounted. */
export const diskSource = "stagebench-disk";

const PAGE_BYTES = 4_096;
/** A process that was killed lets go of its files a moment after it is dead. */
const TRIES = 40;
const TRY_EVERY_MS = 25;

/**
 * Mounts one of so many bytes at `folder`, which is made.
 * @throws {Failure} `environment` when the kernel does not let us
 */
export async function mountDisk(
  folder: string,
  { sizeBytes, user }: { readonly sizeBytes: number; readonly user: UnprivilegedUser | undefined },
  signal: AbortSignal,
): Promise<void> {
  const size = Math.ceil(sizeBytes / PAGE_BYTES) * PAGE_BYTES;
  const owner = user === undefined ? "" : `,uid=${user.uid},gid=${user.gid}`;
  try {
    await mkdir(folder, { recursive: true });
    const options = `size=${size},mode=0700,nosuid,nodev${owner}`;
    await run("mount", ["-t", "tmpfs", "-o", options, diskSource, folder], { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new Failure(
      "environment",
      `no disk of its own could be mounted at ${folder}: ${sentenceOf(error)}`,
      {
        hint: "it takes root, and a mount namespace that may be changed; leave the fault disk-full out",
        cause: error,
      },
    );
  }
}

/** Bytes on the disk of all that lies in `folder`. */
export async function sizeOf(folder: string, signal: AbortSignal): Promise<number> {
  const { stdout } = await run("du", ["-sk", folder], { signal });
  return Number.parseInt(stdout, 10) * 1_024;
}

/** Whether one of ours is mounted right there. */
export async function isOwnDisk(folder: string): Promise<boolean> {
  return disksBelow(folder, await mountTable()).includes(folder);
}

/**
 * Unmounts those of ours that are mounted at `folder` or below it.
 * @throws {Error} when one of them is still in use
 */
export async function unmountDisks(folder: string): Promise<void> {
  for (const path of disksBelow(folder, await mountTable())) await unmount(path);
}

/** Mount points of ours at `folder` or below it by a text of /proc/self/mountinfo; the last mounted first. */
export function disksBelow(folder: string, mountinfo: string): readonly string[] {
  return mountinfo
    .split("\n")
    .flatMap((line) => {
      const [before = "", after = ""] = line.split(" - ");
      const [kind, source] = after.split(" ");
      const path = unescaped(before.split(" ")[4] ?? "");
      const isBelow = path === folder || path.startsWith(`${folder}${sep}`);
      return kind === "tmpfs" && source === diskSource && isBelow ? [path] : [];
    })
    .toReversed();
}

async function unmount(path: string): Promise<void> {
  for (let left = TRIES; ; left--) {
    try {
      await run("umount", [path]);
      return;
    } catch (error) {
      const isThere = disksBelow(path, await mountTable()).includes(path);
      if (!isThere) return;
      if (left <= 1) throw new Error(`it is in use: ${sentenceOf(error)}; umount ${path}`);
      await sleep(TRY_EVERY_MS);
    }
  }
}

/** Spaces and the like are written as octal numbers. */
const unescaped = (word: string) =>
  word.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));

/** Empty where there is no /proc: there nothing of ours is mounted. */
const mountTable = () => readFile("/proc/self/mountinfo", "utf8").catch(() => "");
