/** What this machine lets a fault do, looked at once and handed to everybody who plans. */
import { existsSync } from "node:fs";
import { clockLibrary } from "../targets/launch/own-clock.ts";
import { whyNoGroups } from "./machines/cgroups-here.ts";
import { type LinesHere, linesHere } from "./network/lines-here.ts";

export interface HostSeen {
  /** What the kernel can do to the line of a node that has a network of its own: tried when it is asked. Absent: everything. */
  readonly lines?: () => LinesHere;
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  /** Where the identity of processes can be read. */
  readonly hasProc: boolean;
  /** Why processes will have no CPU budgets here; absent: they are to be expected. */
  readonly noCpuGroups?: string;
  /** Why their memory will not be counted by itself, and cannot be limited; absent: it is to be expected. */
  readonly noMemoryGroups?: string;
  /** Whether what gives a program a wall clock of its own is installed. */
  readonly hasClockLibrary?: boolean;
}

export function seeHost(): HostSeen {
  const [noCpuGroups, noMemoryGroups] = [whyNoGroups("cpu"), whyNoGroups("memory")];
  return {
    lines: linesHere,
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    hasProc: existsSync("/proc/self/stat"),
    ...(noCpuGroups !== undefined && { noCpuGroups }),
    ...(noMemoryGroups !== undefined && { noMemoryGroups }),
    hasClockLibrary: clockLibrary() !== undefined,
  };
}
