/** The guard's own process: remembers what a run creates and disturbs, mends and sweeps when the run ends without a word. */
import type { Readable, Writable } from "node:stream";
import { type SweepReport, sweep } from "../targets/launch/sweep.ts";
import { WardList } from "../targets/launch/ward-list.ts";
import { bootId } from "./boot-id.ts";
import { FaultKeeper } from "./fault-keeper.ts";
import { type GuardSaid, guardLine, type Keeper, READY_LINE, tell } from "./guard-line.ts";
import { type GuardedRun, thisRun } from "./guarded-run.ts";
import { JournalFile } from "./journal-file.ts";

export interface Guarding {
  /** Where the run says what it does; its end is the run's. */
  readonly input: Readable;
  readonly journalPath: string;
  /** Who is guarded, as the run itself has told. */
  readonly run: GuardedRun;
  readonly output?: Writable;
}

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
 * disk, before the next is read. A disk that is full does not end the guard: it remembers without it, but from then on it
 * takes no fault. Signals that a terminal sends to everybody are not for the guard: it has to outlive whoever they are for.
 */
export async function runGuard({
  input,
  journalPath,
  run,
  output = process.stdout,
}: Guarding): Promise<GuardEnd> {
  for (const signal of terminalSignals) process.on(signal, deaf);
  // Whoever reads what we say may be the one that just died.
  output.on("error", deaf);
  // What we tell of a full disk goes to the same disk.
  process.stderr.on("error", deaf);
  const journal = new JournalFile(journalPath);
  const write = (line: string) => {
    const problem = journal.write(line);
    if (problem !== undefined) process.stderr.write(`the guard could not write its journal: ${problem}\n`);
  };
  const note = (what: object) => write(JSON.stringify({ atEpochMs: Date.now(), ...what }));
  const say = (said: GuardSaid) => output.write(`${JSON.stringify(said)}\n`);
  const keeper = new FaultKeeper({
    onMended: (id, because) => {
      note({ mendedByGuard: id, because });
      say({ mendedByGuard: id, because });
    },
    onProblem: (id, problem) => note({ notMended: id, problem }),
  });
  try {
    const wards = new WardList();
    const who: Keeper = { keeper: thisRun(), run, bootId: bootId() };
    note(who);
    output.write(`${READY_LINE}\n`);
    const isReleased = await heard(input, (text) => {
      const line = guardLine(text);
      if (line?.ward !== "lease") write(text);
      if (line === undefined) {
        note({ notUnderstood: text });
        return false;
      }
      // Of what the journal lacks, be it who keeps it or what there is to clear up, nobody else could take it back.
      if (line.ward === "fault" && journal.lack !== undefined) {
        say({ notNoted: line.id, because: journal.lack });
        return false;
      }
      const isDone = tell(wards, keeper, line);
      if (line.ward === "fault") say({ noted: line.id });
      return isDone;
    });
    keeper.close();
    if (isReleased) return { status: "released" };
    note({ sweeping: "the run ended without a word" });
    const because = "the run ended without a word";
    // What is not ours is not swept, and may take its time.
    const foreign = keeper.mendAll(because, MEND_LIMIT_MS, ({ isOwn }) => !isOwn);
    // First, as long as there is something to be mended: a fault in something that is gone is gone as well.
    await keeper.mendAll(because, MEND_LIMIT_MS, ({ isOwn }) => isOwn);
    const swept = await sweep(wards.leftovers(), { limitMs: SWEEP_LIMIT_MS - MEND_LIMIT_MS });
    const problems = [...swept.problems, ...(await foreign).flatMap((each) => each.problems)];
    const report = { ...swept, problems, isClean: problems.length === 0 };
    note({ swept: report });
    return { status: "swept", report };
  } finally {
    input.destroy();
    journal.close();
    process.stderr.off("error", deaf);
    for (const signal of terminalSignals) process.off(signal, deaf);
  }
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
