/** Undoes everything a run has done, whoever of it still lives, from its journal alone. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Clock, sleep } from "../base/clock.ts";
import { sentenceOf } from "../base/failure.ts";
import { isAlive } from "../targets/launch/process-identity.ts";
import { sweep } from "../targets/launch/sweep.ts";
import { whereabouts } from "./boot-id.ts";
import type { FaultEntry } from "./fault-journal.ts";
import { mendEntry, ownLimitMs } from "./fault-keeper.ts";
import type { Keeper } from "./guard-line.ts";
import { noteHalted, noteMended, type RunJournal, readJournal } from "./run-journal.ts";

export interface HaltedRun {
  readonly folder: string;
  /**
   * *living*: it was ended; *guarded*: dead, and its guard was about to clear up; *dead*: nobody looked after it;
   * *over*: ended properly; *void*: of another start of this machine: what it made here is gone; *elsewhere*: of a
   * container, of outside of ours, or of another machine, where nobody can be seen or ended from here; *undisturbed*: it
   * lives and plans no fault, and was left alone; *unread*: what it left could not be read.
   */
  readonly was: "living" | "guarded" | "dead" | "over" | "void" | "elsewhere" | "undisturbed" | "unread";
  /** Faults that were still written down as being on, and are gone now. */
  readonly mended: readonly string[];
  /** Processes and containers that were ended. */
  readonly ended: number;
  /** What is still there, one sentence each, with what a person can do. */
  readonly problems: readonly string[];
}

export interface HaltParts {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  say(line: string): void;
}

const LOOK_EVERY_MS = 50;
const MEND_LIMIT_MS = 5_000;
const SWEEP_LIMIT_MS = 5_000;
/**
 * A run that is asked to end mends, judges what it saw, and takes its target down: seconds, on a busy machine more, and as
 * long as the user's own commands may take to undo and to see that it is undone.
 */
const END_LIMIT_MS = 20_000;
/** Asked a second time it leaves at once; asked by SIGKILL, too. */
const LEAVE_LIMIT_MS = 3_000;
/** The guard promises five seconds, and as long as the user's own commands may take. */
const GUARD_LIMIT_MS = 10_000;

/**
 * Undefined when there is no journal of ours.
 * @param path of the journal, which lies in the folder of its run
 * @throws the signal's reason when it aborts first
 */
export async function haltRun(path: string, parts: HaltParts): Promise<HaltedRun | undefined> {
  const folder = dirname(path);
  try {
    const journal = readJournal(path);
    return journal && (await haltByJournal(journal, folder, parts));
  } catch (error) {
    if (!isAboutFiles(error)) throw error;
    const because = `what is left of ${folder} could not be told: ${sentenceOf(error)}`;
    const problem = `${because}; put that right, or be who started it, then bench halt ${folder}`;
    return { folder, was: "unread", mended: [], ended: 0, problems: [problem] };
  }
}

async function haltByJournal(journal: RunJournal, folder: string, parts: HaltParts): Promise<HaltedRun> {
  const { path, keeper, open, isOver } = journal;
  const halted = async (was: HaltedRun["was"]) => ({
    folder,
    was,
    ...(await clearedUp(path, { was, open }, parts)),
  });
  const where = whereabouts(keeper.bootId);
  if (where === "gone") {
    const why = `${path} is of another start of this machine`;
    return { folder, was: "void", ...(await mendForeign(journal, { why, isEnded: true }, parts)) };
  }
  if (where === "elsewhere") return haltElsewhere(journal, folder, parts);
  // Before anybody is ended: one process may make several runs, and be at another by now.
  if (isOver) return halted("over");
  if (isLiving(keeper.run)) {
    if (!isDisturbed(journal, folder))
      return { folder, was: "undisturbed", mended: [], ended: 0, problems: [] };
    parts.say(`${folder} is running (pid ${keeper.run.pid}): its faults are taken back, and it is ended`);
    const { mended, problems } = await mendEntries(open);
    // Which takes its time.
    const inTheWay = readJournal(path)?.isOver === true ? undefined : await endRun(keeper.run, open, parts);
    if (inTheWay === undefined) return halted("living");
    const left = problems.map(({ problem }) => problem);
    return { folder, was: "living", mended, ended: 0, problems: [...left, inTheWay] };
  }
  if (!isLiving(keeper.keeper)) return halted("dead");
  // Before its guard is waited for, which may look after somebody who lives.
  if (isFirstProcess(keeper.run)) await mendEntries(open.filter((entry) => canBeThere(entry, journal)));
  return halted("guarded");
}

