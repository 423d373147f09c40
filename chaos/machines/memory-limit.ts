/** The memory limit of a node's machine: lowered as far as is asked for, and put back by its mends. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { contentOf } from "../../targets/launch/cgroup-folder.ts";
import type { Mend } from "../mend.ts";
import { leftoverPrefix } from "../mends/leftover.ts";
import type { GatedProcess } from "./gated-process.ts";
import { startMemoryEater } from "./memory-eater.ts";
import { readMemory } from "./memory-reading.ts";

export interface MemoryLimit {
  readonly mends: readonly Mend[];
  /** Leaves so many bytes to all who are on the machine, for `forMs` at most. @throws when it cannot be done */
  leave(bytes: number, forMs: number): Promise<void>;
  /** How it differs from what it was; undefined when it does not. */
  remains(): string | undefined;
}

export interface MemoryLimitParts {
  /** Cgroup of the machine in the memory controller. */
  readonly folder: string;
  /** Of the fault, for the names of what it makes. */
  readonly id: string;
  /** A test hands over another. */
  readonly startEater?: (bytes: number, limitMs: number) => GatedProcess;
  /** Not synchronous: the kernel takes its time to get memory back. @throws EBUSY when it cannot */
  readonly writeLimit?: (path: string, text: string) => Promise<void>;
}

/** Counted memory moves while we look: so much above it a limit is taken in the end. Our choice: a few pages for each CPU. */
const STEP_BYTES = 1 << 20;
const TRIES = 20;

/** @throws {Error} when its memory is not counted by itself */
export function memoryLimitOf({
  folder,
  id,
  startEater = startMemoryEater,
  writeLimit = writeFile,
}: MemoryLimitParts): MemoryLimit {
  const path = ["memory.max", "memory.limit_in_bytes"].map((name) => join(folder, name)).find(existsSync);
  const before = path && contentOf(path)?.trim();
  if (path === undefined || !before) throw new Error(`${folder} is no cgroup whose memory can be limited`);
  // Below the machine's own, whose limit it shares, so that who is in it is known by where it is.
  const group = join(folder, `${leftoverPrefix}${id.replace(/[^\w.-]/g, "-")}`);
  return {
    mends: [
      { mend: "file", path, text: before },
      { mend: "cgroup", path: group },
    ],
    async leave(bytes, forMs) {
      const limited = (toBytes: number) => isTaken(() => writeLimit(path, String(Math.round(toBytes))));
      if (await limited(bytes)) return;
      const lowestBytes = await lowestLimit(folder, limited);
      if (existsSync(group)) return;
      const eater = startEater(lowestBytes - bytes, forMs);
      try {
        mkdirSync(group);
        writeFileSync(join(group, "cgroup.procs"), String(eater.pid));
      } catch (error) {
        eater.end();
        throw error;
      }
      eater.go();
    },
    remains() {
      const now = contentOf(path)?.trim();
      // With its cgroup the limit is gone as well.
      if (now !== undefined && now !== before) return `${path} still says ${now} instead of ${before}`;
      return existsSync(group) ? `${group}, with a process that takes memory, is still there` : undefined;
    },
  };
}

/**
 * The first version refuses a limit below what cannot be given back, which the second enforces by ending processes. The
 * limit goes as low as it may then, and somebody of ours on the same machine takes the rest away.
 */
async function lowestLimit(folder: string, limited: (bytes: number) => Promise<boolean>): Promise<number> {
  for (let time = 1; time <= TRIES; time++) {
    const bytes = (readMemory(folder)?.countedBytes ?? 0) + time * STEP_BYTES;
    if (await limited(bytes)) return bytes;
  }
  throw new Error(`the kernel takes no limit near what is used in ${folder}`);
}

/** Whether the kernel took it, and did not refuse it as being in use. */
async function isTaken(write: () => Promise<void>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EBUSY") return false;
    throw error;
  }
}
