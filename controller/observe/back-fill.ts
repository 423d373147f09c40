/** Finished runs into a Prometheus that is up: what it does not have is made into blocks, and waited for until it sees them. */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { anyOfIt, type Exported, endOfIt, fileNameOf } from "./exported.ts";
import { becomes, type LabelsSeen, type Question } from "./prometheus-api.ts";

/**
 * *filled*: now; *there*: by an earlier back-fill; *scraped*: while it went on, and so it is left as it is, because the
 * same requests would count twice; *unseen*: its blocks are made, and Prometheus does not show it yet.
 */
export type FillStatus = "filled" | "there" | "scraped" | "unseen";

export interface Filled {
  readonly run: Exported;
  readonly status: FillStatus;
}

export interface FillParts {
  /** Made when it is not there; nothing of ours is left in it. */
  readonly incomingFolder: string;
  ask(question: Question): Promise<readonly LabelsSeen[]>;
  /** Into the data of that Prometheus. */
  makeBlocks(file: string, signal: AbortSignal): Promise<void>;
  say(line: string): void;
  readonly clock: Clock;
}

/** Prometheus looks for new blocks once a minute; the rest is for reading them. */
export const seenLimitMs = 90_000;
const LOOK_EVERY_MS = 1_000;

/**
 * In the order of `runs`.
 * @throws {Failure} `environment` when Prometheus does not answer at first, or blocks cannot be made
 */
export async function backFill(
  runs: readonly Exported[],
  parts: FillParts,
  signal: AbortSignal,
): Promise<readonly Filled[]> {
  const { say, clock } = parts;
  const filled: { run: Exported; status: FillStatus }[] = [];
  for (const run of runs) {
    signal.throwIfAborted();
    const found = await foundIn(run, parts);
    if (found === undefined) {
      say(`back-filling ${run.runId}`);
      await fill(run, parts, signal);
    }
    filled.push({ run, status: found ?? "unseen" });
  }
  const unseen = () => filled.filter(({ status }) => status === "unseen");
  if (unseen().length === 0) return filled;
  say("waiting until Prometheus sees what is new, which it looks for once a minute");
  const areSeen = async () => {
    for (const each of unseen()) if (await isSeen(each.run, parts)) each.status = "filled";
    return unseen().length === 0;
  };
  await becomes(areSeen, { limitMs: seenLimitMs, everyMs: LOOK_EVERY_MS, clock, signal });
  return filled;
}

/**
 * Scraped series have the job they were scraped by; back-filled ones have none. Of a back-fill that was ended in the middle
 * the end is not there: it is filled again, and values that are equal count once.
 */
async function foundIn(run: Exported, { ask }: FillParts): Promise<"there" | "scraped" | undefined> {
  const found = await ask(anyOfIt(run));
  if (found.length === 0) return undefined;
  if (found.every(({ job }) => job !== undefined)) return "scraped";
  return (await ask(endOfIt(run))).length > 0 ? "there" : undefined;
}

/** A question that gets no answer while new blocks are read is asked again. */
async function isSeen(run: Exported, { ask }: FillParts): Promise<boolean> {
  try {
    return (await ask(endOfIt(run))).length > 0;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

async function fill(
  run: Exported,
  { incomingFolder, makeBlocks }: FillParts,
  signal: AbortSignal,
): Promise<void> {
  mkdirSync(incomingFolder, { recursive: true });
  const file = join(incomingFolder, fileNameOf(run, process.pid));
  try {
    writeFileSync(file, run.text);
    // Whoever Prometheus is in a container has to be able to read it, whatever the mask here is.
    chmodSync(file, 0o644);
    await makeBlocks(file, signal);
  } finally {
    rmSync(file, { force: true });
  }
}
