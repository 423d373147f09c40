/** The live line on stderr: repainted on a terminal, a plain line every few seconds elsewhere. */
import { styleText } from "node:util";
import type { Heard } from "../controller/heard.ts";

export interface ProgressOptions {
  readonly stream: NodeJS.WriteStream;
  /** Seconds between plain lines where there is no terminal. */
  readonly plainEveryS?: number;
}

export interface Progress {
  readonly heard: Heard;
  /** Leaves the terminal with whole lines. */
  end(): void;
}

export function openProgress({ stream, plainEveryS = 5 }: ProgressOptions): Progress {
  const isLive = stream.isTTY === true && process.env["TERM"] !== "dumb";
  const colour = isLive && process.env["NO_COLOR"] === undefined;
  let isPainted = false;
  let plainAtS = Number.NEGATIVE_INFINITY;
  const erase = () => {
    if (isPainted) stream.write("\r\x1b[2K");
    isPainted = false;
  };
  const line = (text: string) => {
    erase();
    stream.write(`${text}\n`);
  };
  return {
    heard: {
      step: (text) => line(`  ${colour ? styleText("dim", text) : text}`),
      second: (seen) => {
        const text = progressLine(seen);
        if (isLive) {
          erase();
          stream.write(cut(text, stream.columns ?? 80));
          isPainted = true;
        } else if (seen.atS - plainAtS >= plainEveryS || seen.leftS === 0 || seen.atS < plainAtS) {
          plainAtS = seen.atS;
          line(text);
        }
      },
    },
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
