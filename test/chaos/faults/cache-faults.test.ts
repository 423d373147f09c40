/** What the faults of caches make of words: how they would be done, and what they refuse, in sentences. */
import { expect, test } from "vitest";
import { faults as catalogue } from "../../../chaos/catalog.ts";
import { readWish } from "../../../chaos/chaos-plan.ts";
import type { Outlook } from "../../../chaos/fault.ts";
import { planChaos } from "../../../chaos/plan-chaos.ts";
import { findTarget } from "../../../targets/catalog.ts";
import { membersOf } from "../../../targets/launch/members.ts";

interface Where extends Partial<Pick<Outlook, "launcher" | "network" | "ratePerS">> {
  readonly stage?: string;
}

function planned(word: string, { stage = "stage-03", ...about }: Where = {}) {
  const wish = readWish(word);
  if ("problem" in wish) throw new Error(wish.problem);
  const spec = findTarget(stage);
  const outlook: Outlook = {
    ...{ spec, members: membersOf(spec), launcher: "processes", network: "loopback", ratePerS: 150 },
    ...{ host: { platform: "linux", isRoot: false, hasProc: true }, seed: 7, sells: true },
    ...about,
  };
  return planChaos({ wishes: [wish], quiet: [] }, outlook, 60);
}

test.each([
  { word: "avalanche:cache@5", at: ["cache"] },
  { word: "avalanche=25%:component=redis@5", at: ["cache"] },
  { word: "breakdown=3:tier=cache@5", at: ["cache"] },
  { word: "flush:cache@5", at: ["cache"] },
  { word: "cache-failover=2s:cache@5", at: ["cache"] },
  { word: "penetration@5+10", at: [] },
  { word: "penetration=20/s,50@5+10", at: [] },
])("$word is carried out at $at", ({ word, at }) => {
  const { faults, problems } = planned(word);
  expect(problems).toEqual([]);
  expect(faults.flatMap(({ nodes }) => nodes)).toEqual(at);
  for (const { mechanism } of faults) expect(mechanism).not.toBe("");
});

test.each([
  { fault: "avalanche", at: ["cache-a", "cache-b"] },
  { fault: "breakdown", at: ["cache-a", "cache-b"] },
  { fault: "flush", at: ["cache-a", "cache-b", "sale-counters"] },
  { fault: "cache-failover", at: ["cache-a", "cache-b", "carts", "sale-counters"] },
])("of all that is Redis $fault takes $at", ({ fault, at }) => {
  const { faults, problems } = planned(`${fault}:component=redis@5`, { stage: "stage-11" });
  expect(problems).toEqual([]);
  expect(faults.flatMap(({ nodes }) => nodes).toSorted()).toEqual(at);
});

test.each([
  { word: "avalanche=0%:cache@5", says: '"0%" is not a share; write for example avalanche=100%' },
  { word: "avalanche=120%:cache@5", says: '"120%" is not a share; write for example avalanche=100%' },
  { word: "avalanche:db@5", says: "avalanche is for a Redis that keeps pages; db is none, cache would do" },
  {
    word: "avalanche:cache@5",
    where: { stage: "stage-02" },
    says: "avalanche is for a Redis that keeps pages, and this target has none",
  },
  { word: "avalanche:cache@5+10", says: "avalanche happens at one instant and has no length" },
  {
    word: "breakdown=0:cache@5",
    says: '"0" is not a number of pages from 1 to 50; write for example breakdown=1',
  },
  { word: "penetration=many@5+10", says: '"many" is not how much is asked' },
  { word: "penetration=1000/s@5+10", says: "it would ask 1000 times a second; at most 500" },
  { word: "penetration=400%@5+10", says: "it would ask 600 times a second; at most 500" },
  {
    word: "penetration=30%@5+10",
    where: { ratePerS: undefined },
    says: "nobody has planned a rate to have a share of; write for example penetration=50/s",
  },
  { word: "cache-failover=soon:cache@5", says: '"soon" is not a time up to 30 s' },
  {
    word: "cache-failover:cache@5",
    where: { launcher: "compose" },
    says: "the second Redis is a process of this machine; use --launcher processes",
  },
  {
    word: "cache-failover:cache@5",
    where: { network: "namespaces" },
    says: "the second Redis would not be in the node's network; use --network loopback",
  },
] as readonly { readonly word: string; readonly where?: Where; readonly says: string }[])(
  "$word is refused: $says",
  ({ word, where = {}, says }) => {
    expect(planned(word, where).problems.join("\n")).toContain(says);
  },
);

test("a cache whose pages end cannot be emptied while that is made ready, and can be as soon as it is over", () => {
  const at = (instant: string) =>
    planChaos(
      {
        wishes: ["avalanche:cache@5", `flush:cache@${instant}`].map((word) => readWish(word) as never),
        quiet: [],
      },
      {
        ...{ spec: findTarget("stage-03"), members: membersOf(findTarget("stage-03")) },
        ...{ launcher: "processes", network: "loopback", seed: 7, sells: true },
        host: { platform: "linux", isRoot: false, hasProc: true },
      },
      60,
    ).problems;
  expect(at("5")).toHaveLength(1);
  expect(at("6")).toHaveLength(1);
  expect(at("7")).toEqual([]);
});

test("what is armed ahead, or compared with the time before, is made ready ahead", () => {
  const leadOf = (name: string, value?: string) =>
    catalogue
      .find((each) => each.name === name)!
      .leadS?.({ ...{ id: "", fault: name, nodes: [], edges: [], atS: 9 }, ...(value && { value }) });
  for (const name of ["avalanche", "breakdown", "flush", "penetration"])
    expect(leadOf(name), name).toBeGreaterThanOrEqual(2);
  expect(leadOf("cache-failover", "2s")).toBe(2 + leadOf("cache-failover", "0s")!);
});
