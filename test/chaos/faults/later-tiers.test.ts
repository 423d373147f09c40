/** What is planned for the tiers of the later stages, and what is refused before anything starts. */
import { describe, expect, test } from "vitest";
import { readWish } from "../../../chaos/chaos-plan.ts";
import type { Outlook } from "../../../chaos/fault.ts";
import { tellLag, usualLagTold } from "../../../chaos/faults/index-lag.ts";
import { tellWaiting, waiting } from "../../../chaos/faults/slow-consumer.ts";
import { planChaos } from "../../../chaos/plan-chaos.ts";
import { findTarget } from "../../../targets/catalog.ts";
import { membersOf } from "../../../targets/launch/members.ts";
import { chooseVariants } from "../../../targets/variant.ts";

function planned(word: string, stage: string, more: Partial<Outlook> = {}, ...variants: readonly string[]) {
  const { spec } = chooseVariants(findTarget(stage), variants);
  const outlook: Outlook = {
    ...{ spec, members: membersOf(spec), launcher: "processes", network: "loopback" },
    ...{ host: { platform: "linux", isRoot: true, hasProc: true }, seed: 1, sells: true },
    ...more,
  };
  const wish = readWish(word);
  if ("problem" in wish) throw new Error(wish.problem);
  return planChaos({ wishes: [wish], quiet: [] }, outlook, 60);
}

test.each<{ word: string; stage: string; more?: Partial<Outlook>; by: string | RegExp }>([
  { word: "index-lag=2s@5s+10s", stage: "stage-10", by: "delay on indexer>catalog by the relay" },
  { word: "queue-duplicates=20%@5s+10s", stage: "stage-12", by: "a second publisher at the queue" },
  {
    word: "slow-consumer:order-worker@5s+10s",
    stage: "stage-12",
    by: "CPU budget of its machine cut to 10%",
  },
  { word: "toggle=pay@5s+10s", stage: "stage-11", by: "the settings in the configuration centre" },
  { word: "service-errors:tier=service,user-service@5s+10s", stage: "stage-12", by: /^a defect planted/ },
  { word: "service-slow=3x:auth-service@5s+10s", stage: "stage-13", by: /^a defect planted/ },
  { word: "bad-deploy=3x:shop-1@5s+10s", stage: "stage-04", by: /^SIGKILL, and a start with a defect/ },
  {
    ...{ word: "bad-deploy:home-app-a@5s+10s", stage: "stage-14", more: { launcher: "compose" } },
    by: /^SIGKILL, and a start with a defect/,
  },
  {
    ...{ word: "service-errors:user-service@5s+10s", stage: "stage-14", more: { launcher: "compose" } },
    by: /^a defect planted/,
  },
  {
    ...{ word: "index-lag=2s@5s+10s", stage: "stage-14", more: { launcher: "compose" } },
    by: "delay on indexer>catalog by the relay",
  },
])("$word is done at $stage", ({ word, stage, more, by }) => {
  const { faults, problems } = planned(word, stage, more);
  expect(problems).toEqual([]);
  expect(faults).toHaveLength(1);
  expect(faults[0]!.mechanism).toMatch(by);
});

test.each(["queue-duplicates@5s+10s", "slow-consumer:order-worker@5s+10s"])(
  "%s is as it should be where the sale goes through the queue",
  (word) => expect(planned(word, "stage-12", { strategy: "F9" }).problems).toEqual([]),
);

test("index-lag needs the way from the indexer to the catalogue to lead through the relay, and no other", () => {
  expect(planned("index-lag@5s+10s", "stage-12").relayed).toEqual([{ from: "indexer", to: "catalog" }]);
});

