/** What the database faults make of words: how they would be done, and what they refuse, in sentences. */
import { describe, expect, test } from "vitest";
import { readWish } from "../../../chaos/chaos-plan.ts";
import type { Outlook } from "../../../chaos/fault.ts";
import { slowQueries } from "../../../chaos/faults/slow-queries.ts";
import { planChaos } from "../../../chaos/plan-chaos.ts";
import { findTarget } from "../../../targets/catalog.ts";
import { membersOf } from "../../../targets/launch/members.ts";

function planned(word: string, stage = "stage-05", more: Partial<Outlook> = {}) {
  const wish = readWish(word);
  if ("problem" in wish) throw new Error(wish.problem);
  const spec = findTarget(stage);
  const outlook: Outlook = {
    ...{ spec, members: membersOf(spec), launcher: "processes", network: "loopback" },
    ...{ host: { platform: "linux", isRoot: false, hasProc: true }, seed: 7, sells: true },
    ...more,
  };
  return planChaos({ wishes: [wish], quiet: [] }, outlook, 60);
}

test.each([
  { word: "replica-lag=2s:db-replica-1@5+10", at: ["db-replica-1"] },
  { word: "replica-lag=2s:tier=db@5+10", at: ["db-replica-1", "db-replica-2"] },
  { word: "replica-lag:replica=trade@5+10", at: ["db-replica-1", "db-replica-2"] },
  { word: "replica-lag=500ms:db-replica@5+10", at: ["db-replica-1", "db-replica-2"] },
  { word: "replica-pause:component=postgres@5+10", at: ["db-replica-1", "db-replica-2"] },
  { word: "connections:primary=trade@5+10", at: ["db"] },
  { word: "connections=3:tier=db@5+10", at: ["db", "db-replica-1", "db-replica-2"] },
  { word: "slow-queries=8:db@5+10", at: ["db"] },
  { word: "row-lock=17@5+10", at: [undefined] },
  { word: "row-lock@5+10", at: [undefined] },
  { word: "promote:primary=trade@5", at: ["db"] },
  { word: "promote=2s:tier=db@5", at: ["db"] },
])("$word is carried out at $at", ({ word, at }) => {
  const { faults, problems } = planned(word);
  expect(problems).toEqual([]);
  expect(faults.map(({ nodes: [node] }) => node)).toEqual(at);
  for (const { mechanism } of faults) expect(mechanism).not.toBe("");
});

test("how soon a database answers without costly queries is asked for three seconds ahead of them", () => {
  const planned = { id: "slow-queries:db@9", fault: "slow-queries", nodes: ["db"], edges: [], atS: 9 };
  expect(slowQueries.leadS?.(planned)).toBe(3);
});

test("of several replicas one is chosen by the seed, never a primary", () => {
  const { faults, problems } = planned("replica-lag=2s:tier=db*1@5+10");
  expect(problems).toEqual([]);
  expect(faults.map(({ nodes }) => nodes)).toEqual([[expect.stringMatching(/^db-replica-[12]$/)]]);
});

test.each([
  {
    word: "replica-lag=2s:db@5+10",
    says: "replica-lag is for a replica of a database; db is none, db-replica-1, db-replica-2 would do",
  },
  {
    word: "replica-lag=2s:tier=app@5+10",
    says: "replica-lag is for a replica of a database; shop-1, shop-2, shop-3, shop-4 are none, db-replica-1, db-replica-2 would do",
  },
  {
    word: "replica-lag=2s:db@5+10",
    stage: "stage-02",
    says: "replica-lag is for a replica of a database, and this target has none",
  },
  {
    word: "replica-pause:tier=db@5+10",
    stage: "stage-02",
    says: "replica-pause is for a replica of a database, and this target has none",
  },
  { word: "replica-lag=2s:tier=dbs@5+10", says: 'no node has tier=dbs; did you mean "db"?' },
  { word: "replica-lag=2s:tier=db*3@5+10", says: '"tier=db*3" asks for 3 of 2: db-replica-1, db-replica-2' },
  {
    word: "replica-lag=far:db-replica-1@5+10",
    says: '"far" is not how far it shall be behind; write for example 2s',
  },
  {
    word: "replica-lag=100ms:db-replica-1@5+10",
    says: "a lag of 100ms is too small to be told apart; from 500ms",
  },
  { word: "replica-lag=4s:db-replica-1@5+3", says: "in 3 s nothing can be behind by 4s; give it longer" },
  {
    word: "replica-lag=2s:db-replica-1@5",
    says: "replica-lag needs a length; write for example replica-lag@5s+10s",
  },
  {
    word: "replica-pause:db-replica-1@5+0.5",
    says: "in 0.5 s nothing grows old enough to be seen; give it 1 s",
  },
  { word: "replica-pause=2s:db-replica-1@5+5", says: "replica-pause takes no value" },
  { word: "connections=all:db@5+10", says: '"all" is not how many connections are left; 0 to 50' },
  {
    word: "connections:shop-1@5+10",
    says: "connections is for a database; shop-1 is none, db, db-replica-1, db-replica-2 would do",
  },
  { word: "slow-queries=0:db@5+10", says: '"0" is not how many queries run at once; 1 to 32' },
  { word: "row-lock=best@5+10", says: '"best" is neither the number of an item nor "sale"' },
  { word: "promote=soon:db@5", says: '"soon" is not a time up to 30 s; write for example promote=1s' },
  { word: "promote:db@5", stage: "stage-02", says: "db has no replica that could take its place" },
  { word: "promote:db@5+10", says: "promote happens at one instant and has no length" },
  { word: "row-lock:db@5+10", says: "row-lock is about the whole target" },
])("$word is refused: $says", ({ word, stage, says }) => {
  const { problems } = planned(word, stage);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(says);
});

