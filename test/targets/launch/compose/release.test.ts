/** What a rolling update can change, and what it cannot: shown with stage 14 and its own variants. */
import { expect, test } from "vitest";
import { releasesBetween } from "../../../../targets/launch/compose/release.ts";
import { stage14 } from "../../../../targets/stages/stage-14-containers.ts";
import type { TargetSpec } from "../../../../targets/target.ts";
import { chooseVariants } from "../../../../targets/variant.ts";

const built = (...words: readonly string[]) => chooseVariants(stage14 as TargetSpec, words).spec;
/** As it is read from a record. */
const recorded = (spec: TargetSpec) => JSON.parse(JSON.stringify(spec)) as TargetSpec;
const applications = Object.keys(stage14.orchestration?.scales ?? {});

test("nothing else chosen changes nothing", () => {
  expect(releasesBetween(recorded(built()), built())).toEqual({ releases: [], others: [] });
});

test("settings of applications change, and nothing else of them", () => {
  const { releases, others } = releasesBetween(recorded(built()), built("cache-guards=off"));
  expect(others).toEqual([]);
  expect(releases.map(({ node }) => node).toSorted()).toEqual(applications.toSorted());
  for (const { settings, before } of releases) {
    expect(settings).toEqual({ cacheGuards: false });
    expect(before).toEqual({ cacheGuards: undefined });
  }
});

test("what was chosen before can be taken back, though nothing says so any more", () => {
  const { releases } = releasesBetween(recorded(built("cache-guards=off")), built());
  expect(releases).toHaveLength(applications.length);
  for (const { settings, before } of releases) {
    expect("cacheGuards" in settings).toBe(true);
    expect({ ...{ cacheGuards: false }, ...settings }.cacheGuards).toBeUndefined();
    expect(before).toEqual({ cacheGuards: false });
  }
});

test.each([
  { why: "a balancer would change", word: "lb=ip-hash", other: "proxy" },
  { why: "there would be more databases", word: "shards=2", other: "trade" },
  { why: "there would be more members of an application", word: "cart-apps=2", other: "cart-app" },
])("it is told when $why", ({ word, other }) => {
  expect(releasesBetween(recorded(built()), built(word)).others).toContain(other);
});
