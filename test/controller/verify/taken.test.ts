/** What is taken from a run, and when there is nothing in it that another try might have. */
import { expect, test } from "vitest";
import { experimentKey } from "../../../controller/verify/experiment-key.ts";
import { Wanted } from "../../../controller/verify/taken.ts";
import type { StageClaim } from "../../../verdict/claims/stage-claim.ts";
import type { Evidence } from "../../../verdict/evidence.ts";
import { judge } from "../../../verdict/judge.ts";
import { evidence, tallied } from "../../fakes/evidence.ts";
import { browseOn, fastEnough, neverOversold } from "../../fakes/made-up-claims.ts";

const of = browseOn("stage-04");
const fast = fastEnough("S04-fast", of);
const never = neverOversold("S04-never", of);
const late = evidence({ instrument: { slipMs: { p99: 90 } } });

const notWellIn = (claims: readonly StageClaim[], seen: Evidence) =>
  new Wanted(claims).ofRun(
    experimentKey(of),
    { evidence: seen, tally: tallied(), verdict: judge(seen, tallied()) },
    0,
  ).notWell;

test.each([
  { when: "all was well", claims: [fast], seen: evidence(), isSpoilt: false },
  { when: "our agents were late", claims: [fast], seen: late, isSpoilt: true },
  { when: "they were, and a count is asked for, too", claims: [fast, never], seen: late, isSpoilt: false },
  {
    when: "they were, and a node died, which it will again",
    claims: [fast],
    seen: evidence({
      instrument: { slipMs: { p99: 90 } },
      targetSeen: { deaths: [{ node: "shop-1", atS: 3, because: "it was killed", lastLines: [] }] },
    }),
    isSpoilt: false,
  },
  { when: "nobody asks for anything", claims: [], seen: late, isSpoilt: false },
])("it is worth another try: $isSpoilt, when $when", ({ claims, seen, isSpoilt }) => {
  const because = notWellIn(claims, seen);
  expect(because !== undefined).toBe(isSpoilt);
  if (isSpoilt) expect(because).toContain("sent requests late");
});
