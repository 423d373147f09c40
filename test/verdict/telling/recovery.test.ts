import { describe, expect, test } from "vitest";
import type { Watched } from "../../../metrics/detection.ts";
import { judge } from "../../../verdict/judge.ts";
import { recoveries } from "../../../verdict/recovery/recovery.ts";
import { faultBlock, recoveryBlock } from "../../../verdict/telling/fault-block.ts";
import { headline, summary } from "../../../verdict/telling/headline.ts";
import { pointers } from "../../../verdict/telling/pointers.ts";
import { recoverySentences } from "../../../verdict/telling/recovery.ts";
import { badBetween, type Disturbance, disturbed, faultSeen } from "../../fakes/disturbed.ts";
import { evidence, tallied } from "../../fakes/evidence.ts";

const first = (how: Disturbance) => recoverySentences(recoveries(disturbed(how))[0]!)[0];
const all = (how: Disturbance) => recoverySentences(recoveries(disturbed(how))[0]!).join("\n");
const long = faultSeen(10, 24);

describe("the first sentence says when it was felt and when it was over", () => {
  test.each([
    { how: {}, says: "not felt by shoppers" },
    { how: { bad: badBetween(10, 14) }, says: "felt at once; back as soon as it was gone" },
    {
      how: { faults: [long], bad: badBetween(11.2, 14.7) },
      says: "felt 1.2 s after it was seen to bite; back 4.7 s after it was seen to bite, although it was on; back as soon as it was gone",
    },
    {
      how: { faults: [long], bad: badBetween(10, 26) },
      says: "felt at once; not back while it was on (14 s); back 2 s after it was gone",
    },
    {
      how: { bad: (tenth: number) => badBetween(15, 16)(tenth) + badBetween(25, 26)(tenth) },
      says: "felt 5 s after it was seen to bite; not felt while it was on; back 2 s after it was gone; felt again 1 time",
    },
    {
      how: { bad: badBetween(10, 40) },
      says: "felt at once; not back in the 26 s after it was gone that could be watched; whether it stays down by itself takes 60 s under the load from before to see",
    },
    {
      how: { seconds: 16, bad: badBetween(10, 16), faults: [faultSeen(10, 18)] },
      says: "felt at once; not back while it was on (8 s); the measured part was over before it was gone",
    },
    {
      how: { seconds: 90, bad: badBetween(10, 90) },
      says: "felt at once; not back in the 76 s after it was gone that could be watched; metastable: it stayed down by itself for 60 s under the load from before",
    },
    {
      how: {
        bad: badBetween(10, 26),
        faults: [faultSeen(10, 14), faultSeen(20, 26, { id: "freeze:db@20" })],
      },
      says: "felt at once; not back in the 6 s after it was gone that could be watched, when freeze:db@20 began; whether it stays down by itself takes 60 s under the load from before to see",
    },
  ])("$says", ({ how, says }) => {
    expect(first(how)).toBe(says);
  });
});

test("what may spoil the figures is said beside them", () => {
  const overlapping = [faultSeen(10, 14), faultSeen(12, 20, { id: "freeze:db@12" })];
  expect(all({ faults: overlapping })).toContain("the figures are about freeze:db@12 too");
  expect(all({ faults: [faultSeen(2, 4)] })).toContain(
    "there is nothing to compare with: there were only 1.00 s",
  );
});

test("a run without faults has no block about them, and one whose fault did nothing none about recovery", () => {
  expect(faultBlock(evidence(), 100)).toEqual([]);
  const vacuous = disturbed({ faults: [faultSeen(10, 14, { status: "vacuous", because: "no effect" })] });
  expect(faultBlock(vacuous, 100)).toHaveLength(3);
  expect(recoveryBlock(vacuous, { width: 100, margin: 12 })).toEqual([]);
});

test("the verdict says through how much the target carried its load, and that the claim is not about that", () => {
  const seen = disturbed({ bad: badBetween(10, 14) });
  const verdict = judge(seen, tallied());
  expect(headline(seen, verdict)).toContain(
    "for 40 s at 400 arrivals/s through 1 fault, and its books agree",
  );
  expect(summary(seen, verdict)).toContain("(claim 250 ms without faults)");
});

test("the slowest second is told with the fault that was in place", () => {
  const seen = disturbed({ bad: badBetween(10, 14) });
  const timeline = seen.timeline.map((second) => (second.atS === 11 ? { ...second, p99Ms: 900 } : second));
  const told = pointers({ ...seen, timeline }, tallied(), judge(seen, tallied()));
  expect(told).toContainEqual(expect.stringContaining("while kill:shop-1@10 was in place"));
});

describe("what the target noticed, who was hit, and what it cost in work", () => {
  const balancer = { by: "l4-1", source: "health-check", about: ["shop-1"] } as const;
  const said = (by: string, atS: number) => ({ ...balancer, by, atS, isBack: false, says: "DOWN" });
  const told = (watched: Partial<Watched>) => {
    const whole: Watched = { detectors: [balancer], detections: [], traffic: [], ...watched };
    return recoverySentences(recoveries({ ...disturbed(), watched: whole })[0]!);
  };

  test.each([
    {
      why: "two noticed",
      watched: {
        detectors: [balancer, { ...balancer, by: "l4-2" }],
        detections: [said("l4-2", 10.9), said("l4-1", 11.1)],
      },
      says: "noticed by the target 0.90 s after it was seen to bite: l4-2 (health checks), and 1 other after it",
    },
    {
      why: "nobody watches",
      watched: { detectors: [] },
      says: "not noticed by the target while it was on: nothing in the target that we could read watches shop-1",
    },
    {
      why: "statements doubled",
      watched: {
        traffic: Array.from({ length: 41 }, (_, atS) => ({
          atS,
          counts: { statements: 400 * atS + 400 * Math.max(0, atS - 10) },
        })),
      },
      says: "amplification: 2.00 times as many statements to databases, for each request, 1.00 before and 2.00 while it was on",
    },
    {
      why: "nothing was done twice",
      watched: {
        traffic: Array.from({ length: 41 }, (_, atS) => ({ atS, counts: { statements: 400 * atS } })),
      },
      says: "amplification: no tier had more to do for a request than before",
    },
    {
      why: "nobody counts",
      watched: {},
      says: "amplification: unknown; nothing in the target counts what reaches it where we could read it",
    },
  ])("$why", ({ watched, says }) => {
    expect(told(watched)).toContain(says);
  });

  test("operations that were hit are named, worst first", () => {
    const seen = disturbed();
    const operations = (good: number) => ({
      detail: { settled: 100, good },
      home: { settled: 300, good: 300 },
      pay: { settled: 1, good: 1 },
    });
    const timeline = seen.timeline.map((second) => ({
      ...second,
      operations: operations(second.atS >= 10 && second.atS < 14 ? 40 : 100),
    }));
    expect(recoverySentences(recoveries({ ...seen, timeline })[0]!)).toContain(
      "hit: 1 of 2 operations, 25.0 % of what is asked: detail (40.0 % good); of 1 more there were too few to say",
    );
  });

  test("where nobody listened nothing is said", () => {
    expect(all({})).not.toMatch(/noticed|amplification|hit:/);
  });
});
