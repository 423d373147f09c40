/** How short of memory a machine is: counted by the kernel, not by whoever makes it short. Both versions of cgroups. */
import { join } from "node:path";
import { contentOf } from "../../targets/launch/cgroup-folder.ts";

export interface MemoryReading {
  /** What it uses, without what it has read from files and not used lately: the kernel gives that back for the asking. */
  readonly usedBytes: number;
  /** All that is counted, pages of files included. */
  readonly countedBytes: number;
  /** How often it wanted more than its limit. */
  readonly limitHits: number;
  /** Processes that the kernel ended for want of memory. */
  readonly kills: number;
}

/** Undefined when the cgroup is gone, or has no such controller. */
export function readMemory(folder: string): MemoryReading | undefined {
  return readV2(folder) ?? readV1(folder);
}

function readV1(folder: string): MemoryReading | undefined {
  const counted = contentOf(join(folder, "memory.usage_in_bytes"));
  if (counted === undefined) return undefined;
  const stat = contentOf(join(folder, "memory.stat")) ?? "";
  return {
    countedBytes: Number(counted),
    usedBytes: Math.max(0, Number(counted) - figureOf(stat, "total_inactive_file")),
    limitHits: Number(contentOf(join(folder, "memory.failcnt")) ?? 0),
    kills: figureOf(contentOf(join(folder, "memory.oom_control")) ?? "", "oom_kill"),
  };
}

function readV2(folder: string): MemoryReading | undefined {
  const counted = contentOf(join(folder, "memory.current"));
  if (counted === undefined) return undefined;
  const events = contentOf(join(folder, "memory.events")) ?? "";
  return {
    countedBytes: Number(counted),
    usedBytes: Math.max(
      0,
      Number(counted) - figureOf(contentOf(join(folder, "memory.stat")) ?? "", "inactive_file"),
    ),
    limitHits: figureOf(events, "max"),
    kills: figureOf(events, "oom_kill"),
  };
}

/** 0 where there is none of that name. */
function figureOf(text: string, name: string): number {
  const line = text.split("\n").find((each) => each.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1));
}
