import { expect, test } from "vitest";
import type { Clock } from "../../../base/clock.ts";
import type { Ending } from "../../../targets/launch/node-process.ts";
import { untilReady, type Watched } from "../../../targets/launch/ready.ts";

/** Time passes only by waiting, and then at once. */
function simulatedClock(): Clock & { nowMs(): number } {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    epochMs: () => nowMs,
    after(delayMs, then) {
      nowMs += delayMs;
      queueMicrotask(then);
      return () => {};
    },
    soon: (then) => queueMicrotask(then),
  };
}

const node = (lines: readonly string[] = [], ending?: Ending): Watched => ({
  name: "db-1",
  logPath: "/run/db-1.log",
  ending,
  lastLines: () => lines,
});
const refused = async () => {
  throw new Error("connect ECONNREFUSED 127.0.0.1:5432");
};
const never = new AbortController().signal;

test("a node is asked until it answers", async () => {
  const clock = simulatedClock();
  let asked = 0;
  const probe = async () => {
    asked += 1;
    if (asked < 5) await refused();
  };
  await untilReady(node(), { does: "accept connections", limitMs: 10_000, probe }, never, clock);
  expect(asked).toBe(5);
  expect(clock.nowMs()).toBe(100);
});

test("the limit ends the asking; the failure says who, what, how long, and the last lines of the log", async () => {
  const clock = simulatedClock();
  const waiting = untilReady(
    node(["FATAL: no room", "LOG: shut down"]),
    { does: "accept connections", limitMs: 10_000, probe: refused },
    never,
    clock,
  );
  await expect(waiting).rejects.toMatchObject({
    kind: "target",
    message: "db-1 did not accept connections within 10 s",
    hint: expect.stringMatching(
      /ECONNREFUSED[\s\S]*\/run\/db-1.log[\s\S]*FATAL: no room[\s\S]*LOG: shut down/,
    ),
  });
  expect(clock.nowMs()).toBe(10_000);
});

test.each<{ how: string; ending: Ending; says: string }>([
  {
    how: "exits",
    ending: { code: 1, signal: null, atEpochMs: 0 },
    says: "db-1 exited with code 1 before it could accept connections",
  },
  {
    how: "is killed",
    ending: { code: null, signal: "SIGKILL", atEpochMs: 0 },
    says: "db-1 was ended by SIGKILL before it could accept connections",
  },
])("a node that $how early is not waited for", async ({ ending, says }) => {
  const clock = simulatedClock();
  const readiness = { does: "accept connections", limitMs: 10_000, probe: refused };
  const waiting = untilReady(node(["FATAL: bad setting"], ending), readiness, never, clock);
  await expect(waiting).rejects.toMatchObject({
    message: says,
    hint: expect.stringContaining("bad setting"),
  });
  expect(clock.nowMs()).toBe(0);
});

test("a node that wrote nothing is said to have written nothing", async () => {
  const waiting = untilReady(
    node(),
    { does: "answer PING", limitMs: 100, probe: refused },
    never,
    simulatedClock(),
  );
  await expect(waiting).rejects.toMatchObject({
    hint: expect.stringContaining("it wrote nothing to /run/db-1.log"),
  });
});

test("an interruption ends the waiting with its own reason", async () => {
  const interruption = new AbortController();
  const reason = new Error("Ctrl-C");
  const probe = async () => {
    interruption.abort(reason);
    await refused();
  };
  const readiness = { does: "answer PING", limitMs: 10_000, probe };
  await expect(untilReady(node(), readiness, interruption.signal, simulatedClock())).rejects.toBe(reason);
});
