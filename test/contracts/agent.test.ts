import { afterEach, beforeEach, expect, test } from "vitest";
import { runAgent } from "../../agents/agent.ts";
import type { Failure } from "../../base/failure.ts";
import { fromMessage } from "../../proto/codec.ts";
import type { Assignment } from "../../proto/generated/bench.ts";
import { buildDigest } from "../../proto/version.ts";
import { FrontDesk } from "../fakes/front-desk.ts";

/** A drive of half a second that reaches no network. */
const assignment: Assignment = {
  drive: 4,
  scenario: "browse",
  scenarioFile: "",
  seed: 7,
  shareIndex: 0,
  shareCount: 1,
  ratePerS: 40,
  warmupS: 0,
  durationS: 0.5,
  drainS: 1,
  baseUrls: [],
  names: undefined,
  requestTimeoutMs: 1_000,
  maxConnections: 4,
  maxInFlight: 100,
  world: { items: 100, categories: 10, users: 100, tag: "t", sale: undefined },
  sender: "none",
  purpose: "measure",
};

let desk: FrontDesk;
beforeEach(async () => {
  desk = await FrontDesk.open();
});
afterEach(() => desk[Symbol.asyncDispose]());

function agent(signal = new AbortController().signal): Promise<undefined | Failure> {
  return runAgent({ controller: desk.address, token: "secret", wantedIndex: 2, host: "here", signal }).then(
    () => undefined,
    (failure: Failure) => failure,
  );
}

async function welcomed(): Promise<void> {
  await desk.hear("hello");
  desk.say({ $case: "welcome", value: { index: 2 } });
}

test("an agent says who it is, answers the clock, drives what it is asked to, and leaves when told", async () => {
  const left = agent();
  await welcomed();
  expect((await desk.hear("hello")).value).toEqual({
    token: "secret",
    pid: process.pid,
    build: buildDigest(),
    host: "here",
    wantedIndex: 2,
  });
  desk.say({ $case: "clock", value: { id: 9 } });
  const { value: clock } = await desk.hear("clock");
  expect(clock.id).toBe(9);
  expect(Math.abs(clock.agentMs - performance.now())).toBeLessThan(1_000);
  desk.say({ $case: "assignment", value: assignment });
  expect((await desk.hear("ready")).value).toEqual({ drive: 4 });
  desk.say({ $case: "start", value: { drive: 4, atAgentMs: performance.now() + 20 } });
  const { value: farewell } = await desk.hear("farewell");
  const intervals = desk.heard.flatMap((heard) =>
    heard.$case === "interval" ? [fromMessage(heard.value)] : [],
  );
  expect(farewell).toMatchObject({ drive: 4, intervals: intervals.length });
  expect(intervals.map(({ drive, second }) => [drive, second])).toEqual([[4, 0]]);
  const [{ counts }] = intervals as [(typeof intervals)[0]];
  expect(counts.planned).toBeGreaterThan(5);
  expect(counts.completed).toBe(counts.planned);
  desk.say({ $case: "goodbye", value: { because: "the run is over" } });
  expect(await left).toBeUndefined();
});

test("an agent that is asked to counts every request by tenths of a second too", async () => {
  const left = agent();
  await welcomed();
  desk.say({ $case: "assignment", value: { ...assignment, goodWithinMs: 1_000 } });
  await desk.hear("ready");
  desk.say({ $case: "start", value: { drive: 4, atAgentMs: performance.now() + 20 } });
  await desk.hear("farewell");
  const intervals = desk.heard.flatMap((heard) =>
    heard.$case === "interval" ? [fromMessage(heard.value)] : [],
  );
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const tenths = intervals.flatMap((interval) => interval.tenths ?? []);
  const planned = sum(intervals.map(({ counts }) => counts.planned));
  expect(planned).toBeGreaterThan(5);
  expect(sum(tenths.flatMap((second) => second.planned))).toBe(planned);
  // Nobody answers anything: some operations make do with that, others find it wrong.
  const good = intervals.flatMap(({ latencies }) => latencies.map(({ outcomes }) => outcomes.ok ?? 0));
  expect(sum(tenths.flatMap((second) => second.good))).toBe(sum(good));
  expect(sum(good)).toBeGreaterThan(0);
  expect(tenths.map(({ plannedSecond }) => plannedSecond)).toEqual([0]);
  desk.say({ $case: "goodbye", value: { because: "the run is over" } });
  expect(await left).toBeUndefined();
});

test("a stop before the start is obeyed, and another drive can follow", async () => {
  const left = agent();
  await welcomed();
  desk.say({ $case: "stop", value: { drive: 4, because: "another agent was lost" } });
  desk.say({ $case: "assignment", value: assignment });
  await desk.hear("ready");
  desk.say({ $case: "start", value: { drive: 4, atAgentMs: performance.now() } });
  expect((await desk.hear("farewell")).value).toEqual({
    drive: 4,
    intervals: 0,
    cutShort: 0,
    because: "another agent was lost",
  });
  desk.heard.length = 0;
  desk.say({ $case: "assignment", value: { ...assignment, drive: 5 } });
  expect((await desk.hear("ready")).value).toEqual({ drive: 5 });
  desk.say({ $case: "goodbye", value: { because: "" } });
  expect(await left).toBeUndefined();
});

test("an agent that is not let in says why", async () => {
  const left = agent();
  await desk.hear("hello");
  desk.say({ $case: "goodbye", value: { because: "another build" } });
  expect(await left).toMatchObject({
    kind: "agents",
    message: "the controller refused this agent: another build",
  });
});

test("an agent without a controller says so", async () => {
  desk.vanish();
  expect(await agent()).toMatchObject({
    kind: "agents",
    message: expect.stringMatching(/^the controller at 127\.0\.0\.1:\d+ cannot be joined: /),
  });
});

test("an agent whose controller vanishes in the middle of a drive leaves within a second", async () => {
  const left = agent();
  await welcomed();
  desk.say({ $case: "assignment", value: { ...assignment, durationS: 60 } });
  await desk.hear("ready");
  desk.say({ $case: "start", value: { drive: 4, atAgentMs: performance.now() } });
  await desk.hear("interval");
  const goneAtMs = performance.now();
  desk.vanish();
  expect(await left).toMatchObject({ kind: "agents", message: expect.stringContaining("is gone") });
  expect(performance.now() - goneAtMs).toBeLessThan(1_000);
});

test.each([
  { why: "an unknown scenario", change: { scenario: "brwse" }, says: 'did you mean "browse"?' },
  { why: "an unknown sender", change: { sender: "htp" }, says: 'unknown sender "htp"; did you mean "http"?' },
  { why: "nowhere to send to", change: { sender: "http" }, says: "no base URL was given" },
])("$why is told to the controller before the agent leaves", async ({ change, says }) => {
  const left = agent();
  await welcomed();
  desk.say({ $case: "assignment", value: { ...assignment, ...change } });
  const { value: trouble } = await desk.hear("trouble");
  expect(trouble.sentence).toContain(says);
  expect(await left).toMatchObject({ kind: "usage" });
});

test("an agent leaves when its own process is told to stop", async () => {
  const stop = new AbortController();
  const left = agent(stop.signal);
  await welcomed();
  stop.abort();
  expect(await left).toMatchObject({ kind: "interrupted" });
});
