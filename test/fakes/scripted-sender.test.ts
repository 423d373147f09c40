import { expect, test } from "vitest";
import type { Exchange } from "../../agents/senders/sender.ts";
import { ManualClock } from "./manual-clock.ts";
import { ScriptedSender } from "./scripted-sender.ts";

/** Writes down what it hears. */
function listener(heard: string[]): Exchange {
  return {
    wantsBody: true,
    fired: (atMs, waitedMs) => heard.push(`fired at ${atMs} after ${waitedMs}`),
    answered: (answer, atMs) => heard.push(`${answer.status} at ${atMs}`),
    failed: (how, isSent, atMs) => heard.push(`${how} at ${atMs}, ${isSent ? "sent" : "not sent"}`),
    dropped: (atMs) => heard.push(`dropped at ${atMs}`),
    impossible: (because) => heard.push(because),
  };
}
const request = { method: "GET", path: "/" } as const;

test("answers come after their time, and the second waits for the only connection", () => {
  const clock = new ManualClock();
  const sender = new ScriptedSender(clock, () => ({ afterMs: 10, status: 201 }), 1);
  const heard: string[] = [];
  sender.send(request, listener(heard));
  sender.send(request, listener(heard));
  expect([sender.inFlight, sender.waiting]).toEqual([1, 1]);
  clock.pass(30);
  expect(heard).toEqual(["fired at 0 after 0", "201 at 10", "fired at 10 after 10", "201 at 20"]);
});

test.each([
  { fails: "refused", heard: ["disconnected at 0, not sent"] },
  { fails: "timeout", heard: ["fired at 0 after 0", "timeout at 5, sent"] },
] as const)("$fails is told", ({ fails, heard }) => {
  const clock = new ManualClock();
  const sender = new ScriptedSender(clock, () => ({ afterMs: 5, fails }));
  const told: string[] = [];
  sender.send(request, listener(told));
  clock.pass(10);
  expect(told).toEqual(heard);
});

test("what waits can be dropped", () => {
  const clock = new ManualClock();
  const sender = new ScriptedSender(clock, () => ({}), 0);
  const heard: string[] = [];
  sender.send(request, listener(heard));
  sender.dropWaiting();
  expect(heard).toEqual(["dropped at 0"]);
});
