import { describe, expect, test } from "vitest";
import { membersOf } from "../../../targets/launch/members.ts";
import { shopConfig } from "../../../targets/launch/render-shop.ts";
import { parseConfig } from "../../../targets/shop/config.ts";
import { slowedBy } from "../../../targets/shop/slower.ts";
import { stage01 } from "../../../targets/stages/stage-01-single-machine.ts";
import { stage04 } from "../../../targets/stages/stage-04-reverse-proxy.ts";
import type { TargetSpec } from "../../../targets/target.ts";
import { chooseVariants } from "../../../targets/variant.ts";

const noFault = { fails: () => false, extraMs: () => 0 };
const fault = { fails: () => true, extraMs: () => 5 };

test("every answer takes three tenths longer, and what a fault plants comes on top", () => {
  expect(slowedBy(["slower"], noFault).extraMs(10)).toBeCloseTo(3, 12);
  expect(slowedBy(["slower"], fault).extraMs(10)).toBeCloseTo(8, 12);
  expect(slowedBy(["slower"], fault).fails()).toBe(true);
});

test("a shop that is not told so is as it was", () => {
  expect(slowedBy(undefined, noFault)).toBe(noFault);
  expect(slowedBy(["forgotten-keys"], noFault)).toBe(noFault);
});

/** What each shop is told, read as it reads it. */
function defectsOf(stage: TargetSpec, ...words: string[]) {
  const { spec, problems } = chooseVariants(stage, words);
  expect(problems).toEqual([]);
  const members = membersOf(spec);
  return members
    .filter(({ component }) => component === "shop")
    .map((shop) => {
      const called = members.filter(({ name }) => shop.calls.includes(name));
      const config = shopConfig(shop, 1, called, (name) => `${name}:1`);
      return parseConfig(JSON.stringify(config)).defects;
    });
}

describe("the variant slowness", () => {
  test.each([stage01, stage04])("$id: every shop is told, and none as a rule", (stage) => {
    expect(new Set(defectsOf(stage))).toEqual(new Set([undefined]));
    for (const defects of defectsOf(stage, "slowness=30%")) expect(defects).toEqual(["slower"]);
  });

  test("it leaves other defects where they are", () => {
    for (const defects of defectsOf(stage04, "slowness=30%", "planted=early-acknowledgement"))
      expect(defects).toEqual(["early-acknowledgement", "slower"]);
  });
});