test("a replica cannot be paused and held back at the same time", () => {
  const wishes = ["replica-lag=2s:db-replica-1@5+10", "replica-pause:db-replica-1@8+10"].map((word) =>
    readWish(word),
  );
  const spec = findTarget("stage-05");
  const outlook: Outlook = {
    ...{ spec, members: membersOf(spec), launcher: "processes", network: "loopback" },
    ...{ host: { platform: "linux", isRoot: false, hasProc: true }, seed: 7, sells: true },
  };
  const sound = wishes.flatMap((wish) => ("problem" in wish ? [] : [wish]));
  expect(planChaos({ wishes: sound, quiet: [] }, outlook, 60).problems).toEqual([
    "replica-lag:db-replica-1@5 and replica-pause:db-replica-1@8 would both have the replay of db-replica-1 at 8 s",
  ]);
});

test.each(["promote:db@30", "kill:db@30+5", "freeze:db@30+5", "replica-lag=1s:db-replica-1@30+5"])(
  "what a promotion changed stays so: no %s later in the same run",
  (word) => {
    const wishes = ["promote=1s:db@5", word].map((each) => readWish(each));
    const sound = wishes.flatMap((wish) => ("problem" in wish ? [] : [wish]));
    const spec = findTarget("stage-05");
    const outlook: Outlook = {
      ...{ spec, members: membersOf(spec), launcher: "processes", network: "loopback" },
      ...{ host: { platform: "linux", isRoot: false, hasProc: true }, seed: 7, sells: true },
    };
    const { problems } = planChaos({ wishes: sound, quiet: [] }, outlook, 60);
    expect(problems.join()).toMatch(/would both have the (state of db|replay of db-replica-1)/);
  },
);

test.each(["processes", "compose"] as const)("promote is done where nodes are %s", (launcher) => {
  expect(planned("promote:db@5", "stage-05", { launcher }).problems).toEqual([]);
});

test("everybody who calls the primary, its replicas too, is to be led through the relay", () => {
  const { relayed } = planned("promote:db@5");
  expect(relayed.map(({ from, to }) => `${from}>${to}`)).toEqual([
    "shop-1>db",
    "shop-2>db",
    "shop-3>db",
    "shop-4>db",
    "db-replica-1>db",
    "db-replica-2>db",
  ]);
});

describe("where nobody would wait for the row of the sale", () => {
  const problemsOf = (word: string, more: Partial<Outlook>) => planned(word, "stage-09", more).problems;

  test.each(["F13", "F17", "F17-shared"] as const)("row-lock is refused with %s", (strategy) => {
    const [problem] = problemsOf("row-lock@5+10", { strategy });
    expect(problem).toContain(`by ${strategy} units are taken from rows of their own`);
  });

  test.each(["F2", "F4-nowait", "F9", "F14"] as const)("row-lock is planned with %s", (strategy) =>
    expect(problemsOf("row-lock@5+10", { strategy })).toEqual([]),
  );

  test("an item that is ordered by itself has a row of its own, however the sale is sold", () =>
    expect(problemsOf("row-lock=17@5+10", { strategy: "F13" })).toEqual([]));

  test("a scenario that sells nothing has no sale to be locked", () => {
    const [problem] = problemsOf("row-lock@5+10", { sells: false });
    expect(problem).toContain("nothing is on sale in this scenario; name an item instead");
    expect(problemsOf("row-lock=17@5+10", { sells: false })).toEqual([]);
  });
});
