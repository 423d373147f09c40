/** The machine we are on, in the words everything that is kept describes it by: runs, verifications, certificates. */
import { cpus, release, totalmem } from "node:os";
import { haltPollMs } from "./idle-cores.ts";

export interface HostHere {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly platform: string;
  /** See `haltPollMs`; absent where the kernel does not tell. */
  readonly haltPollMs?: number;
}

export function hostHere(): HostHere {
  const awakeMs = haltPollMs();
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryBytes: totalmem(),
    kernel: release(),
    platform: process.platform,
    ...(awakeMs !== undefined && { haltPollMs: awakeMs }),
  };
}
