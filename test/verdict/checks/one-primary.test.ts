/** Two primaries at once are caught, with how long it was. */
import { expect, test } from "vitest";
import { judge } from "../../../verdict/judge.ts";
import { disturbed, faultSeen } from "../../fakes/disturbed.ts";
import { tallied } from "../../fakes/evidence.ts";

const found = (figures: Readonly<Record<string, number>>) => {
  const verdict = judge(
    disturbed({ faults: [faultSeen(10, 14, { id: "promote:db@10", figures })] }),
    tallied(),
  );
  return {
    exitCode: verdict.exitCode,
    findings: verdict.findings.filter(({ check }) => check === "one-primary"),
  };
};

test("two members that took writes at the same time are a break of correctness", () => {
  expect(found({ mostPrimaries: 2, severalPrimariesMs: 730 })).toMatchObject({
    exitCode: 11,
    findings: [
      {
        status: "refuted",
        because: "2 members took writes at the same time during promote:db@10, for 730 ms",
        observed: 2,
        limit: 1,
      },
    ],
  });
});

test.each([
  { figures: { mostPrimaries: 1, noPrimaryMs: 800 }, statuses: ["upheld"] },
  { figures: { mostPrimaries: 0 }, statuses: ["inconclusive"] },
  { figures: { lostMarks: 3 }, statuses: [] },
])("of $figures it is $statuses", ({ figures, statuses }) => {
  expect(found(figures).findings.map(({ status }) => status)).toEqual(statuses);
});
