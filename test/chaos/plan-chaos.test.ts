/** From wishes to a schedule: who, when, by what, and all that stands in the way at once. */
import { describe, expect, test } from "vitest";
import { type ChaosPlan, readWish } from "../../chaos/chaos-plan.ts";
import type { Outlook } from "../../chaos/fault.ts";
import type { Hooks } from "../../chaos/hooks.ts";
import { planChaos } from "../../chaos/plan-chaos.ts";
import { findTarget } from "../../targets/catalog.ts";
import { membersOf } from "../../targets/launch/members.ts";

const spec = findTarget("stage-04");
const host = { platform: "linux", isRoot: true, hasProc: true } as const;
const outlook = {
  ...{
    spec,
    members: membersOf(spec),
    launcher: "processes",
    network: "loopback",
    host,
    seed: 1,
    sells: false,
  },
} as Outlook;
const { spec: _, ...others } = outlook;
const replicated = findTarget("stage-05");
const withReplicas: Outlook = { ...outlook, spec: replicated, members: membersOf(replicated) };
const external: Outlook = { ...others, launcher: "external", members: [] };
const hooks: Hooks = {
  drain: {
    inject: { command: "drain" },
    verify: { command: "is-drained" },
    undo: { command: "undrain" },
    limitMs: 1_000,
    folder: "/",
  },
  wipe: { inject: { command: "wipe" }, verify: { command: "is-wiped" }, limitMs: 1_000, folder: "/" },
};

function planned(words: readonly string[], rest: Partial<ChaosPlan> = {}, from: Outlook = outlook) {
  const wishes = words.map((word) => {
    const wish = readWish(word);
    if ("problem" in wish) throw new Error(wish.problem);
    return wish;
  });
  return planChaos({ wishes, quiet: [], ...rest }, from, 60);
}

describe("a schedule", () => {
  test("has every fault with its nodes and mechanism, in order of their start", () => {
    const { faults, problems } = planned(["freeze:shop-2@30s+5s", "kill:shop-1@20s+5s"]);
    expect(problems).toEqual([]);
    expect(faults).toEqual([
      expect.objectContaining({
        id: "kill:shop-1@20",
        nodes: ["shop-1"],
        atS: 20,
        forS: 5,
        undo: "compensable",
      }),
      expect.objectContaining({
        ...{ id: "freeze:shop-2@30", mechanism: "SIGSTOP to all its processes", undo: "reversible" },
      }),
    ]);
  });

  test("has a fault for each node that is meant", () => {
    const { faults } = planned(["kill:shop@20s+5s"]);
    expect(faults.map(({ id }) => id)).toEqual(["kill:shop-1@20", "kill:shop-2@20", "kill:shop-3@20"]);
  });

  test("chooses by the seed of the plan, or that of the run", () => {
    const by = (seed: number, plan: Partial<ChaosPlan> = {}) =>
      planned(["kill:shop*1@20s+5s"], plan, { ...outlook, seed }).faults[0]?.nodes[0];
    const chosen = Array.from({ length: 10 }, (_, seed) => by(seed));
    expect(new Set(chosen).size).toBe(3);
    expect(Array.from({ length: 10 }, (_, seed) => by(seed))).toEqual(chosen);
    expect(Array.from({ length: 10 }, (_, seed) => by(seed, { seed: 3 }))).toEqual(chosen.fill(by(3)));
  });

  test("repeats, each time with a name of its own", () => {
    const wish = { fault: "kill", where: "shop-1", atS: 5, forS: 2, repeat: { times: 3, everyS: 10 } };
    const { faults, problems } = planChaos({ wishes: [wish], quiet: [] }, outlook, 60);
    expect(problems).toEqual([]);
    expect(faults.map(({ id, atS }) => [id, atS])).toEqual([
      ["kill:shop-1@5", 5],
      ["kill:shop-1@15", 15],
      ["kill:shop-1@25", 25],
    ]);
  });
});

