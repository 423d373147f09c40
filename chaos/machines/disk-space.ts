/** The room on a disk: taken by a file of ours, and looked at as everybody sees it. */
import { chown, open, rm, stat, statfs, writeFile } from "node:fs/promises";
import { freemem } from "node:os";
import { join } from "node:path";
import { contentOf } from "../../targets/launch/cgroup-folder.ts";
import { leftoverPrefix } from "../mends/leftover.ts";

const PIECE_BYTES = 4 * 1_024 * 1_024;
const LEAST_PIECE_BYTES = 4_096;
/** Whoever writes a page finds room or does not. */
const PROBE_BYTES = 16 * 4_096;
/** What a disk in memory must leave to everybody else. Our choice. */
const SPARED_BYTES = 500e6;

/** Of the whole, 0 to 1. */
export async function shareOfDisk(folder: string): Promise<number> {
  const { blocks, bavail } = await statfs(folder);
  return blocks === 0 ? 1 : 1 - bavail / blocks;
}

/**
 * Makes the disk of `folder` that full, by a file at `path` of the same owner. Idempotent.
 * @throws {Error} when it lies in memory, and that would become short for everybody
 */
export async function fillDisk(
  folder: string,
  { path, share }: { readonly path: string; readonly share: number },
  signal: AbortSignal,
): Promise<void> {
  const { uid, gid } = await stat(folder);
  const { blocks, bavail, bsize } = await statfs(folder);
  let leftBytes = Math.max(0, Math.round(share * blocks) - (blocks - bavail)) * bsize;
  if (leftBytes + SPARED_BYTES > availableBytes())
    throw new Error(
      `it would take ${(leftBytes / 1e6).toFixed(0)} MB of memory, which this machine cannot spare`,
    );
  await using file = await open(path, "a", 0o600);
  await chown(path, uid, gid);
  const zeroes = Buffer.alloc(PIECE_BYTES);
  let pieceBytes = PIECE_BYTES;
  // To the last page when it is to be full: others may have let go of some meanwhile.
  while ((leftBytes > 0 || share === 1) && pieceBytes >= LEAST_PIECE_BYTES) {
    signal.throwIfAborted();
    const bytes = share === 1 ? pieceBytes : Math.min(pieceBytes, leftBytes);
    try {
      leftBytes -= (await file.write(zeroes, 0, bytes)).bytesWritten;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      pieceBytes /= 4;
    }
  }
}

/** How full it is, when it is at least so full; of a full one that writing fails is seen as well. */
export async function fullWords(folder: string, share: number): Promise<string | undefined> {
  const { blocks, bavail, bsize } = await statfs(folder);
  // A page more or less is nobody's business.
  const isThatFull = 1 - bavail / blocks >= share - 0.001;
  if (!isThatFull) return undefined;
  const room = `${((bavail * bsize) / 1e6).toFixed(1)} of ${((blocks * bsize) / 1e6).toFixed(0)} MB are free`;
  if (share < 1) return `${Math.round((1 - bavail / blocks) * 100)} % full: ${room}`;
  return (await canWrite(folder)) ? undefined : `full: ${room}, and nothing more can be written`;
}

async function canWrite(folder: string): Promise<boolean> {
  const probe = join(folder, `${leftoverPrefix}probe`);
  try {
    await writeFile(probe, Buffer.alloc(PROBE_BYTES, 1));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    return false;
  } finally {
    await rm(probe, { force: true });
  }
}

/** What can be had without swapping: on Linux that is more than what is free. */
function availableBytes(): number {
  const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(contentOf("/proc/meminfo") ?? "")?.[1];
  return kilobytes === undefined ? freemem() : Number(kilobytes) * 1_024;
}
