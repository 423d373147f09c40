import { describe, expect, test } from "vitest";
import { fallsIn, impactAt, recoveredAt } from "../../../verdict/recovery/crossings.ts";

/** `.` well, `x` below, `_` nobody asked. */
const shares = (drawing: string) =>
  [...drawing].map((sign) => (sign === "_" ? undefined : sign === "x" ? 0.2 : 1));

const whole = (drawing: string) => ({ thresholdRatio: 0.9, from: 0, to: drawing.length });

describe("an impact is the first of three bins in a row that are below", () => {
  test.each([
    { drawing: "..xx..xxx", at: 6 },
    { drawing: "xxx", at: 0 },
    { drawing: "..x_x_x", at: 2 },
    { drawing: "..xx.xx.", at: undefined },
    { drawing: "......", at: undefined },
    { drawing: "", at: undefined },
  ])("$drawing: $at", ({ drawing, at }) => {
    expect(impactAt(shares(drawing), whole(drawing))).toBe(at);
  });

  test("bins before the first that is looked at do not count", () => {
    expect(impactAt(shares("xx.xx..xxx"), { thresholdRatio: 0.9, from: 1, to: 10 })).toBe(7);
    expect(impactAt(shares("xxxxx"), { thresholdRatio: 0.9, from: 0, to: 2 })).toBeUndefined();
  });
});

describe("it is back at the first bin that none below follows, four of them", () => {
  test.each([
    { drawing: "xxx.....", at: 3 },
    { drawing: "xx..x....", at: 5 },
    { drawing: "....xxxx", at: 0 },
    { drawing: "xx...", at: undefined },
    { drawing: "xxxx", at: undefined },
    // Half of the bins have to be seen, and the first of them.
    { drawing: "x__..__", at: 3 },
    { drawing: "x.___.", at: undefined },
  ])("$drawing: $at", ({ drawing, at }) => {
    expect(recoveredAt(shares(drawing), 4, whole(drawing))).toBe(at);
  });
});

test("how often it falls below is counted by impacts, not by bins", () => {
  const falls = (drawing: string) => fallsIn(shares(drawing), whole(drawing));
  expect(falls("........")).toBe(0);
  expect(falls("...xxxxxx")).toBe(1);
  expect(falls(".xxx.xx..xxxx_xx.xxx")).toBe(3);
});