/** Of another numbering of processes: what is in somebody else's system is mended; of the rest only who is there can know. */
async function haltElsewhere(journal: RunJournal, folder: string, parts: HaltParts): Promise<HaltedRun> {
  const { path, isOver } = journal;
  const why = `${folder} is of another container or machine, or of outside of this one`;
  const halted = await mendForeign(journal, { why, isEnded: isOver }, parts);
  if (isOver) return { folder, was: "over", ...halted };
  if (!isDisturbed(journal, folder)) return { folder, was: "elsewhere", ...halted };
  const problem = `${why}: whether it runs, or left faults there, cannot be seen from here; bench halt there, or, when that is gone for good, and its faults with it, rm ${path}`;
  return { folder, was: "elsewhere", ...halted, problems: [...halted.problems, problem] };
}

/** Once nobody of the run lives any more: waits for its guard, then does what the guard has not done. */
async function clearedUp(
  path: string,
  { was, open: before }: { readonly was: HaltedRun["was"]; readonly open: readonly FaultEntry[] },
  { clock, signal }: HaltParts,
): Promise<Pick<HaltedRun, "mended" | "ended" | "problems">> {
  const guard = readJournal(path)?.keeper.keeper;
  const limitMs = GUARD_LIMIT_MS + longestOf(before);
  if (guard !== undefined) await hasEnded(guard, limitMs, { clock, signal });
  const journal = readJournal(path);
  if (journal === undefined) return { mended: [], ended: 0, problems: [] };
  const there = journal.open.filter((entry) => canBeThere(entry, journal));
  if (guard !== undefined && isLiving(guard)) {
    const { mended, problems } = await mendEntries(there);
    const inTheWay = isFirstProcess(journal.keeper.run)
      ? "its run is process 1 here: stop the container, then bench halt again outside of it"
      : `its guard does not end; kill -9 ${guard.pid}, then bench halt again`;
    return { mended, ended: 0, problems: [...problems.map(({ problem }) => problem), inTheWay] };
  }
  const { mended, problems } = await mendEntries(there);
  if (journal.isOver) {
    const notNoted = noted(path, () => noteMended(path, goneOf(journal.open, problems)));
    return {
      // What went with its target long ago is no news.
      mended: was === "over" ? mended : goneOf(before, problems),
      ended: 0,
      problems: [...problems.map(({ problem }) => problem), ...notNoted],
    };
  }
  const swept = await sweep(journal.leftovers, { limitMs: SWEEP_LIMIT_MS });
  // What was ours went with what it was in.
  const left = problems.filter(({ isOwn }) => !isOwn || !swept.isClean);
  const notNoted = noted(path, () => {
    noteMended(path, goneOf(journal.open, left));
    noteHalted(path, { isClean: swept.isClean });
  });
  return {
    mended: goneOf(before, left),
    ended: swept.ended,
    problems: [...left.map(({ problem }) => problem), ...swept.problems, ...notNoted],
  };
}

/**
 * What is in somebody else's system can be there although what the run made is gone, or out of reach.
 * @param isEnded whether the run can do nothing any more: one that may live may inject again what was just taken back, or
 *   be at it still, so that nothing is written down as mended
 */
async function mendForeign(
  { path, open }: RunJournal,
  { why, isEnded }: { readonly why: string; readonly isEnded: boolean },
  { say }: HaltParts,
): Promise<Pick<HaltedRun, "mended" | "ended" | "problems">> {
  const foreign = open.filter(({ isOwn }) => !isOwn);
  if (foreign.length > 0) say(`${why}, and left faults in a system that is not its own`);
  const { mended, problems } = await mendEntries(foreign);
  const notNoted = isEnded ? noted(path, () => noteMended(path, mended)) : [];
  return { mended, ended: 0, problems: [...problems.map(({ problem }) => problem), ...notNoted] };
}

/** A problem when it could not be: what was found out by then is true all the same, and is told beside it. */
function noted(path: string, write: () => void): readonly string[] {
  try {
    write();
    return [];
  } catch (error) {
    if (!isAboutFiles(error)) throw error;
    const because = `what was cleared up could not be noted in ${path}: ${sentenceOf(error)}`;
    return [`${because}; put that right, or be who started it, then bench halt ${dirname(path)}`];
  }
}

