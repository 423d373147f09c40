/** What the guard of a run has written down, read by somebody who knows nothing else of that run. */
import { appendFileSync, readFileSync } from "node:fs";
import type { Leftovers } from "../targets/launch/sweep.ts";
import { WardList } from "../targets/launch/ward-list.ts";
import type { FaultEntry } from "./fault-journal.ts";
import { guardLine, type Keeper, keeperShape, lineOf, tell } from "./guard-line.ts";

/** What a journal is called in the folder of its run. */
export const journalName = "guard.ndjson";

export interface RunJournal {
  readonly path: string;
  readonly keeper: Keeper;
  /** All that the run told of, whether it is still there or not. */
  readonly leftovers: Leftovers;
  /** Whether it ever disturbed anything. */
  readonly hasFaults: boolean;
  /** Faults of which nobody has written that they are gone. */
  readonly open: readonly FaultEntry[];
  /** Whether nothing is left to be looked after: all was well in the end, or it was swept and nothing remained. */
  readonly isOver: boolean;
}

/** Undefined when there is none, or it does not say who keeps it. */
export function readJournal(path: string): RunJournal | undefined {
  const lines = linesOf(path);
  const keeper = lines.map(keeperIn).find((each) => each !== undefined);
  if (keeper === undefined) return undefined;
  const wards = new WardList();
  const open = new Map<string, FaultEntry>();
  let hasFaults = false;
  const faults = {
    begins(entry: FaultEntry) {
      hasFaults = true;
      open.set(entry.id, entry);
    },
    mended: (id: string) => void open.delete(id),
    lives() {},
  };
  let isOver = false;
  for (const line of lines) {
    const told = guardLine(line);
    if (told !== undefined) isOver = tell(wards, faults, told) || isOver;
    const { mendedByGuard, swept, halted } = noteIn(line);
    if (mendedByGuard !== undefined) open.delete(mendedByGuard);
    if (swept?.isClean === true || halted?.isClean === true) isOver = true;
  }
  return { path, keeper, leftovers: wards.leftovers(), hasFaults, open: [...open.values()], isOver };
}

/** These are gone now. */
export function noteMended(path: string, ids: readonly string[]): void {
  for (const id of ids) appendFileSync(path, lineOf({ ward: "mended", id }));
}

/** Somebody else than the guard has swept. */
export function noteHalted(path: string, halted: { readonly isClean: boolean }): void {
  appendFileSync(path, `${JSON.stringify({ atEpochMs: Date.now(), halted })}\n`);
}

interface Note {
  readonly mendedByGuard?: string;
  readonly swept?: { readonly isClean?: boolean };
  readonly halted?: { readonly isClean?: boolean };
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function keeperIn(line: string): Keeper | undefined {
  return line.includes('"keeper"') ? keeperShape.safeParse(jsonIn(line)).data : undefined;
}

function noteIn(line: string): Note {
  const note = jsonIn(line);
  return note !== null && typeof note === "object" ? note : {};
}

function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // The last line of somebody who was killed while writing.
  }
}
