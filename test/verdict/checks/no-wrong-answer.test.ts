/** An answer that says what is not so is one too many; an error, a refusal, or a part that is said to be missing is none. */
import { expect, test } from "vitest";
import { noWrongAnswer } from "../../../verdict/checks/no-wrong-answer.ts";
import type { OperationSeen } from "../../../verdict/evidence.ts";
import { faultSeen } from "../../fakes/disturbed.ts";
import { evidence, nothing, tallied } from "../../fakes/evidence.ts";

const judged = (
  outcomes: OperationSeen["outcomes"],
  broken = 0,
  operations: Readonly<Record<string, { readonly outcomes: OperationSeen["outcomes"] }>> = {},
) =>
  noWrongAnswer.judge(
    evidence({
      overall: { outcomes },
      operations,
      faults: [faultSeen(2, 4)],
      ...(broken > 0 && { consistency: { "read-your-writes": { checked: 100, broken } } }),
    }),
    tallied(),
  );

test("one wrong answer is one too many, and it is said whose it was", () => {
  const outcomes = { ok: 3_999, wrong: 1 };
  expect(judged(outcomes, 0, { detail: { outcomes } })).toMatchObject([
    {
      status: "refuted",
      observed: 1,
      because: "1 of 4,000 answers was not what was asked for, most of them of detail (1)",
    },
  ]);
});

test("more wrong answers than guarantees tell of is something else besides", () =>
  expect(judged({ ok: 3_990, wrong: 10 }, 9)).toMatchObject([{ status: "refuted", observed: 10 }]));

test.each([
  { why: "all is well", outcomes: { ok: 4_000 }, broken: 0 },
  {
    why: "much failed, and said so",
    outcomes: { ok: 10, error: 3_000, busy: 500, timeout: 300, refused: 190 },
    broken: 0,
  },
  { why: "guarantees tell of each of them", outcomes: { ok: 3_990, wrong: 10 }, broken: 10 },
])("upheld when $why", ({ outcomes, broken }) => {
  expect(judged(outcomes, broken)).toMatchObject([{ status: "upheld", observed: 0 }]);
});

test("where nobody was answered nothing is proven", () =>
  expect(noWrongAnswer.judge({ ...nothing(), faults: [faultSeen(2, 4)] }, undefined)).toMatchObject([
    { status: "inconclusive", because: "not one request was answered" },
  ]));

test("without a fault it says nothing but what is wrong", () => {
  expect(noWrongAnswer.judge(evidence(), tallied())).toEqual([]);
  const lied = evidence({ overall: { outcomes: { ok: 3_999, wrong: 1 } } });
  expect(noWrongAnswer.judge(lied, tallied())).toMatchObject([{ status: "refuted", observed: 1 }]);
});
