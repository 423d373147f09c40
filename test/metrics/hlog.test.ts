import { HistogramLogReader, listTags } from "hdr-histogram-js";
import { expect, test } from "vitest";
import { hlogHeader, hlogLine, hlogLines } from "../../metrics/hlog.ts";
import { Latency } from "../../metrics/latency.ts";
import { Recorder } from "../../metrics/recorder.ts";
import { ReportedSecond } from "../../metrics/reported-second.ts";
import { calm } from "./calm.ts";

const startEpochMs = 1_700_000_000_250;

/** Second 0 of two agents that each saw one request. */
function logOf(): string {
  const reported = new ReportedSecond(0);
  for (const [responseUs, slipUs] of [
    [12_345, 150],
    [2_000, 90],
  ] as const) {
    const recorder = new Recorder({ drive: 0, operations: ["home"] });
    recorder.planned(0);
    recorder.fired(0, slipUs, 0);
    recorder.settled(0, 0, 0, "ok", responseUs, responseUs);
    reported.add(recorder.close(0, { inFlight: 0, waiting: 0 }).interval("open", calm));
  }
  const log = hlogHeader(startEpochMs, ["stagebench, 2 agents, drive 1"]) + hlogLines(reported);
  reported.release();
  return log;
}

test("the log reader of the HdrHistogram port reads tags, times and values back", () => {
  const log = logOf();
  expect(listTags(log)).toEqual([
    "home.response",
    "home.service",
    "slip",
    "connection-wait",
    "event-loop-delay",
  ]);
  const reader = new HistogramLogReader(log);
  const response = reader.nextIntervalHistogram();
  expect(response).toMatchObject({ tag: "home.response", totalCount: 2, startTimeStampMsec: startEpochMs });
  expect(response!.endTimeStampMsec).toBe(startEpochMs + 1000);
  expect(Math.abs(response!.maxValue - 12_345)).toBeLessThan(13);
  expect(reader.nextIntervalHistogram()).toMatchObject({ tag: "home.service", totalCount: 2 });
  expect(reader.nextIntervalHistogram()).toMatchObject({ tag: "slip", totalCount: 2, maxValue: 150 });
});

test("header and lines have the form of format 1.3", () => {
  const lines = logOf().split("\n");
  expect(lines.slice(0, 5)).toEqual([
    "#stagebench, 2 agents, drive 1",
    "#[Histogram log format version 1.3]",
    "#[StartTime: 1700000000.250 (seconds since epoch), 2023-11-14T22:13:20.250Z]",
    "#[BaseTime: 1700000000.250 (seconds since epoch)]",
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
  ]);
  expect(lines[5]).toMatch(/^Tag=home\.response,0\.000,1\.000,12\.3\d\d,HISTF/);
});

test("a name with a comma cannot break the line", () => {
  const latency = Latency.blank();
  expect(hlogLine("a, b", 0, 1, latency)).toMatch(/^Tag=a__b,0\.000/);
  latency.release();
});
