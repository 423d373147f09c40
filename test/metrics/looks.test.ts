/** Looks at guarantees: counted by the second of the answer, added up from the start of the measured part. */
import { expect, test } from "vitest";
import { LookSums } from "../../metrics/look-sums.ts";
import { Recorder } from "../../metrics/recorder.ts";
import { Timeline } from "../../metrics/timeline.ts";
import { calm } from "./calm.ts";

test("an interval has the looks of its second, and none where there were none", () => {
  const recorder = new Recorder({ drive: 0, operations: ["cart"] });
  recorder.looked(0, "session-kept", true);
  recorder.looked(0, "read-your-writes", true);
  recorder.looked(0, "read-your-writes", false);
  const still = { inFlight: 0, waiting: 0 };
  expect(recorder.close(0, still).interval("all", calm).looks).toEqual([
    { guarantee: "read-your-writes", checked: 2, broken: 1 },
    { guarantee: "session-kept", checked: 1, broken: 0 },
  ]);
  expect(recorder.close(1, still).interval("all", calm)).not.toHaveProperty("looks");
});

test("sums know the first and the last second of a break, in whatever order agents tell", () => {
  const sums = new LookSums();
  const looks = (checked: number, broken: number) => [
    { guarantee: "read-your-writes" as const, checked, broken },
  ];
  sums.add(3, looks(10, 0));
  expect(sums.totals()).toEqual({ "read-your-writes": { checked: 10, broken: 0 } });
  sums.add(9, looks(10, 2));
  sums.add(5, looks(10, 1));
  sums.add(7, looks(10, 1));
  expect(sums.totals()).toEqual({
    "read-your-writes": { checked: 40, broken: 4, firstBrokenAtS: 5, lastBrokenAtS: 9 },
  });
});

test("warm-up does not count, and what is seen after the end does", () => {
  const recorder = new Recorder({ drive: 0, operations: ["cart"] });
  const timeline = new Timeline({ agents: 1, warmupS: 1, durationS: 1 });
  for (let second = 0; second < 3; second++) {
    recorder.looked(second, "monotonic-reads", second !== 2);
    timeline.add(0, recorder.close(second, { inFlight: 0, waiting: 0 }).interval("all", calm));
  }
  expect(timeline.looks()).toEqual({
    "monotonic-reads": { checked: 2, broken: 1, firstBrokenAtS: 1, lastBrokenAtS: 1 },
  });
  timeline.release();
});
