import { describe, expect, test } from "vitest";
import { Random } from "../../../base/random.ts";
import { changePoints } from "../../../verdict/statistics/change-points.ts";
import { normal } from "../../fakes/repeated-runs.ts";

/** Flow of the Nile at Aswan, 1871 to 1970, 10^8 cubic metres a year. Source: Cobb, Biometrika 65 (1978); the dam was begun in 1898. */
const nile = [
  1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958,
  1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020,
  1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040,
  759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
  744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
];

const series = (seed: number, levels: readonly number[], each: number, sd: number): readonly number[] => {
  const random = new Random(seed, 3);
  return levels.flatMap((level) => Array.from({ length: each }, () => level + normal(random, sd)));
};

test("the Nile changed in 1899, as everybody found who looked", () => {
  expect(changePoints(nile).map(({ at }) => 1871 + at)).toEqual([1899]);
});

test("a step of 10 % in noise of 3 % is found where it is, with what was before and after", () => {
  const points = changePoints(series(1, [0, Math.log(1.1)], 20, 0.03));
  expect(points).toHaveLength(1);
  expect(Math.abs(points[0]!.at - 20)).toBeLessThanOrEqual(1);
  expect(Math.exp(points[0]!.after - points[0]!.before)).toBeCloseTo(1.1, 1);
});

test("there and back again is two changes, though both ends are alike", () => {
  const points = changePoints(series(2, [0, 0.2, 0], 15, 0.03));
  expect(points.map(({ at }) => at)).toEqual([15, 30]);
});

test.each([[[]], [[1]], [[1, 1, 1, 1, 1, 1, 1]], [Array.from({ length: 40 }, () => 5)]])(
  "nothing is found in %j",
  (values) => {
    expect(changePoints(values)).toEqual([]);
  },
);

describe("over 300 histories of 40 runs in which nothing changed", () => {
  test("no more than 3 in 100 show a change", () => {
    const alarms = Array.from({ length: 300 }, (_, seed) => changePoints(series(seed, [0], 40, 0.05))).filter(
      (points) => points.length > 0,
    );
    expect(alarms.length).toBeLessThanOrEqual(9);
  });

  test("and of 100 in which something changed by three standard deviations, 95 do", () => {
    const found = Array.from({ length: 100 }, (_, seed) =>
      changePoints(series(seed, [0, 0.15], 20, 0.05)),
    ).filter((points) => points.some(({ at }) => Math.abs(at - 20) <= 2));
    expect(found.length).toBeGreaterThanOrEqual(95);
  });
});
