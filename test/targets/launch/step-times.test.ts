import { expect, test } from "vitest";
import { StepTimes } from "../../../targets/launch/step-times.ts";

test("a step that several take part in lasts from the first beginning to the last end", () => {
  let nowMs = 0;
  const times = new StepTimes({
    nowMs: () => nowMs,
    epochMs: () => nowMs,
    after: () => () => {},
    soon: () => {},
  });
  const finishTotal = times.start("total");
  nowMs = 100;
  const finishOne = times.start("db");
  nowMs = 300;
  const finishOther = times.start("db");
  nowMs = 900;
  finishOther();
  nowMs = 1_000;
  finishOne();
  nowMs = 1_250;
  finishTotal();
  expect(times.inSeconds()).toEqual({ total: 1.25, db: 0.9 });
});
