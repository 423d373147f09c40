import { describe, expect, it } from "vitest";
import type { SettledSecond } from "../../../metrics/timeline-second.ts";
import { afterOverload } from "../../../verdict/capacity/after-overload.ts";
import type { ProbeSeen } from "../../../verdict/capacity/probe.ts";

const probe = (ratePerS: number, missed: number) => ({ ratePerS, late: { of: 100, missed } }) as ProbeSeen;
const second = (good: readonly number[]) =>
  ({ tenths: { planned: new Array(10).fill(10), good } }) as unknown as SettledSecond;
const all = (good: number) => new Array<number>(10).fill(good);

describe("after an overload", () => {
  it("is itself again from the first whole second of good answers", () => {
    const seconds = [second([0, 0, 0, 5, 10, 10, 10, 10, 10, 10]), second(all(10))];
    const seen = afterOverload(probe(300, 60), { seen: probe(160, 5), seconds, pauseS: 0 });
    expect(seen).toMatchObject({ overloadPerS: 300, goodRatioUnder: 0.4, backAfterS: 0.4, watchedS: 2 });
  });

  it("counts a pause between the two, and tells it", () => {
    const seconds = [second(all(10)), second(all(10))];
    const seen = afterOverload(probe(300, 60), { seen: probe(160, 0), seconds, pauseS: 1.5 });
    expect(seen).toMatchObject({ pauseS: 1.5, backAfterS: 1.5, watchedS: 2 });
  });

  it("is not when a good moment does not last, and not when nobody asked", () => {
    const blinks = [
      second([10, 10, 10, 10, 10, 0, 10, 10, 10, 10]),
      second([10, 10, 10, 0, 10, 10, 10, 10, 10, 0]),
    ];
    const backAfterS = (seconds: readonly SettledSecond[]) =>
      afterOverload(probe(300, 60), { seen: probe(160, 50), seconds, pauseS: 0 }).backAfterS;
    expect(backAfterS(blinks)).toBeUndefined();
    const nobody = { tenths: { planned: all(0), good: all(0) } } as unknown as SettledSecond;
    expect(backAfterS([nobody, nobody])).toBeUndefined();
  });
});
