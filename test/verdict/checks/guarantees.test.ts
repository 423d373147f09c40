/** What one shopper may rely on: each check catches its own break, and nothing looked at is nothing upheld. */
import { describe, expect, test } from "vitest";
import { type Guarantee, guarantees } from "../../../metrics/guarantee.ts";
import { judge } from "../../../verdict/judge.ts";
import { evidence, guaranteesKept, tallied } from "../../fakes/evidence.ts";

const { consistency: kept } = guaranteesKept;

const planted: readonly { readonly guarantee: Guarantee; readonly because: string }[] = [
  {
    guarantee: "read-your-writes",
    because:
      "3 of 320 looks did not find what the same shopper had been told is done, first 21 s into the measured part",
  },
  {
    guarantee: "monotonic-reads",
    because:
      "3 of 140 looks found less than the same shopper had seen before, first 21 s into the measured part",
  },
  {
    guarantee: "session-kept",
    because:
      "3 of 510 looks were by shoppers who had logged in and were not known any more, their carts out of their reach, " +
      "first 21 s into the measured part",
  },
];

test("every guarantee has a violation that its check must catch", () => {
  expect(planted.map(({ guarantee }) => guarantee)).toEqual(guarantees);
});

test.each(planted)(
  "$guarantee is refuted with the number of breaks, and nothing else is",
  ({ guarantee, because }) => {
    const broken = { ...kept[guarantee], broken: 3, firstBrokenAtS: 21, lastBrokenAtS: 24 };
    const verdict = judge(evidence({ consistency: { ...kept, [guarantee]: broken } }), tallied());
    expect(verdict.exitCode).toBe(11);
    const refuted = verdict.findings.filter(({ status }) => status === "refuted");
    expect(refuted).toMatchObject([{ check: guarantee, because, observed: 3, limit: 0 }]);
  },
);

describe.each(guarantees)("%s", (guarantee) => {
  const findingsOf = (consistency: NonNullable<Parameters<typeof evidence>[0]>["consistency"]) =>
    judge(evidence({ ...(consistency && { consistency }) }), tallied()).findings.filter(
      ({ check }) => check === guarantee,
    );

  test("is upheld when it was looked at and never broken", () => {
    expect(findingsOf(kept)).toMatchObject([{ status: "upheld" }]);
  });

  test("is inconclusive when somebody meant to look and nobody could", () => {
    const finding = findingsOf({ ...kept, [guarantee]: { checked: 0, broken: 0 } });
    expect(finding).toMatchObject([
      { status: "inconclusive", because: "not one shopper came to look at it" },
    ]);
  });

  test("is no question where nobody looks", () => {
    expect(findingsOf(undefined)).toEqual([]);
  });
});
