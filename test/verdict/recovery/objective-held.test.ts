import { describe, expect, test } from "vitest";
import type { HealingObjective } from "../../../verdict/recovery/objective.ts";
import { objectiveHeld } from "../../../verdict/recovery/objective-held.ts";
import { signalOf } from "../../../verdict/recovery/signal.ts";
import { badBetween, type Disturbance, disturbed } from "../../fakes/disturbed.ts";
import { responses } from "../../fakes/evidence.ts";

const good: HealingObjective = { figure: "good", limit: 0.99, withinS: 10 };
const errors: HealingObjective = { figure: "errors", limit: 0.01, withinS: 10 };
const p99: HealingObjective = { figure: "p99", limit: 200, withinS: 10 };

/** The fault is gone at 14 s, and seen alone to the end. */
function held(objective: HealingObjective, how: Disturbance, clearS = 14, endS = 40) {
  const { timeline } = disturbed(how);
  return objectiveHeld({ timeline, signal: signalOf(timeline) }, objective, {
    ...{ clearS, endS, ended: "the run was over" },
  });
}

describe("the first five seconds that keep the objective as a whole begin", () => {
  test.each([
    { why: "at once where nothing was wrong", objective: good, bad: badBetween(0, 0), least: 0, most: 0 },
    {
      why: "with the tenth in which all is well",
      objective: good,
      bad: badBetween(10, 16.3),
      least: 2.2,
      most: 2.3,
    },
    {
      why: "not with a good moment in between",
      objective: good,
      bad: (tenth: number) => (tenth === 150 ? 0 : badBetween(10, 16.3)(tenth)),
      least: 2.2,
      most: 2.3,
    },
    {
      why: "before a last bad one that the share allows",
      objective: { ...good, limit: 0.95 },
      bad: badBetween(10, 16.3),
      least: 2.0,
      most: 2.1,
    },
    {
      why: "with the next whole second, of errors",
      objective: errors,
      bad: badBetween(10, 16.3),
      least: 2,
      most: 3,
    },
  ])("$why", ({ objective, bad, least, most }) => {
    const { fromS, unseen } = held(objective, { bad });
    expect(fromS!.least).toBeCloseTo(least, 6);
    expect(fromS!.most).toBeCloseTo(most, 6);
    expect(unseen).toBeUndefined();
  });

  test("with the next whole second, of response times", () => {
    const seen = disturbed();
    const slow = responses(400, 900);
    const timeline = seen.timeline.map((second) =>
      second.atS >= 10 && second.atS < 17 ? { ...second, response: slow } : second,
    );
    const how = { clearS: 14.4, endS: 40, ended: "the run was over" };
    const { fromS } = objectiveHeld({ timeline, signal: undefined }, p99, how);
    expect(fromS!.least).toBeCloseTo(1.6, 6);
    expect(fromS!.most).toBeCloseTo(2.6, 6);
  });
});

test("what is never kept, and was watched for long enough, has neither an instant nor an excuse", () => {
  for (const objective of [good, errors]) expect(held(objective, { bad: badBetween(10, 40) })).toEqual({});
});

test("what holds after the time allowed is still found", () => {
  expect(held(good, { bad: badBetween(10, 30) }).fromS).toEqual({ least: 15.9, most: 16 });
});

describe("it was not seen", () => {
  test.each([
    {
      why: "when the run was over too early",
      objective: good,
      how: { seconds: 25, bad: badBetween(10, 23) },
      endS: 25,
      says: "because the run was over 11 s after the fault was gone, and this takes 15 s",
    },
    {
      why: "when too few asked",
      objective: { ...errors, limit: 0.001 },
      how: { perTenth: 10, bad: badBetween(0, 0) },
      endS: 40,
      says: "too few requests in 5 s: 500, and this takes 1000",
    },
  ])("$why", ({ objective, how, endS, says }) => {
    expect(held(objective, how, 14, endS)).toEqual({ unseen: expect.stringContaining(says) });
  });

  test("when seconds in between are missing; what is seen to hold in time holds all the same", () => {
    const { timeline } = disturbed({ bad: badBetween(10, 14) });
    const holed = timeline.filter(({ atS }) => atS !== 15);
    const how = { clearS: 14, endS: 40, ended: "the run was over" };
    for (const objective of [good, errors, p99]) {
      const { fromS, unseen } = objectiveHeld({ timeline: holed, signal: signalOf(holed) }, objective, how);
      expect(fromS!.most).toBeCloseTo(2, 6);
      expect(unseen).toContain("not seen");
    }
  });

  test("when nobody counted tenths of seconds, of good answers", () => {
    const { timeline } = disturbed();
    const how = { clearS: 14, endS: 40, ended: "the run was over" };
    expect(objectiveHeld({ timeline, signal: undefined }, good, how)).toEqual({
      unseen: expect.stringContaining("not counted"),
    });
  });
});
