/** How long is looked before something is done, so that what is usual is known by then. */
import { expect, test } from "vitest";
import { leadFor } from "../../../controller/exam/lead.ts";
import { multiActive } from "../../../controller/exam/multi-active.ts";
import { nPlusOne } from "../../../controller/exam/n-plus-1.ts";
import { examRequest } from "../../../controller/exam/sit.ts";
import { findScenario } from "../../../scenarios/catalog.ts";
import { findTarget } from "../../../targets/catalog.ts";
import { membersOf } from "../../../targets/launch/members.ts";
import { requestsPerBin } from "../../../verdict/recovery/signal.ts";
import { usualOf } from "../../../verdict/recovery/usual.ts";

test.each([
  { why: "tenths of a second have enough", requestsPerS: 300, leadS: 10 },
  { why: "it takes half a second to have enough", requestsPerS: 56, leadS: 15 },
  { why: "it takes a second", requestsPerS: 30, leadS: 25 },
  { why: "not even a second has enough", requestsPerS: 1, leadS: 25 },
  { why: "it is not known how many there will be", requestsPerS: undefined, leadS: 10 },
])("$leadS s when $why", ({ requestsPerS, leadS }) => {
  expect(leadFor(requestsPerS, 10)).toBe(leadS);
});

test.each([18, 25, 30, 56, 110, 260])(
  "at %i a second what is usual is seen before the first fault, though it is made ready 2 s ahead",
  (perS) => {
    const widthS = [0.1, 0.2, 0.5, 1].find((width) => width * perS >= requestsPerBin) ?? 1;
    const bins = Array.from({ length: 300 }, () => ({ planned: perS * widthS, good: perS * widthS }));
    expect(usualOf({ widthS, bins }, Math.floor(leadFor(perS, 10) - 2.001) - 1)).toMatchObject({
      goodRatio: 1,
    });
  },
);

test("the rate that is asked for decides, as the one that a stage claims does", () => {
  const members = membersOf(findTarget("stage-02"));
  const firstAtS = (requestsPerS: number) => {
    const plan = nPlusOne.plan({ members, requestsPerS });
    if ("problems" in plan) throw new Error(plan.problems.join("; "));
    return plan.chaos.wishes[0]?.atS;
  };
  expect([260, 105, 30].map(firstAtS)).toEqual([10, 15, 25]);
  const host = { platform: "linux", isRoot: true, hasProc: true } as const;
  const request = {
    scenario: findScenario(multiActive.scenario),
    target: { kind: "stage", spec: findTarget("stage-09"), variants: [] },
  } as const;
  const usually = examRequest(multiActive, request, { host });
  const slowly = examRequest(multiActive, { ...request, ratePerS: 20 }, { host });
  expect(slowly.durationS! - usually.durationS!).toBe(13);
});
