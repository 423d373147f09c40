/** The guard's own process: remembers what a run creates and disturbs, mends and sweeps when the run ends without a word. */
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Readable, Writable } from "node:stream";
import { sentenceOf } from "../base/failure.ts";
import { startTicksOf } from "../targets/launch/process-identity.ts";
import { type SweepReport, sweep } from "../targets/launch/sweep.ts";
import { WardList } from "../targets/launch/ward-list.ts";
import { bootId } from "./boot-id.ts";
import { FaultKeeper } from "./fault-keeper.ts";
import { type GuardSaid, guardLine, type Keeper, READY_LINE, tell } from "./guard-line.ts";

export type GuardEnd =
  /** It was told that all is well. */
  | { readonly status: "released" }
  /** Its input ended without that, so it swept. */
  | { readonly status: "swept"; readonly report: SweepReport };

/** The promise is five seconds from the death of the run to nothing left; what is left over is for noticing it. */
const SWEEP_LIMIT_MS = 4_500;
/** Of that, taking faults back: a signal takes no time, a store on loopback milliseconds. */
const MEND_LIMIT_MS = 1_000;

/**
 * Listens on `input` until it is told that all is well, or until the input ends. Every line is in the journal, on the
 * disk, before the next is read. Signals that a terminal sends to everybody are not for the guard: it has to outlive
 * whoever they are for.
 */
export async function runGuard(
  input: Readable,
  journalPath: string,
  output: Writable = process.stdout,
): Promise<GuardEnd> {
  for (const signal of terminalSignals) process.on(signal, deaf);
  // Whoever reads what we say may be the one that just died.
  output.on("error", deaf);
  const journal = new Journal(journalPath);
  const say = (said: GuardSaid) => output.write(`${JSON.stringify(said)}\n`);
  const keeper = new FaultKeeper({
    onMended: (id, because) => {
      journal.note({ mendedByGuard: id, because });
      say({ mendedByGuard: id, because });
    },
    onProblem: (id, problem) => journal.note({ notMended: id, problem }),
  });
  try {
    const wards = new WardList();
    journal.note({ ...whoKeepsIt() });
    output.write(`${READY_LINE}\n`);
    const isReleased = await heard(input, (text) => {
      const line = guardLine(text);
      if (line?.ward !== "lease") journal.write(text);
      if (line === undefined) {
        journal.note({ notUnderstood: text });
        return false;
      }
      const isDone = tell(wards, keeper, line);
      if (line.ward === "fault") say({ noted: line.id });
      return isDone;
    });
    keeper.close();
    if (isReleased) return { status: "released" };
    journal.note({ sweeping: "the run ended without a word" });
    const because = "the run ended without a word";
    // What is not ours is not swept, and may take its time.
    const foreign = keeper.mendAll(because, MEND_LIMIT_MS, ({ isOwn }) => !isOwn);
    // First, as long as there is something to be mended: a fault in something that is gone is gone as well.
    await keeper.mendAll(because, MEND_LIMIT_MS, ({ isOwn }) => isOwn);
    const swept = await sweep(wards.leftovers(), { limitMs: SWEEP_LIMIT_MS - MEND_LIMIT_MS });
    const problems = [...swept.problems, ...(await foreign).flatMap((each) => each.problems)];
    const report = { ...swept, problems, isClean: problems.length === 0 };
    journal.note({ swept: report });
    return { status: "swept", report };
  } finally {
    input.destroy();
    journal.close();
    for (const signal of terminalSignals) process.off(signal, deaf);
  }
}

/** So that whoever finds the journal later can tell whether the run lives. */
function whoKeepsIt(): Keeper {
  const identity = (pid: number) => {
    const startTicks = startTicksOf(pid);
    return { pid, ...(startTicks !== undefined && { startTicks }) };
  };
  return { keeper: identity(process.pid), run: identity(process.ppid), bootId: bootId() };
}

const terminalSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const deaf = () => {};

/**
 * Every line of `input`, until `hear` is content with one (true) or the input ends (false). A connection that breaks has
 * ended too, and what came before counts: hence events, for an iterator would drop what it holds when it meets an error.
 */
function heard(input: Readable, hear: (line: string) => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    let rest = "";
    const onText = (text: string) => {
      const lines = `${rest}${text}`.split("\n");
      rest = lines.pop() ?? "";
      if (lines.some(hear)) resolve(true);
    };
    const onEnd = () => {
      const last = rest;
      rest = ""; // A stream may end, break and close, all three.
      resolve(last !== "" && hear(last));
    };
    input.setEncoding("utf8").on("data", onText).on("error", onEnd).on("end", onEnd).on("close", onEnd);
  });
}

/** Lines on the disk. A full disk must not end the guard: it remembers without it. */
class Journal {
  readonly #file: number | undefined;

  constructor(path: string) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      this.#file = openSync(path, "a");
    } catch (error) {
      process.stderr.write(`the guard goes without a journal: ${sentenceOf(error)}\n`);
    }
  }

  write(line: string): void {
    if (this.#file === undefined) return;
    try {
      writeSync(this.#file, `${line}\n`);
      fsyncSync(this.#file);
    } catch (error) {
      process.stderr.write(`the guard could not write its journal: ${sentenceOf(error)}\n`);
    }
  }

  note(what: object): void {
    this.write(JSON.stringify({ atEpochMs: Date.now(), ...what }));
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}
