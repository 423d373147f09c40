/** A defect is seen by those who meet it, and what would be so anyway is not taken for one. */
import { expect, test } from "vitest";
import { defectsIn, slownessIn } from "../../../chaos/planted/defects.ts";
import { callsIn } from "../../../chaos/planted/observer.ts";
import {
  between,
  Continued,
  type Symptoms,
  tellSymptoms,
  together,
} from "../../../chaos/planted/symptoms.ts";

const seen = (tries: number, failed: number, meanMs = 10): Symptoms => ({
  tries,
  failed,
  timed: tries,
  seconds: (tries * meanMs) / 1_000,
});
const calm = seen(100, 0);
const who = "to shop-1";

test.each([
  { why: "half of the share fails", planted: 0.2, before: calm, now: seen(40, 4), isSeen: true },
  { why: "nothing fails", planted: 0.2, before: calm, now: seen(400, 0), isSeen: false },
  { why: "two failures may be chance", planted: 0.2, before: calm, now: seen(4, 2), isSeen: false },
  { why: "as much failed before", planted: 0.1, before: seen(100, 10), now: seen(100, 10), isSeen: false },
  {
    why: "it is the share of one of two members",
    planted: 0.2,
    share: 0.5,
    before: calm,
    now: seen(80, 5),
    isSeen: true,
  },
])("errors: $isSeen when $why", ({ planted, share, before, now, isSeen }) => {
  const told = tellSymptoms({ errorRatio: planted }, { before, now, who }, share);
  expect(told !== undefined).toBe(isSeen);
});

test.each([
  {
    why: "half of the time was added",
    planted: { addedMs: 200 },
    before: calm,
    now: seen(30, 0, 110),
    isSeen: true,
  },
  { why: "no time was added", planted: { addedMs: 200 }, before: calm, now: seen(30, 0, 30), isSeen: false },
  {
    why: "it takes twice of three times as long",
    planted: { slowFactor: 3 },
    before: calm,
    now: seen(30, 0, 20),
    isSeen: true,
  },
  {
    why: "it takes as long as before",
    planted: { slowFactor: 3 },
    before: calm,
    now: seen(30, 0, 12),
    isSeen: false,
  },
  {
    why: "too little was seen",
    planted: { addedMs: 200 },
    before: calm,
    now: seen(19, 0, 500),
    isSeen: false,
  },
  {
    why: "too little was seen before",
    planted: { addedMs: 200 },
    before: seen(5, 0),
    now: seen(30, 0, 500),
    isSeen: false,
  },
])("slowness: $isSeen when $why", ({ planted, before, now, isSeen }) => {
  expect(tellSymptoms(planted, { before, now, who }) !== undefined).toBe(isSeen);
});

test("it is told with what was before", () => {
  expect(tellSymptoms({ errorRatio: 0.2 }, { before: calm, now: seen(40, 8), who })).toBe(
    "8 of 40 requests to shop-1 failed (before: 0 of 100)",
  );
  expect(tellSymptoms({ addedMs: 200 }, { before: calm, now: seen(40, 0, 212), who })).toBe(
    "requests to shop-1 take 212.0 ms (before: 10.0 ms)",
  );
});

test("counts are added up and subtracted", () => {
  expect(between(seen(100, 2), seen(140, 7))).toEqual({
    ...{ tries: 40, failed: 5, timed: 40 },
    seconds: expect.closeTo(0.4),
  });
  expect(together([seen(100, 2), seen(40, 5)])).toMatchObject({ tries: 140, failed: 7 });
});

test("a call that was tried again has failed once more", () => {
  const page = `
shop_service_calls_total{service="user",method="GetName",outcome="answered",node="a"} 90
shop_service_calls_total{service="user",method="KeepFavourite",outcome="answered",node="a"} 5
shop_service_calls_total{service="user",method="GetName",outcome="undone",node="a"} 3
shop_service_calls_total{service="user",method="KeepFavourite",outcome="unknown",node="a"} 2
shop_service_calls_total{service="user",method="GetName",outcome="crowded",node="a"} 50
shop_service_calls_total{service="order",method="PlaceOrder",outcome="unknown",node="a"} 70
shop_service_call_seconds_sum{service="user",node="a"} 1.5
shop_service_retries_total{service="user",node="a"} 4
`;
  expect(callsIn(page, "user")).toEqual({ tries: 104, failed: 9, timed: 104, seconds: 1.5 });
});

test("who found no room has failed, and waited for nothing", () => {
  const page = `
shop_service_calls_total{service="user",method="GetName",outcome="answered",node="a"} 30
shop_service_calls_total{service="user",method="GetName",outcome="full",node="a"} 270
shop_service_call_seconds_sum{service="user",node="a"} 60
`;
  const now = callsIn(page, "user");
  expect(now).toEqual({ tries: 300, failed: 270, timed: 30, seconds: 60 });
  expect(tellSymptoms({ addedMs: 2_000 }, { before: calm, now, who })).toBe(
    "requests to shop-1 take 2000.0 ms (before: 10.0 ms)",
  );
  expect(tellSymptoms({ errorRatio: 0.2 }, { before: calm, now, who })).toBeDefined();
});

test.each([
  ["5%", { errorRatio: 0.05 }],
  ["3x", { slowFactor: 3 }],
  ["1.5x", { slowFactor: 1.5 }],
  ["200ms", { addedMs: 200 }],
  ["2s", { addedMs: 2_000 }],
  ["1x", undefined],
  ["101x", undefined],
  ["100%", { errorRatio: 1 }],
  ["101%", undefined],
  ["200", undefined],
  ["2h", undefined],
])("%s is the defect %o", (word, defects) => {
  expect(defectsIn(word)).toEqual(defects);
});

test("a share is no slowness", () => expect(slownessIn("5%")).toBeUndefined());

test("counts of one who is down for a while go on where they were, and those of one who starts again are added", () => {
  const sum = new Continued();
  expect(sum.counted(undefined)).toEqual(seen(0, 0));
  expect(sum.counted(seen(40, 4))).toEqual(seen(40, 4));
  expect(sum.counted(undefined)).toEqual(seen(40, 4));
  expect(sum.counted(seen(50, 4)).tries).toBe(50);
  // It has started again, and counts from 0.
  expect(sum.counted(seen(10, 1))).toMatchObject({ tries: 60, failed: 5 });
  expect(sum.counted(seen(30, 1))).toMatchObject({ tries: 80, failed: 5 });
});
