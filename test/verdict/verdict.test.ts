/** Which finding decides. */
import { expect, test } from "vitest";
import type { Finding, FindingKind, Status } from "../../verdict/finding.ts";
import { decidingFindings, gravest, verdictOf } from "../../verdict/verdict.ts";

const finding = (kind: FindingKind, status: Status): Finding => ({
  check: `a ${kind} check`,
  kind,
  subject: "run",
  status,
  because: `${kind} is ${status}`,
});

const upheld = finding("performance", "upheld");

test("nothing checked is not a pass", () => {
  expect(gravest([])).toBe("inconclusive");
  expect(verdictOf([])).toMatchObject({ status: "inconclusive", exitCode: 5 });
});

test("a healthy instrument and a living target are not yet a pass", () => {
  expect(verdictOf([finding("instrument", "upheld"), finding("target", "upheld")]).exitCode).toBe(5);
});

test.each<[FindingKind, Status, number, Status]>([
  ["leaked", "refuted", 15, "refuted"],
  ["correctness", "refuted", 11, "refuted"],
  ["target", "refuted", 4, "refuted"],
  ["instrument", "refuted", 5, "inconclusive"],
  ["instrument", "inconclusive", 5, "inconclusive"],
  ["correctness", "inconclusive", 5, "inconclusive"],
  ["performance", "inconclusive", 5, "inconclusive"],
  ["recovery", "refuted", 13, "refuted"],
  ["performance", "refuted", 10, "refuted"],
  ["regression", "refuted", 12, "refuted"],
  ["performance", "upheld", 0, "upheld"],
  ["correctness", "upheld", 0, "upheld"],
])("%s %s gives exit code %i", (kind, status, exitCode, overall) => {
  expect(verdictOf([upheld, finding(kind, status)])).toMatchObject({ exitCode, status: overall });
});

test("when several apply, each gives way to the one before it: 15, 11, 4, 5, 13, 10, 12", () => {
  const inOrder = [
    finding("leaked", "refuted"),
    finding("correctness", "refuted"),
    finding("target", "refuted"),
    finding("instrument", "refuted"),
    finding("recovery", "refuted"),
    finding("performance", "refuted"),
    finding("regression", "refuted"),
  ];
  const codes = inOrder.map((_, at) => verdictOf(inOrder.slice(at).toReversed()).exitCode);
  expect(codes).toEqual([15, 11, 4, 5, 13, 10, 12]);
});

test("the verdict rests on the findings of the deciding kind only", () => {
  const oversold = finding("correctness", "refuted");
  const verdict = verdictOf([finding("performance", "refuted"), oversold, upheld]);
  expect(decidingFindings(verdict)).toEqual([oversold]);
  expect(decidingFindings(verdictOf([upheld]))).toEqual([]);
});
