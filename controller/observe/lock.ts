/** One `bench observe` at a time changes what is up: a file that only one of them can make. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { Failure, sentenceOf } from "../../base/failure.ts";
import { bootId, whereabouts } from "../../chaos/boot-id.ts";
import { isAlive, startTicksOf } from "../../targets/launch/process-identity.ts";
import { becomes } from "./prometheus-api.ts";

export interface LockParts {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  say(line: string): void;
}

/** Starting containers may take four minutes, and pulling their images more; whoever waits is told for whom. */
export const lockLimitMs = 120_000;
const LOOK_EVERY_MS = 200;
/** Between making the file and writing into it. */
const EMPTY_LIMIT_MS = 5_000;

const shape = z.object({
  pid: z.number().int(),
  /** Absent where there is no /proc. */
  startTicks: z.number().int().exactOptional(),
  bootId: z.string(),
});
type Holder = z.infer<typeof shape>;

/**
 * Resolves when nobody else has it; disposing of it gives it back. That of a process that is gone is no hindrance.
 * @throws {Failure} `environment` when somebody else has it all the while, or the file cannot be made
 * @throws the signal's reason when it aborts
 */
export async function takeLock(path: string, { clock, signal, say }: LockParts): Promise<AsyncDisposable> {
  const { pid } = process;
  const own = JSON.stringify({ pid, startTicks: startTicksOf(pid), bootId: bootId() });
  let other: string | undefined;
  const isTaken = async () => {
    const found = tryToTake(path, own);
    if (found !== undefined && other === undefined) say(`waiting for ${found}, which is at work`);
    other = found;
    return found === undefined;
  };
  if (!(await becomes(isTaken, { limitMs: lockLimitMs, everyMs: LOOK_EVERY_MS, clock, signal })))
    throw new Failure("environment", `${other} is at work since more than ${lockLimitMs / 1_000} s`, {
      hint: `try again when it has ended; if it is gone for good, remove ${path}`,
    });
  return {
    async [Symbol.asyncDispose]() {
      if (contentOf(path) === own) rmSync(path, { force: true });
    },
  };
}

/** Who has it; undefined when it is ours now. */
function tryToTake(path: string, own: string): string | undefined {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, own, { flag: "wx" });
    return undefined;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST")
      throw new Failure("environment", `${path} cannot be made: ${sentenceOf(cause)}`, { cause });
  }
  const seen = contentOf(path);
  // Given back in this moment, or not yet written.
  if (seen === undefined) return "another bench observe";
  const holder = holderIn(seen);
  if (holder === undefined ? isFresh(path) : isAtWork(holder))
    return holder === undefined ? "another bench observe" : `another bench observe (pid ${holder.pid})`;
  removeStale(path, seen);
  return tryToTake(path, own);
}

function holderIn(content: string): Holder | undefined {
  try {
    return shape.parse(JSON.parse(content));
  } catch {
    return undefined; // Half written, or by nobody we know.
  }
}

/** Whoever is on another machine or in another container cannot be seen: it is waited for. */
function isAtWork({ pid, startTicks, bootId: there }: Holder): boolean {
  const where = whereabouts(there);
  return where === "here" ? isAlive({ pid, startTicks }) : where === "elsewhere";
}

function isFresh(path: string): boolean {
  const changedAtMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return changedAtMs !== undefined && Date.now() - changedAtMs < EMPTY_LIMIT_MS;
}

/** Two may find the same one stale: what was put in its place meanwhile is put back. */
function removeStale(path: string, seen: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    if (contentOf(aside) !== seen) linkSync(aside, path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    // Somebody else was first, with either.
    if (code !== "ENOENT" && code !== "EEXIST")
      throw new Failure("environment", `${path} cannot be replaced: ${sentenceOf(cause)}`, { cause });
  } finally {
    rmSync(aside, { force: true });
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Failure("environment", `${path} cannot be read: ${sentenceOf(cause)}`, { cause });
  }
}
