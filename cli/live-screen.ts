/** A run while it goes on, as a few lines that are repainted: what was offered and achieved, how long it took, what is wrong. Pure. */
import type { TimelineSecond } from "../metrics/timeline-second.ts";
import { figure, percent } from "../verdict/telling/figures.ts";
import { sparkline } from "../verdict/telling/sparkline.ts";

export interface LiveSecond {
  readonly seen: TimelineSecond;
  /** Shown instead of the phase: `exercise`, `drain`. */
  readonly label: string;
  readonly leftS: number;
}

/** So many seconds are seen in a line of bars. */
const lookedBackS = 40;
/** Of the names at the left. */
const margin = 13;

/** Every second is added once; lines are no wider than the terminal. */
export class LiveScreen {
  readonly #title: string;
  #seconds: LiveSecond[] = [];

  constructor(title: string) {
    this.#title = title;
  }

  add(second: LiveSecond): void {
    // Another drive begins: what came before is of no use beside it.
    if (second.seen.atS <= (this.#seconds.at(-1)?.seen.atS ?? Number.NEGATIVE_INFINITY)) this.#seconds = [];
    this.#seconds.push(second);
    if (this.#seconds.length > lookedBackS) this.#seconds.shift();
  }

  /** None before the first second. */
  lines(columns: number): readonly string[] {
    const now = this.#seconds.at(-1);
    if (now === undefined) return [];
    const { seen, label, leftS } = now;
    const when = seen.atS < 0 ? `${-seen.atS} s to the measured part` : `${seen.atS + 1} s, ${leftS} s left`;
    const settled = seen.completed + seen.failed;
    const bad = settled === 0 ? "-" : percent(Math.min(1, seen.bad / settled));
    return [
      spread(`  ${this.#title}`, `${label}  ${when}`, columns),
      this.#row("offered", `${seen.planned}/s`, ({ planned }) => planned),
      this.#row(
        "achieved",
        `${seen.completed}/s`,
        ({ completed }) => completed,
        `in flight ${seen.inFlight}`,
      ),
      // Where nothing was answered nobody knows how long it takes, which is the opposite of soon.
      this.#row(
        "p99",
        timeOf(seen.p99Ms),
        ({ p99Ms }) => (p99Ms > 0 ? p99Ms : null),
        `p50 ${timeOf(seen.p50Ms)}`,
      ),
      this.#row(
        "not good",
        bad,
        ({ bad: count }) => count,
        seen.dropped > 0 ? `dropped ${seen.dropped}` : "",
      ),
      `  ${"faults".padEnd(margin)}${(seen.faults ?? []).join(", ") || "none"}  ${this.#faultStrip()}`.trimEnd(),
      `  ${"instrument".padEnd(margin)}${instrumentWords(seen)}`,
    ].map((line) =>
      [...line].length < columns ? line : [...line].slice(0, Math.max(0, columns - 1)).join(""),
    );
  }

  #row(name: string, value: string, of: (second: TimelineSecond) => number | null, more = ""): string {
    const line = sparkline(
      this.#seconds.map(({ seen }) => of(seen)),
      lookedBackS,
    );
    return `  ${name.padEnd(margin)}${value.padStart(9)}  ${line.padEnd(lookedBackS)}  ${more}`.trimEnd();
  }

  /** A sign for each second that is seen: whether anything was wrong on purpose in it; nothing where nothing was. */
  #faultStrip(): string {
    const signs = this.#seconds.map(({ seen }) => ((seen.faults?.length ?? 0) > 0 ? "▓" : "·"));
    return signs.includes("▓") ? signs.join("") : "";
  }
}

const timeOf = (ms: number): string => (Number.isFinite(ms) && ms > 0 ? `${figure(ms)} ms` : "-");

function instrumentWords({ health }: TimelineSecond): string {
  if (health === undefined) return "nobody reported this second";
  const { slipP99Ms, agentCpuRatio, stalledMs } = health;
  const words = `slip p99 ${figure(slipP99Ms)} ms, busiest agent ${percent(agentCpuRatio)} of a core`;
  return stalledMs < 100 ? words : `${words}, stalled for ${figure(stalledMs)} ms`;
}

function spread(left: string, right: string, columns: number): string {
  const room = Math.min(columns, 100) - [...left].length - [...right].length - 1;
  return `${left}${" ".repeat(Math.max(2, room))}${right}`;
}
