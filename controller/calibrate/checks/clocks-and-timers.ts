/** Are the clocks finer than what is measured by them, and do the agents' clocks agree with ours? */
import { figure, ms, seconds } from "../../../verdict/telling/figures.ts";
import type { CalibrationCheck, Clocks } from "../certificate.ts";

/** The unit of every histogram: 1 µs. */
const unitNs = 1_000;
/** The period of the agents' event-loop probe, which is a plain timer: it says nothing about less. */
const timerLimitMs = 10;
/** Two agents started at one instant may differ by both errors; our goal is 2 ms between them. */
const offsetErrorLimitMs = 1;

export function clocksAndTimers({
  grainNs,
  readNs,
  timers,
  timerLateMs,
  agents,
}: Clocks): readonly CalibrationCheck[] {
  return [
    {
      check: "clock",
      subject: "grain",
      status: grainNs <= unitNs ? "upheld" : "refuted",
      because: `the clock goes in steps of ${figure(grainNs)} ns at least, where latencies are told in ${unitNs} ns`,
      observed: grainNs,
      limit: unitNs,
      unit: "ns",
    },
    {
      check: "clock",
      subject: "cost",
      status: readNs <= unitNs ? "upheld" : "refuted",
      because: `reading the clock takes ${figure(readNs)} ns`,
      observed: readNs,
      limit: unitNs,
      unit: "ns",
    },
    {
      check: "timers",
      subject: "controller",
      status: timerLateMs.p99 <= timerLimitMs ? "upheld" : "refuted",
      because:
        `of ${timers} plain timers half were late by ${ms(timerLateMs.p50)} or less, 99 % by ${ms(timerLateMs.p99)}, ` +
        `all by ${ms(timerLateMs.max)}; requests are not paced by them`,
      observed: timerLateMs.p99,
      limit: timerLimitMs,
      unit: "ms",
    },
    ...agents.flatMap((agent, index) => clockOf(agent, `agent-${index}`)),
  ];
}

function clockOf(
  { errorMs, movedMs, errorAgainMs, afterS }: Clocks["agents"][number],
  subject: string,
): readonly CalibrationCheck[] {
  const mayMoveMs = errorMs + errorAgainMs;
  const worstMs = Math.max(errorMs, errorAgainMs);
  return [
    {
      check: "clock-offset",
      subject,
      status: worstMs <= offsetErrorLimitMs ? "upheld" : "refuted",
      because: `${subject}'s clock is known within ${ms(worstMs)}`,
      observed: worstMs,
      limit: offsetErrorLimitMs,
      unit: "ms",
    },
    {
      check: "clock-offset",
      subject: `${subject} again`,
      status: Math.abs(movedMs) <= mayMoveMs ? "upheld" : "refuted",
      because: `read again after ${seconds(afterS)} the offset differed by ${ms(Math.abs(movedMs))}; the errors of both readings allow ${ms(mayMoveMs)}`,
      observed: Math.abs(movedMs),
      limit: mayMoveMs,
      unit: "ms",
    },
  ];
}
