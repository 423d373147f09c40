/** Pages that stay wrong are caught; those that were only old are not. */
import { expect, test } from "vitest";
import { pagesAgree } from "../../../verdict/checks/pages-agree.ts";
import { evidence, tallied } from "../../fakes/evidence.ts";

const right = { checked: 200, differedAtFirst: 0, stale: 0, watchedS: 0, examples: [] };

test.each([
  {
    why: "all show what the database has",
    pages: right,
    status: "upheld",
    because: "all of 200 pages show what the database has",
  },
  {
    why: "some were old, and came right",
    pages: { ...right, differedAtFirst: 4, watchedS: 3 },
    status: "upheld",
    because: "all of 200 pages show what the database has, 4 of them only within 3 s",
  },
  {
    why: "one stays another",
    pages: { ...right, differedAtFirst: 2, stale: 1, watchedS: 70, examples: [17] },
    status: "refuted",
    because:
      "1 of 200 pages shows something else than the database has, still 70 s after all was quiet (item 17)",
  },
  {
    why: "none was shown",
    pages: { ...right, checked: 0 },
    status: "inconclusive",
    because: "no page could be held against the database when all was quiet",
  },
])("$status when $why", ({ pages, status, because }) => {
  expect(pagesAgree.judge(evidence({ pages }), tallied())).toMatchObject([
    { status, because, observed: pages.stale, limit: 0 },
  ]);
});

test("where nobody looked it is no question", () =>
  expect(pagesAgree.judge(evidence(), tallied())).toEqual([]));
