import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { openProgress, progressLine, readUi } from "../../cli/progress.ts";

const erased = "\r\u001b[2K";
const second = {
  atS: 3,
  phase: "open",
  offeredPerS: 412,
  achievedPerS: 409,
  p99Ms: 18.4,
  inFlight: 7,
  leftS: 18,
};

/** A stream that keeps what is written, a terminal or not. */
function stream(isTTY: boolean): { stream: NodeJS.WriteStream; said(): string } {
  const through = Object.assign(new PassThrough(), { isTTY, columns: 60 });
  return { stream: through as unknown as NodeJS.WriteStream, said: () => String(through.read() ?? "") };
}

test("the line tells offered, achieved, p99, in flight, phase and time left", () => {
  expect(progressLine(second)).toBe(
    "  open      offered 412/s  achieved 409/s  p99 18 ms  in flight 7  18 s left",
  );
  expect(progressLine({ ...second, p99Ms: Number.NaN })).toContain("p99 -");
  expect(progressLine({ ...second, p99Ms: 1.26 })).toContain("p99 1.3 ms");
});

describe("without a terminal", () => {
  test("a plain line comes every five seconds and at the end, with no control characters", () => {
    const { stream: out, said } = stream(false);
    const { heard, end } = openProgress({ stream: out });
    for (let atS = 0; atS < 12; atS++) heard.second({ ...second, atS, leftS: 11 - atS });
    end();
    const lines = said().trimEnd().split("\n");
    expect(lines.map((line) => /(\d+) s left/.exec(line)?.[1])).toEqual(["11", "6", "1", "0"]);
    expect(lines.join("")).not.toContain("\x1b");
  });
});

describe("on a terminal", () => {
  test("the line is repainted within the width, and a step leaves it whole", () => {
    const { stream: out, said } = stream(true);
    let nowMs = 0;
    const { heard, end } = openProgress({ stream: out, nowMs: () => nowMs });
    heard.second(second);
    expect(said().length).toBeLessThan(60);
    nowMs += 250;
    heard.second(second);
    expect(said().startsWith(erased)).toBe(true);
    heard.step("reading the books");
    const step = said();
    expect(step.startsWith(erased)).toBe(true);
    expect(step).toMatch(/reading the books.*\n$/);
    end();
    expect(said()).toBe("");
  });
});

describe("a screen", () => {
  const seen = {
    ...{
      atS: 3,
      phase: "open",
      planned: 412,
      fired: 412,
      completed: 409,
      failed: 0,
      dropped: 0,
      inFlight: 7,
    },
    ...{ p50Ms: 3, p99Ms: 18.4, bad: 0 },
  };

  test("is repainted where it stands, no more than four times a second, and goes at the end", () => {
    const { stream: out, said } = stream(true);
    let nowMs = 0;
    const { heard, end } = openProgress({ stream: out, title: "browse on stage-01", nowMs: () => nowMs });
    heard.second({ ...second, seen });
    const first = said();
    expect(first.split("\n")).toHaveLength(7);
    nowMs += 100;
    heard.second({ ...second, seen: { ...seen, atS: 4 } });
    expect(said()).toBe("");
    nowMs += 150;
    heard.second({ ...second, seen: { ...seen, atS: 5 } });
    expect(said().startsWith(`${erased}${"\u001b[1A\u001b[2K".repeat(6)}  browse on stage-01`)).toBe(true);
    end();
    expect(said()).toBe(`${erased}${"\u001b[1A\u001b[2K".repeat(6)}`);
  });

  test("is lines where there is no terminal, and lines or nothing where that is asked for", () => {
    const quiet = stream(true);
    openProgress({ stream: quiet.stream, ui: "none", title: "x" }).heard.step("reading the books");
    expect(quiet.said()).toBe("");
    for (const { out, ui } of [
      { out: stream(false), ui: "live" },
      { out: stream(true), ui: "lines" },
    ] as const) {
      openProgress({ stream: out.stream, ui, title: "x" }).heard.second({ ...second, seen });
      expect(out.said()).toBe(`${progressLine(second)}\n`);
    }
  });

  test("a way that there is not is refused with the nearest", () => {
    expect(readUi(undefined)).toBeUndefined();
    expect(() => readUi("linees")).toThrow('did you mean "lines"?');
  });
});
