/** What the guard is told, one JSON document a line: what was created, and at last that all is well. */
import { z } from "zod";
import type { Wards } from "../targets/launch/launcher.ts";
import type { FaultEntry } from "./fault-journal.ts";
import { mendShape } from "./mend.ts";

const shape = z.discriminatedUnion("ward", [
  z.object({
    ward: z.literal("process"),
    name: z.string(),
    pid: z.number().int().min(2),
    startTicks: z.number().int().optional(),
    politely: z.enum(["SIGTERM", "SIGQUIT", "SIGINT"]),
  }),
  z.object({ ward: z.literal("folder"), path: z.string() }),
  z.object({ ward: z.literal("cgroup"), path: z.string() }),
  z.object({ ward: z.literal("containers"), runId: z.string(), socket: z.string() }),
  z.object({
    ward: z.literal("fault"),
    id: z.string(),
    mends: z.array(mendShape),
    forMs: z.number().min(0),
    isOwn: z.boolean(),
  }),
  z.object({ ward: z.literal("mended"), id: z.string() }),
  /** We live; said as long as a fault is on. */
  z.object({ ward: z.literal("lease") }),
  z.object({ ward: z.literal("none"), done: z.literal(true) }),
]);

export type GuardLine = z.infer<typeof shape>;

/** The line that releases the guard: nothing is left to look after. */
export const DONE_LINE = lineOf({ ward: "none", done: true });

/** What the guard itself says, once, when it is listening. */
export const READY_LINE = '{"ready":true}';

/** What it says later: a fault is on the disk, or could not be put there, or was mended without having been told to. */
const saidShape = z.union([
  z.object({ noted: z.string() }),
  z.object({ notNoted: z.string(), because: z.string() }),
  z.object({ mendedByGuard: z.string(), because: z.string() }),
]);

export type GuardSaid = z.infer<typeof saidShape>;

/** Undefined when it is something else. */
export function guardSaid(text: string): GuardSaid | undefined {
  try {
    return saidShape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The first line of a journal: who keeps it, for whom, since which start of the machine. */
export const keeperShape = z.object({
  keeper: z.object({ pid: z.number(), startTicks: z.number().optional() }),
  run: z.object({ pid: z.number(), startTicks: z.number().optional() }),
  bootId: z.string(),
});

export type Keeper = z.infer<typeof keeperShape>;

/** One line, its end included. */
export function lineOf(line: GuardLine): string {
  return `${JSON.stringify(line)}\n`;
}

/** Undefined when it is none, as the last line of a process that was killed while writing may be. */
export function guardLine(text: string): GuardLine | undefined {
  try {
    return shape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export const faultLine = ({ id, mends, forMs, isOwn }: FaultEntry): string =>
  lineOf({ ward: "fault", id, mends: [...mends], forMs, isOwn });

/** Wards that pass everything on as lines. */
export function wardsByLine(send: (line: string) => void): Wards {
  return {
    process: ({ name, pid, startTicks, politely }) =>
      send(lineOf({ ward: "process", name, pid, startTicks, politely })),
    folder: (path) => send(lineOf({ ward: "folder", path })),
    cgroup: (path) => send(lineOf({ ward: "cgroup", path })),
    containers: ({ runId, socket }) => send(lineOf({ ward: "containers", runId, socket })),
  };
}

/** Who hears of faults besides. */
export interface FaultsTold {
  begins(entry: FaultEntry): void;
  mended(id: string): void;
  /** The run still lives. */
  lives(): void;
}

/** Passes a line on; true when it says that all is well. */
export function tell(wards: Wards, faults: FaultsTold, line: GuardLine): boolean {
  switch (line.ward) {
    case "process":
      wards.process({ name: line.name, pid: line.pid, startTicks: line.startTicks, politely: line.politely });
      return false;
    case "folder":
      wards.folder(line.path);
      return false;
    case "cgroup":
      wards.cgroup(line.path);
      return false;
    case "containers":
      wards.containers({ runId: line.runId, socket: line.socket });
      return false;
    case "fault":
      faults.begins(line);
      return false;
    case "mended":
      faults.mended(line.id);
      return false;
    case "lease":
      faults.lives();
      return false;
    case "none":
      return true;
    default:
      return line satisfies never;
  }
}
