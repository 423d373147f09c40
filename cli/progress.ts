/** What is said of a run while it goes on, on stderr: a screen that is repainted on a terminal, plain lines elsewhere, or nothing. */
import { styleText } from "node:util";
import { Failure, unknownName } from "../base/failure.ts";
import type { Heard } from "../controller/heard.ts";
import { LiveScreen } from "./live-screen.ts";

/** *live*: repainted in place; *lines*: one every few seconds; *none*: only what goes wrong is said. */
export const uis = ["live", "lines", "none"] as const;
export type Ui = (typeof uis)[number];

export interface ProgressOptions {
  readonly stream: NodeJS.WriteStream;
  /** Absent: live on a terminal, else lines. */
  readonly ui?: Ui | undefined;
  /** `flash-sale on stage-08`; without it a terminal has one line that is repainted. */
  readonly title?: string;
  /** Seconds between plain lines where there is no terminal. */
  readonly plainEveryS?: number;
  nowMs?(): number;
}

export interface Progress {
  readonly heard: Heard;
  /** Paints what came too soon after the last time. */
  flush(): void;
  /** Leaves the terminal with whole lines. */
  end(): void;
}

/** A reader sees no more, and a slow terminal is not kept busy. */
const betweenPaintsMs = 250;

/** @throws {Failure} `usage` when there is no such way */
export function readUi(word: string | undefined): Ui | undefined {
  if (word === undefined) return undefined;
  const found = uis.find((ui) => ui === word);
  if (found === undefined) throw new Failure("usage", `--ui: ${unknownName("way to show a run", word, uis)}`);
  return found;
}

export function openProgress({
  stream,
  ui,
  title,
  plainEveryS = 5,
  nowMs = () => performance.now(),
}: ProgressOptions): Progress {
  const isTerminal = stream.isTTY === true && process.env["TERM"] !== "dumb";
  // Lines that are repainted where nothing can be repainted would be rubbish in a log.
  const shown: Ui = ui === "live" && !isTerminal ? "lines" : (ui ?? (isTerminal ? "live" : "lines"));
  if (shown === "none") return { heard: { step() {}, second() {} }, flush() {}, end() {} };
  const colour = isTerminal && process.env["NO_COLOR"] === undefined;
  const screen = title === undefined ? undefined : new LiveScreen(title);
  let painted = 0;
  let paintedAtMs = Number.NEGATIVE_INFINITY;
  let plainAtS = Number.NEGATIVE_INFINITY;
  let waiting: (() => readonly string[]) | undefined;
  const erase = () => {
    if (painted > 0) stream.write(`\r\x1b[2K${"\x1b[1A\x1b[2K".repeat(painted - 1)}`);
    painted = 0;
  };
  const paint = (lines: readonly string[]) => {
    erase();
    if (lines.length === 0) return;
    stream.write(lines.join("\n"));
    painted = lines.length;
  };
  const flush = () => {
    const lines = waiting?.();
    waiting = undefined;
    if (lines === undefined) return;
    paintedAtMs = nowMs();
    paint(lines);
  };
  const line = (text: string) => {
    erase();
    stream.write(`${text}\n`);
  };
  return {
    heard: {
      step: (text) => line(`  ${colour ? styleText("dim", text) : text}`),
      second: (second) => {
        const columns = stream.columns ?? 80;
        const { seen, phase, leftS } = second;
        if (shown === "live") {
          if (seen !== undefined) screen?.add({ seen, label: phase, leftS });
          waiting = () =>
            screen === undefined || seen === undefined
              ? [cut(progressLine(second), columns)]
              : screen.lines(columns);
          if (nowMs() - paintedAtMs >= betweenPaintsMs) flush();
        } else if (second.atS - plainAtS >= plainEveryS || leftS === 0 || second.atS < plainAtS) {
          plainAtS = second.atS;
          line(progressLine(second));
        }
      },
    },
    flush,
    end: erase,
  };
}

/** `open      12/30 s  offered 412/s  achieved 409/s  p99 18 ms  in flight 7  18 s left` */
export function progressLine(seen: Parameters<Heard["second"]>[0]): string {
  const { phase, offeredPerS, achievedPerS, p99Ms, inFlight, leftS } = seen;
  const p99 = Number.isFinite(p99Ms) ? `${p99Ms < 10 ? p99Ms.toFixed(1) : Math.round(p99Ms)} ms` : "-";
  return `  ${phase.padEnd(9)} offered ${offeredPerS}/s  achieved ${achievedPerS}/s  p99 ${p99}  in flight ${inFlight}  ${leftS} s left`;
}

function cut(text: string, columns: number): string {
  return text.length < columns ? text : text.slice(0, Math.max(0, columns - 1));
}
