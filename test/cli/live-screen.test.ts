import { expect, test } from "vitest";
import { LiveScreen } from "../../cli/live-screen.ts";
import type { TimelineSecond } from "../../metrics/timeline-second.ts";

const second = (atS: number, more: Partial<TimelineSecond> = {}): TimelineSecond => ({
  ...{ atS, phase: "open", planned: 400, fired: 400, completed: 398, failed: 2, dropped: 0, inFlight: 7 },
  ...{ p50Ms: 3.2, p99Ms: 41.2, bad: 2 },
  health: { slipP99Ms: 1.2, eventLoopDelayP99Ms: 2, stalledMs: 4, gcPauseMs: 1, agentCpuRatio: 0.21 },
  ...more,
});
const add = (screen: LiveScreen, seen: TimelineSecond) =>
  screen.add({ seen, label: seen.phase, leftS: Math.max(0, 29 - seen.atS) });

test("what one wants to know of a run that goes on, in seven lines", () => {
  const screen = new LiveScreen("flash-sale on stage-08");
  expect(screen.lines(100)).toEqual([]);
  for (let atS = 0; atS < 12; atS++)
    add(
      screen,
      second(atS, { completed: atS < 9 ? 398 : 200, ...(atS > 8 && { faults: ["kill:shop-2@9"] }) }),
    );
  expect(screen.lines(100)).toEqual([
    "  flash-sale on stage-08                                                      open  12 s, 18 s left",
    `  offered          400/s  ${"█".repeat(12)}`,
    `  achieved         200/s  ${"█".repeat(9)}▅▅▅${" ".repeat(28)}  in flight 7`,
    `  p99            41.2 ms  ${"█".repeat(12)}${" ".repeat(28)}  p50 3.20 ms`,
    `  not good        0.99 %  ${"█".repeat(12)}`,
    "  faults       kill:shop-2@9  ·········▓▓▓",
    "  instrument   slip p99 1.20 ms, busiest agent 21.0 % of a core",
  ]);
});

test("no line is wider than the terminal, and only so much is looked back at", () => {
  const screen = new LiveScreen("a scenario with a name that goes on and on, on a target with one as well");
  for (let atS = 0; atS < 300; atS++) add(screen, second(atS, { faults: ["kill:shop-2@9", "freeze:db@12"] }));
  for (const columns of [20, 60, 80, 200])
    for (const line of screen.lines(columns)) expect([...line].length).toBeLessThan(columns);
  expect(screen.lines(200)[1]).toContain("█".repeat(40));
  expect(screen.lines(200)[1]).not.toContain("█".repeat(41));
});

test("another drive begins anew; before the measured part it says how long it is", () => {
  const screen = new LiveScreen("browse on stage-01");
  add(screen, second(3));
  add(screen, second(-5, { phase: "warm-up" }));
  const [top = "", offered = ""] = screen.lines(100);
  expect(top).toContain("warm-up  5 s to the measured part");
  expect(offered.match(/█/g)).toHaveLength(1);
});

test("what nobody knows is said so, and a stall is told", () => {
  const screen = new LiveScreen("browse on stage-01");
  const { health, ...silent } = second(0, { p99Ms: 0, completed: 0, failed: 0, bad: 0 });
  add(screen, silent);
  const lines = screen.lines(100).join("\n");
  expect(lines).toMatch(/p99 +- /);
  expect(lines).toMatch(/not good +- /);
  expect(lines).toContain("nobody reported this second");
  add(screen, second(1, { health: { ...health!, stalledMs: 340 } }));
  expect(screen.lines(100).at(-1)).toContain("stalled for 340 ms");
});
