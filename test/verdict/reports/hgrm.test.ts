/** Held against the reference: the very lines that HdrHistogram prints. */
import { build } from "hdr-histogram-js";
import { expect, test } from "vitest";
import { Random } from "../../../base/random.ts";
import { Latency } from "../../../metrics/latency.ts";
import { hgrmOf, steps } from "../../../verdict/reports/hgrm.ts";

function both(values: Iterable<number>): { readonly ours: string; readonly theirs: string } {
  const latency = Latency.blank();
  const reference = build({
    ...{ lowestDiscernibleValue: 1, highestTrackableValue: 3_600_000_000, numberOfSignificantValueDigits: 3 },
    ...{ bitBucketSize: 64, useWebAssembly: false },
  });
  for (const value of values) {
    latency.record(value);
    reference.recordValue(value);
  }
  return { ours: hgrmOf(latency), theirs: reference.outputPercentileDistribution(5, 1_000) };
}

/** Their columns are as wide as their formatter likes, and so is what becomes of a five in the thirteenth decimal. */
const steppedIn = (page: string): readonly (readonly number[])[] =>
  page
    .split("\n")
    .filter((line) => /^ *\d/.test(line))
    .map((line) => line.trim().split(/ +/).map(Number));

/** But for the longest, which they print as it was recorded, and after a journey as what its bucket stands for. */
const endIn = (page: string): string =>
  page
    .slice(page.indexOf("#["))
    .replaceAll(/= +/g, "=")
    .replace(/Max +=[\d.]+/, "Max");

function* drawn(seed: number, count: number): Generator<number> {
  const chance = new Random(seed, 0);
  for (let at = 0; at < count; at++) yield Math.ceil(chance.exponential(20_000, 5_000_000));
}

test.each([
  ["one", [1_500]],
  ["a few that are equal", [2_000, 2_000, 2_000]],
  ["from a microsecond to an hour", [1, 999, 2_048, 65_537, 3_600_000_000]],
  ["a thousand", drawn(1, 1_000)],
  ["a hundred thousand", drawn(2, 100_000)],
])("%s", (_what, values) => {
  const { ours, theirs } = both(values);
  const [our, their] = [steppedIn(ours), steppedIn(theirs)];
  expect(our).toHaveLength(their.length);
  for (const [at, step] of our.entries())
    for (const [column, figure] of step.entries()) expect(figure).toBeCloseTo(their[at]![column]!, 11);
  expect(endIn(ours)).toBe(endIn(theirs));
  expect(ours).toContain(`#[Max     = ${our.at(-1)![0]!.toFixed(3).padStart(12)}, Total`);
});

test("without a sample there is no step, and nothing is divided by it", () => {
  expect(steps(Latency.blank())).toEqual([]);
  expect(hgrmOf(Latency.blank())).toContain("Total count    =            0]");
});
