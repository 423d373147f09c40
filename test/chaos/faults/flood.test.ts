/** What a flood makes of words, what it refuses, and when it counts as seen. */
import { describe, expect, test } from "vitest";
import { Random } from "../../../base/random.ts";
import { readWish } from "../../../chaos/chaos-plan.ts";
import type { Outlook } from "../../../chaos/fault.ts";
import { moreThanUsual } from "../../../chaos/faults/flood.ts";
import { floodWishIn } from "../../../chaos/flood-wish.ts";
import { planChaos } from "../../../chaos/plan-chaos.ts";
import { findTarget } from "../../../targets/catalog.ts";
import { membersOf } from "../../../targets/launch/members.ts";

function planned(word: string, about: Partial<Outlook> = {}) {
  const wish = readWish(word);
  if ("problem" in wish) throw new Error(wish.problem);
  const spec = findTarget("stage-02");
  const outlook: Outlook = {
    ...{ spec, members: membersOf(spec), launcher: "processes", network: "loopback", ratePerS: 150 },
    ...{ host: { platform: "linux", isRoot: false, hasProc: true }, seed: 7, sells: true },
    ...about,
  };
  return planChaos({ wishes: [wish], quiet: [] }, outlook, 60);
}

test.each(["flood@5+10", "flood=50%@5+10", "flood=200/s,home@5+10", "flood=500/s,search@5+10"])(
  "%s is carried out, of the whole target",
  (word) => {
    const { faults, problems } = planned(word);
    expect(problems).toEqual([]);
    expect(faults).toMatchObject([{ fault: "flood", nodes: [], edges: [] }]);
  },
);

const withoutSearch = membersOf(findTarget("stage-11")).filter(({ node }) => node !== "search-app");

test.each<{ word: string; about?: Partial<Outlook>; says: string }>([
  { word: "flood=much@5+10", says: '"much" is not how much of what is asked' },
  { word: "flood=50/s,orders@5+10", says: '"50/s,orders" is not how much of what is asked' },
  { word: "flood=50/s,home,search@5+10", says: "is not how much of what is asked" },
  { word: "flood=600/s@5+10", says: "it would ask 600 times a second; at most 500" },
  {
    word: "flood=50/s,search@5+10",
    about: { members: withoutSearch },
    says: "no application of this target serves search",
  },
])("$word is refused: $says", ({ word, about, says }) => {
  expect(planned(word, about).problems.join("\n")).toContain(says);
});

test("a share is one of a rate that somebody has planned", () => {
  const spec = findTarget("stage-02");
  const { problems } = planChaos(
    { wishes: [readWish("flood=50%@5+10") as never], quiet: [] },
    {
      ...{ spec, members: membersOf(spec), launcher: "processes", network: "loopback" },
      ...{ host: { platform: "linux", isRoot: false, hasProc: true }, seed: 7, sells: true },
    },
    60,
  );
  expect(problems.join("\n")).toContain("nobody has planned a rate to have a share of");
});

test("searches are of many kinds, so that no cache answers for the engine, and the same for the same seed", () => {
  const { page } = floodWishIn("50/s")!;
  const paths = (seed: number) => {
    const random = new Random(seed);
    return Array.from({ length: 1_000 }, () => page.path(random));
  };
  expect(new Set(paths(3)).size).toBeGreaterThan(900);
  expect(paths(3)).toEqual(paths(3));
  for (const path of paths(3)) expect(path).toMatch(/^\/search\?q=[a-z]+%20[a-z]+&page=([1-9]|10)$/);
});

describe("whether it bites is told from what applications answer", () => {
  test.each([
    { why: "nobody asks more than usual", answered: 30, usualPerS: 30, more: undefined },
    { why: "chance brought a few more", answered: 45, usualPerS: 30, more: undefined },
    { why: "a target without searches answered five", answered: 5, usualPerS: 0, more: undefined },
    { why: "a target without searches answered six", answered: 6, usualPerS: 0, more: 6 },
    { why: "an overloaded one answers only some of the flood", answered: 80, usualPerS: 30, more: 50 },
    { why: "it answers less than before", answered: 10, usualPerS: 30, more: undefined },
  ])("$more when $why", ({ answered, usualPerS, more }) => {
    expect(moreThanUsual({ answered, usualPerS, spanS: 1 })).toBe(more);
  });
});
