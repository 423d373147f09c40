/** How far behind reads may be: held against what was read before a fault and after it, and not while it held them back. */
import { expect, test } from "vitest";
import { boundedStaleness } from "../../../verdict/checks/bounded-staleness.ts";
import { disturbed, faultSeen } from "../../fakes/disturbed.ts";

const judged = (figures: Readonly<Record<string, number>>, behindMs: number | undefined = 500) => {
  const seen = disturbed({ faults: [faultSeen(10, 14, { figures })] });
  const claim = { scenario: "browse", ratePerS: 100, source: "a test", ...(behindMs > 0 && { behindMs }) };
  return boundedStaleness.judge({ ...seen, plan: { ...seen.plan, claim } }, undefined);
};
const looked = { reads: 40, behindMostMs: 2_010 };

test.each([
  {
    why: "reads were nearly fresh on both sides of the fault, however old they were while it was on",
    figures: { ...looked, behindBeforeMs: 0, behindAfterMs: 120 },
    status: "upheld",
    observed: 120,
  },
  {
    why: "they stayed behind once it was gone",
    figures: { ...looked, behindBeforeMs: 10, behindAfterMs: 501 },
    status: "refuted",
    observed: 501,
  },
  {
    why: "they were behind before anybody did anything",
    figures: { ...looked, behindBeforeMs: 900, behindAfterMs: 30 },
    status: "refuted",
    observed: 900,
  },
  {
    why: "nobody was answered afterwards",
    figures: { ...looked, behindBeforeMs: 30 },
    status: "inconclusive",
    observed: undefined,
  },
])("$status when $why", ({ figures, status, observed }) => {
  const [finding] = judged(figures);
  expect(finding).toMatchObject({ status, subject: "kill:shop-1@10" });
  expect(finding?.observed).toBe(observed);
});

test("it is told when they were behind", () => {
  expect(judged({ ...looked, behindBeforeMs: 0, behindAfterMs: 2_000 })[0]?.because).toBe(
    "reads were behind by up to 2,000 ms after kill:shop-1@10 was gone; 500 ms are allowed",
  );
});

test.each([
  { why: "nobody claims a limit", found: judged({ ...looked, behindAfterMs: 9_000 }, 0) },
  { why: "the fault is none of replicas", found: judged({ connections: 3 }) },
])("is no question where $why", ({ found }) => expect(found).toEqual([]));
