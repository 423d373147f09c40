import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HistogramLogReader, listTags } from "hdr-histogram-js";
import { afterEach, expect, test } from "vitest";
import { Collector, intervalLog } from "../../controller/collector.ts";
import { FaultsOn } from "../../controller/faults-on.ts";
import { RunRecord } from "../../controller/record.ts";
import { Recorder } from "../../metrics/recorder.ts";
import { toMessage } from "../../proto/codec.ts";
import type { Interval } from "../../proto/generated/bench.ts";
import { calm } from "../metrics/calm.ts";

const home = mkdtempSync(join(tmpdir(), "stagebench-collector-"));
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Seconds 0 and 1 of an agent that has one answer in each. */
function said(agent: number): Interval[] {
  const recorder = new Recorder({ drive: 0, operations: ["buy"] });
  return [0, 1].map((second) => {
    recorder.planned(second);
    recorder.fired(second, 100, 0);
    recorder.settled(second, second, 0, "ok", 1_000 * (agent + 1), 900);
    recorder.attempt(second, second * 2 + agent, agent === 0 ? "accepted" : "rejected");
    return toMessage(recorder.close(second, { inFlight: 0, waiting: 0 }).interval("open", calm));
  });
}

function collecting(faultsOn?: FaultsOn) {
  const record = RunRecord.create(join(home, "run"), "20260101T000000Z-test");
  const told: number[] = [];
  const collector = new Collector({
    agents: 2,
    warmupS: 0,
    durationS: 2,
    record,
    heard: { step: () => {}, second: ({ atS }) => told.push(atS) },
    label: undefined,
    nowMs: () => 0,
    ...(faultsOn && { faultsOn }),
  });
  collector.started(0, 1_700_000_000_000);
  return { collector, told, read: (name: string) => readFileSync(record.path(name), "utf8") };
}

test("the interval log has the whole fleet's second once its last agent has reported it, and not before", () => {
  const { collector, told, read } = collecting();
  const [first, second] = [said(0), said(1)];
  for (const message of first) collector.interval(0, message);
  expect(listTags(read(intervalLog))).toEqual([]);
  for (const message of second) collector.interval(1, message);
  expect(told).toEqual([0, 1]);
  const log = read(intervalLog);
  expect(log).toContain("#2 agents together");
  expect(listTags(log)).toEqual([
    "buy.response",
    "buy.service",
    "slip",
    "connection-wait",
    "event-loop-delay",
  ]);
  const reader = new HistogramLogReader(log);
  expect(reader.nextIntervalHistogram()).toMatchObject({
    tag: "buy.response",
    totalCount: 2,
    maxValue: 2_000,
  });
  expect(
    read("timeline.ndjson")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { atS: 0, planned: 2, completed: 2, p99Ms: 2 },
    { atS: 1, planned: 2, completed: 2 },
  ]);
  expect([0, 1, 2, 3].map((attempt) => collector.ledger.get(attempt))).toEqual([
    "accepted",
    "rejected",
    "accepted",
    "rejected",
  ]);
  collector.timeline.release();
});

test("every second on disk knows the faults that were in place in it", () => {
  const faultsOn = new FaultsOn();
  faultsOn.heard("fault-due", "kill:shop-1@1", 1_200);
  const { collector, read } = collecting(faultsOn);
  for (const agent of [0, 1]) for (const message of said(agent)) collector.interval(agent, message);
  const [first, second] = read("timeline.ndjson").trim().split("\n");
  expect(JSON.parse(first!)).not.toHaveProperty("faults");
  expect(JSON.parse(second!)).toMatchObject({ atS: 1, faults: ["kill:shop-1@1"] });
  collector.timeline.release();
});

test("what was said by some when the drive ended is written too", () => {
  const { collector, read } = collecting();
  for (const message of said(0)) collector.interval(0, message);
  collector.finish();
  expect(read(intervalLog).match(/^Tag=buy\.response/gm)).toHaveLength(2);
  collector.timeline.release();
});

test("an interval that cannot be read is a failure of the agent", () => {
  const { collector } = collecting();
  const [message] = said(0);
  const broken = { ...message!, slip: Buffer.from([0x80]) };
  expect(() => collector.interval(0, broken)).toThrow(expect.objectContaining({ kind: "agents" }));
});