/** A port of something that has gone may be somebody else's by now. */
function canBeThere({ isOwn }: FaultEntry, { leftovers }: RunJournal): boolean {
  return !isOwn || leftovers.processes.some(isAlive) || (leftovers.containers ?? []).length > 0;
}

interface Unmended {
  readonly id: string;
  readonly isOwn: boolean;
  readonly problem: string;
}

async function mendEntries(
  entries: readonly FaultEntry[],
): Promise<{ readonly mended: readonly string[]; readonly problems: readonly Unmended[] }> {
  const tried = await Promise.all(
    entries.map(async (entry) => {
      const { problems } = await mendEntry(entry, Math.max(MEND_LIMIT_MS, ownLimitMs(entry)));
      return { ...entry, problems };
    }),
  );
  return {
    mended: tried.filter(({ problems }) => problems.length === 0).map(({ id }) => id),
    problems: tried.flatMap(({ id, isOwn, problems }) => problems.map((problem) => ({ id, isOwn, problem }))),
  };
}

/** Of the user's own commands, which are carried out side by side; 0 without any. */
const longestOf = (entries: readonly FaultEntry[]): number => Math.max(0, ...entries.map(ownLimitMs));

const goneOf = (before: readonly FaultEntry[], left: readonly Unmended[]): readonly string[] =>
  before.map(({ id }) => id).filter((id) => !left.some((each) => each.id === id));

/** Asks the run to end, as Ctrl-C would; then again, which means at once; then it is ended. What is still in the way. */
async function endRun(
  run: Recorded,
  open: readonly FaultEntry[],
  parts: HaltParts,
): Promise<string | undefined> {
  try {
    for (const [signal, limitMs] of [
      ["SIGTERM", END_LIMIT_MS + 2 * longestOf(open)],
      ["SIGTERM", LEAVE_LIMIT_MS],
      ["SIGKILL", LEAVE_LIMIT_MS],
    ] as const) {
      if (!isLiving(run)) return undefined;
      process.kill(run.pid, signal);
      // One that was stopped would never hear it.
      process.kill(run.pid, "SIGCONT");
      if (await hasEnded(run, limitMs, parts)) return undefined;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ESRCH") return undefined;
    if (code !== "EPERM") throw error;
    return `the run belongs to somebody else: ${sentenceOf(error)}; kill ${run.pid} as who started it`;
  }
  return `the run does not end; kill -9 ${run.pid}, then bench halt again`;
}

async function hasEnded(
  who: Recorded,
  limitMs: number,
  { clock, signal }: Pick<HaltParts, "clock" | "signal">,
): Promise<boolean> {
  const untilMs = clock.nowMs() + limitMs;
  while (isLiving(who)) {
    if (clock.nowMs() >= untilMs) return false;
    await sleep(LOOK_EVERY_MS, signal, clock);
  }
  return true;
}

/**
 * A run may be the first process of its container; that of a machine is nobody's run, and stands in a journal of which the
 * run died before its guard had looked. From here they look the same, so that neither is asked to end.
 */
const isFirstProcess = ({ pid, startTicks }: Recorded): boolean => pid === 1 && isAlive({ pid, startTicks });

const isLiving = ({ pid, startTicks }: Recorded): boolean => pid > 1 && isAlive({ pid, startTicks });

/** As the journal has it. */
type Recorded = Keeper["run"];

/** What the system says of a file, or a file that is not what it should be. */
const isAboutFiles = (error: unknown): boolean =>
  error instanceof SyntaxError || (error instanceof Error && "code" in error && "syscall" in error);

/** Whether it has disturbed anything, or means to. */
function isDisturbed({ hasFaults }: RunJournal, folder: string): boolean {
  if (hasFaults) return true;
  const path = join(folder, "plan.json");
  if (!existsSync(path)) return false;
  const text = readFileSync(path, "utf8");
  try {
    const { chaos } = JSON.parse(text) as { chaos?: { faults?: readonly unknown[] } };
    return (chaos?.faults?.length ?? 0) > 0;
  } catch (cause) {
    throw new SyntaxError(`${path} is no plan: ${sentenceOf(cause)}`, { cause });
  }
}
