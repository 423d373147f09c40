/** `bench watch`: looks at a run that somebody else started, by what it writes into its folder; it is not told, and costs it nothing. */
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Clock, sleep, systemClock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { whereabouts } from "../../chaos/boot-id.ts";
import { journalName, readJournal } from "../../chaos/run-journal.ts";
import { LogTail } from "../../controller/detection/log-tail.ts";
import type { TimelineSecond } from "../../metrics/timeline-second.ts";
import { isAlive } from "../../targets/launch/process-identity.ts";
import { openProgress, readUi } from "../progress.ts";
import { findRunFolder } from "../results.ts";

export interface WatchOptions {
  readonly ui?: string;
}

const LOOK_EVERY_MS = 250;
/** From its last sign of life until a run whose process is gone is given up. */
const PATIENCE_MS = 3_000;
/** The same of one in another container or on another machine, whose process cannot be seen: books may take this long. */
const SILENCE_MS = 180_000;

/**
 * 0 when the run came to an end, whatever that was: what it found is printed.
 * @throws {Failure} `environment` when its process is gone and it has not ended
 */
export async function watch(
  word: string,
  { ui }: WatchOptions,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<number> {
  const shown = readUi(ui);
  if (shown === "none")
    throw new Failure("usage", "--ui none shows nothing, and there is nothing else to do");
  const folder = findRunFolder(word);
  const plan = planIn(folder);
  const title = `${plan.scenario} on ${plan.target}`;
  const progress = openProgress({ stream: process.stdout as NodeJS.WriteStream, ui: shown, title });
  const tailOf = (name: string) => new LogTail(join(folder, name), { isWhole: true });
  const [timeline, events] = [tailOf("timeline.ndjson"), tailOf("events.ndjson")];
  const canBeSeen = isHere(folder);
  let aliveAtMs = clock.nowMs();
  try {
    for (;;) {
      // Before the files: what was written until then is read, too.
      const state = stateOf(folder);
      for (const line of added(events)) {
        const words = eventWords(line as EventLine);
        if (words !== undefined) progress.heard.step(words);
      }
      for (const line of added(timeline)) {
        aliveAtMs = clock.nowMs();
        const seen = line as TimelineSecond;
        const isOver = seen.atS >= plan.durationS;
        progress.heard.second({
          ...{
            atS: seen.atS,
            phase: isOver ? "drain" : seen.phase,
            p99Ms: seen.p99Ms,
            inFlight: seen.inFlight,
          },
          ...{ offeredPerS: seen.planned, achievedPerS: seen.completed, seen },
          leftS: Math.max(0, plan.durationS - seen.atS - 1),
        });
      }
      progress.flush();
      if (state !== "incomplete") break;
      if (canBeSeen && isRunning(folder)) aliveAtMs = clock.nowMs();
      else if (clock.nowMs() - aliveAtMs > (canBeSeen ? PATIENCE_MS : SILENCE_MS))
        throw new Failure("environment", `run ${basename(folder)} is gone, and did not come to its end`, {
          hint: `events.ndjson of ${folder} shows how far it came; bench halt takes back what it may have left`,
        });
      await sleep(LOOK_EVERY_MS, signal, clock);
    }
  } finally {
    progress.end();
  }
  const report = join(folder, "report.txt");
  if (existsSync(report)) process.stdout.write(readFileSync(report, "utf8"));
  else {
    const { state = "ended", because } = runIn(folder);
    process.stdout.write(`the run ${state}${because === undefined ? "" : `: ${because}`}\n`);
  }
  return 0;
}

interface PlanSeen {
  readonly scenario: string;
  readonly target: string;
  readonly durationS: number;
}

function planIn(folder: string): PlanSeen {
  const path = join(folder, "plan.json");
  if (existsSync(path)) return readJson(path) as PlanSeen;
  throw new Failure("usage", `${folder} is no run that goes on: it has no plan.json`, {
    hint: "bench list runs shows them",
  });
}

interface EventLine {
  readonly kind: string;
  readonly id?: string;
  readonly effect?: string;
  readonly node?: string;
  readonly because?: string;
}

/** What is worth a line; undefined of the rest. */
function eventWords({ kind, id, effect, node, because }: EventLine): string | undefined {
  switch (kind) {
    case "target-up":
      return "the target is up";
    case "fault-injected":
      return `${id}: injected`;
    case "fault-seen":
      return `${id}: ${effect}`;
    case "fault-mended":
      return `${id}: taken back`;
    case "node-died":
      return `${node} died: ${because}`;
    case "agent-lost":
      return `an agent was lost: ${because}`;
    default:
      return undefined;
  }
}

/** `incomplete` until the run has written its last word; so is one that has not written any yet. */
const stateOf = (folder: string): string => runIn(folder).state ?? "incomplete";

function runIn(folder: string): { readonly state?: string; readonly because?: string } {
  const path = join(folder, "run.json");
  return existsSync(path) ? (readJson(path) as { state?: string; because?: string }) : {};
}

/** Whether its processes can be seen from here. */
function isHere(folder: string): boolean {
  const journal = readJournal(join(folder, journalName));
  return journal === undefined || whereabouts(journal.keeper.bootId) !== "elsewhere";
}

function isRunning(folder: string): boolean {
  const journal = readJournal(join(folder, journalName));
  // Before its guard is up, or on another machine, nobody can tell.
  if (journal === undefined) return true;
  const { pid, startTicks } = journal.keeper.run;
  return isAlive({ pid, startTicks });
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

/** What was added since the last look, however much that is. */
function* added(tail: LogTail): Generator<unknown> {
  for (let lines = tail.lines(); lines.length > 0; lines = tail.lines())
    for (const line of lines) yield JSON.parse(line);
}
