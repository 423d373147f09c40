import { describe, expect, test } from "vitest";
import { decide, type Past, type ScalingRule } from "../../../../targets/launch/compose/scaling-rule.ts";

const rule: ScalingRule = {
  targetRatio: 0.5,
  toleranceRatio: 0.1,
  growthSpanS: 12,
  leastStep: 4,
  calmSpanS: 60,
};
const bounds = { least: 1, most: 40 };

test.each([
  { why: "it uses what it should", members: 2, usedRatio: 0.5, gives: 2 },
  { why: "it is off by less than the tolerance", members: 2, usedRatio: 0.54, gives: 2 },
  { why: "it uses twice what it should", members: 2, usedRatio: 1, gives: 4 },
  { why: "a part of a member is wanted", members: 2, usedRatio: 0.6, gives: 3 },
  { why: "four more is more than double", members: 1, usedRatio: 20, gives: 5 },
  { why: "double is more than four more", members: 10, usedRatio: 20, gives: 20 },
  { why: "there may be no more", members: 30, usedRatio: 5, gives: 40 },
  { why: "it idles, and one is the least", members: 3, usedRatio: 0, gives: 1 },
])("$gives of $members when $why", ({ members, usedRatio, gives }) => {
  expect(decide({ atS: 0, members, usedRatio }, [], rule, bounds).members).toBe(gives);
});

describe("over time", () => {
  const run = (looks: readonly { atS: number; usedRatio: number }[], from: number) => {
    let members = from;
    let past: readonly Past[] = [];
    return looks.map(({ atS, usedRatio }) => {
      const decision = decide({ atS, members, usedRatio }, past, rule, bounds);
      ({ members, past } = decision);
      return members;
    });
  };

  test("a step of a hundred times is followed by doubling in each span, not at once", () => {
    const looks = Array.from({ length: 20 }, (_, index) => ({ atS: index * 3, usedRatio: 50 }));
    const members = run(looks, 1);
    expect(members[0]).toBe(5);
    expect(members.slice(0, 4)).toEqual([5, 5, 5, 5]);
    expect(members[4]).toBe(10);
    expect(members.at(-1)).toBe(40);
  });

  test("it does not shrink before it has been calm for the whole span", () => {
    const looks = [
      { atS: 0, usedRatio: 1 },
      { atS: 3, usedRatio: 0.1 },
      { atS: 57, usedRatio: 0.1 },
      { atS: 60, usedRatio: 0.1 },
    ];
    expect(run(looks, 4)).toEqual([8, 8, 8, 2]);
  });
});