describe("it is refused", () => {
  test.each([
    {
      why: "there is no such fault",
      words: ["klil:shop-1@5+5"],
      says: 'unknown fault "klil"; did you mean "kill"?',
    },
    { why: "it lasts and has no length", words: ["kill:shop-1@5"], says: "kill needs a length" },
    { why: "it has nowhere to be", words: ["kill@5+5"], says: "kill needs to know where" },
    { why: "it takes no value", words: ["kill=9:shop-1@5+5"], says: "kill takes no value" },
    {
      why: "it is about the whole target",
      words: ["hook=x:shop-1@5+5"],
      says: "hook is about the whole target",
    },
    { why: "there is no such node", words: ["kill:shop-9@5+5"], says: 'there is no node "shop-9"' },
    {
      why: "it goes on beyond the end",
      words: ["kill:shop-1@50+20"],
      says: "it would go on until 70 s, and the",
    },
    {
      why: "two would have the same node at once",
      words: ["kill:shop-1@5+10", "freeze:shop-1@10+2"],
      says: "kill:shop-1@5 and freeze:shop-1@10 would both have the state of shop-1 at 10 s",
    },
    {
      why: "two of one instant would have the same node",
      words: ["kill:shop-1@5+1", "freeze:shop-1@5+1"],
      says: "would both have the state of shop-1 at 5 s",
    },
  ])("when $why", ({ words, says }) => expect(planned(words).problems.join("\n")).toContain(says));

  test("when a quiet span would be disturbed, by its edges too", () => {
    const quiet = [{ fromS: 20, toS: 30 }];
    const disturbed = (word: string) => planned([word], { quiet }).problems.length > 0;
    expect(disturbed("kill:shop-1@15+10")).toBe(true);
    expect(disturbed("kill:shop-1@29+10")).toBe(true);
    expect(disturbed("kill:shop-1@10+10")).toBe(false);
    expect(disturbed("kill:shop-1@30+10")).toBe(false);
  });

  test("when a quiet span would be disturbed by what is made ready ahead, or stays to the end", () => {
    const quiet = [{ fromS: 20, toS: 30 }];
    const disturbed = (word: string) => planned([word], { quiet }, withReplicas).problems.length > 0;
    expect(disturbed("cache-failover=1s:cache@33")).toBe(true);
    expect(disturbed("cache-failover=1s:cache@34")).toBe(false);
    expect(disturbed("cache-failover=1s:cache@10")).toBe(false);
    expect(disturbed("promote:db@10")).toBe(true);
  });

  test.each([
    {
      why: "one of them stays to the end",
      words: ["promote:db@10", "kill:db@40+5"],
      says: "promote:db@10 and kill:db@40 would both have the state of db at 40 s",
    },
    {
      why: "it would come again, and stays to the end",
      words: ["promote:db@10", "promote:db@30"],
      says: "promote:db@10 and promote:db@30 would both have the state of db at 30 s",
    },
    {
      why: "the later one is made ready while the earlier one is on",
      words: ["freeze:cache@10+5", "cache-failover=1s:cache@17"],
      says: "would both have the state of cache at 13 s: cache-failover:cache@17 is made ready from 13 s on",
    },
  ])("when two would have the same node, because $why", ({ words, says }) =>
    expect(planned(words, {}, withReplicas).problems.join("\n")).toContain(says),
  );

  test("not when the later one is made ready as soon as the earlier one is over", () => {
    const { problems } = planned(["freeze:cache@10+5", "cache-failover=1s:cache@19"], {}, withReplicas);
    expect(problems).toEqual([]);
  });

  test("when it would begin again before it is over", () => {
    const wish = { fault: "kill", where: "shop-1", atS: 5, forS: 10, repeat: { times: 2, everyS: 10 } };
    expect(planChaos({ wishes: [wish], quiet: [] }, outlook, 60).problems[0]).toContain("before it is over");
  });

  test("with every problem of every word at once, each of them once", () => {
    const { problems } = planned([
      "klil:shop-1@5+5",
      "kill:shop-9@5+5",
      "kill=3:shop-1@50+20",
      "klil:shop-1@5+5",
    ]);
    expect(problems).toHaveLength(4);
  });

  test("one after the other on the same node is allowed, end to start", () => {
    expect(planned(["kill:shop-1@5+5", "freeze:shop-1@10+2"]).problems).toEqual([]);
  });
});

describe("in a system of the user's own", () => {
  test("there are no nodes that we know of", () => {
    expect(planned(["kill:shop-1@5+5"], {}, external).problems).toEqual([
      expect.stringContaining("your own system has no nodes that we know of"),
    ]);
  });

  test("a hook is carried out by its command, and undone by it", () => {
    const { faults, problems } = planned(["hook=drain@5+5"], {}, { ...external, hooks });
    expect(problems).toEqual([]);
    expect(faults).toMatchObject([
      { id: "hook=drain@5", value: "drain", mechanism: "your command `drain`", undo: "reversible" },
    ]);
  });

  test.each([
    { word: "hook=drian@5+5", says: 'unknown hook "drian"; did you mean "drain"?' },
    { word: "hook@5+5", says: 'unknown hook ""' },
    { word: "hook=drain@5", says: "hook drain can be undone, so it needs a length" },
    { word: "hook=wipe@5+5", says: "hook wipe has no undo, so it cannot be given a length" },
    {
      word: "hook=wipe@5",
      says: "it cannot be undone, and the target is not ours; --allow-irreversible allows it",
    },
  ])("$word: $says", ({ word, says }) =>
    expect(planned([word], {}, { ...external, hooks }).problems.join("\n")).toContain(says),
  );

  test("what cannot be undone needs to be allowed; in a target of ours it goes with the run", () => {
    const allowed = { ...external, hooks, allowsIrreversible: true };
    expect(planned(["hook=wipe@5"], {}, allowed)).toMatchObject({
      problems: [],
      faults: [{ undo: "irreversible" }],
    });
    expect(planned(["hook=wipe@5"], {}, { ...outlook, hooks }).problems).toEqual([]);
  });
});