test.each<{ word: string; stage: string; more?: Partial<Outlook>; variants?: string[]; says: RegExp }>([
  { word: "index-lag=2s@5s+10s", stage: "stage-09", says: /no index is fed by changes here/ },
  { word: "index-lag=2s@5s+10s", stage: "stage-10", variants: ["search=sql"], says: /no index is fed/ },
  { word: "index-lag=often@5s+10s", stage: "stage-10", says: /"often" is not a time/ },
  { word: "index-lag=1h@5s+10s", stage: "stage-10", says: /up to 60 s/ },
  { word: "queue-duplicates=2@5s+10s", stage: "stage-12", says: /"2" is not a share/ },
  {
    word: "queue-duplicates@5s+10s",
    stage: "stage-11",
    says: /has no nats: promises go through a queue from stage-12 on/,
  },
  {
    ...{ word: "queue-duplicates@5s+10s", stage: "stage-12", more: { strategy: "F8" } },
    says: /by F8 nothing goes through the queue; choose --strategy F9/,
  },
  {
    ...{ word: "queue-duplicates@5s+10s", stage: "stage-12", more: { sells: false } },
    says: /only promises of a flash sale go through the queue, and nothing is on sale/,
  },
  {
    ...{ word: "slow-consumer:order-worker@5s+10s", stage: "stage-12", more: { strategy: "F8" } },
    says: /by F8 nothing goes through the queue/,
  },
  {
    ...{ word: "slow-consumer=100%:order-worker@5s+10s", stage: "stage-12" },
    says: /"100%" is not a share above 0% and below 100%/,
  },
  { word: "slow-consumer:tier=service@5s+10s", stage: "stage-11", says: /tier=service/ },
  { word: "slow-consumer:user-service@5s+10s", stage: "stage-12", says: /order worker/ },
  { word: "toggle=serach@5s+10s", stage: "stage-11", says: /did you mean "search"\?/ },
  { word: "toggle=search@5s+10s", stage: "stage-10", says: /no application of this target calls one/ },
  { word: "service-errors=120%:user-service@5s+10s", stage: "stage-12", says: /"120%" is not a share/ },
  { word: "service-errors:home-app@5s+10s", stage: "stage-12", says: /a service/ },
  { word: "service-slow=slow:user-service@5s+10s", stage: "stage-12", says: /write for example 200ms or 3x/ },
  { word: "service-slow=200:user-service@5s+10s", stage: "stage-12", says: /neither a time nor a factor/ },
  { word: "bad-deploy=bad:shop-1@5s+10s", stage: "stage-04", says: /"bad" is no defect/ },
  { word: "bad-deploy:db@5s+10s", stage: "stage-04", says: /an application or a service/ },
])("$word is refused at $stage: $says", ({ word, stage, more, variants = [], says }) => {
  expect(planned(word, stage, more, ...variants).problems.join("\n")).toMatch(says);
});

test("a node that is deployed anew cannot be killed at the same time", () => {
  const { spec } = chooseVariants(findTarget("stage-04"), []);
  const wishes = ["bad-deploy:shop-1@5s+10s", "kill:shop-1@8s+3s"].map((word) => readWish(word));
  const outlook: Outlook = {
    ...{ spec, members: membersOf(spec), launcher: "processes", network: "loopback" },
    ...{ host: { platform: "linux", isRoot: true, hasProc: true }, seed: 1, sells: true },
  };
  const { problems } = planChaos({ wishes: wishes as never, quiet: [] }, outlook, 60);
  expect(problems.join()).toMatch(/would both have the state of shop-1/);
});

describe("a consumer is slow", () => {
  const calm = { depth: 1, oldestMs: 5, leftPerS: 10, cameInPerS: 10, spanMs: 1_000 };
  const busy = { depth: 50, oldestMs: 900, leftPerS: 20, cameInPerS: 40, spanMs: 1_000 };
  test.each([
    { why: "nobody waits", before: calm, now: calm, isSeen: false },
    {
      why: "promises wait that did not, and few leave",
      before: calm,
      now: { ...busy, leftPerS: 2 },
      isSeen: true,
    },
    {
      why: "no more come in than before, and they wait all the same",
      before: calm,
      now: { ...busy, leftPerS: 6, cameInPerS: 11 },
      isSeen: true,
    },
    {
      why: "a burst came in, and as many leave as before or more",
      before: calm,
      now: { ...busy, depth: 400, leftPerS: 25, cameInPerS: 400 },
      isSeen: false,
    },
    {
      why: "nothing came in before, and now there is a burst",
      before: { ...calm, leftPerS: 0, cameInPerS: 0 },
      now: { ...busy, leftPerS: 0, cameInPerS: 400 },
      isSeen: false,
    },
    {
      why: "they waited before, and as many leave",
      before: busy,
      now: { ...busy, depth: 400 },
      isSeen: false,
    },
    { why: "they waited before, and few leave", before: busy, now: { ...busy, leftPerS: 2 }, isSeen: true },
    {
      why: "it was only just begun",
      before: calm,
      now: { ...busy, leftPerS: 2, spanMs: 500 },
      isSeen: false,
    },
  ])("$isSeen when $why", ({ before, now, isSeen }) => {
    expect(tellWaiting(before, now) !== undefined).toBe(isSeen);
  });

  test("what left and what came in is counted over the time between two looks", () => {
    const [one, later] = [
      { at: 1_000, queue: { depth: 3, oldestMs: 4, left: 100 } },
      { at: 3_000, queue: { depth: 9, oldestMs: 800, left: 130 } },
    ];
    expect(waiting(one, later)).toEqual({
      ...{ depth: 9, oldestMs: 800, leftPerS: 15, cameInPerS: 18, spanMs: 2_000 },
    });
  });
});

test("a lag is told with what it was before", () => {
  const before = { lagMs: 240.4, isFound: true };
  expect(tellLag(before, { lagMs: 2_130, isFound: true })).toBe(
    "a change of the catalogue was found 2130 ms after it was made (before: found after 240 ms)",
  );
  expect(tellLag(before, { lagMs: 1_001, isFound: false })).toContain("is not found 1001 ms after");
});

test("how late search usually is, is told as a figure", () => {
  expect(usualLagTold({ lagMs: 118.4, isFound: true })).toEqual({
    sentence: "undisturbed, a change was found after 118 ms",
    figures: { usualIndexLagMs: 118 },
  });
});
