/** What this machine lets a fault do, looked at once and handed to everybody who plans. */
import { existsSync } from "node:fs";
import { whyNoCpuGroups } from "./machines/cpu-groups-here.ts";

export interface HostSeen {
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  /** Where the identity of processes can be read. */
  readonly hasProc: boolean;
  /** Why processes will have no CPU budgets here; absent: they are to be expected. */
  readonly noCpuGroups?: string;
}

export function seeHost(): HostSeen {
  const noCpuGroups = whyNoCpuGroups();
  return {
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    hasProc: existsSync("/proc/self/stat"),
    ...(noCpuGroups !== undefined && { noCpuGroups }),
  };
}
