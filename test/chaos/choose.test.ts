/** Who is meant by a name, a selector or an edge; the same for the same seed. */
import { describe, expect, test } from "vitest";
import { chooseEdges, chooseNodes } from "../../chaos/choose.ts";
import { findTarget } from "../../targets/catalog.ts";
import { membersOf } from "../../targets/launch/members.ts";

const spec = findTarget("stage-09");
const members = membersOf(spec);
const usual = { seed: 1, index: 0 };

const nodes = (where: string, choice = usual): readonly string[] | string => {
  const chosen = chooseNodes(where, members, choice);
  return "problem" in chosen ? chosen.problem : chosen.map(({ name }) => name);
};
const edges = (where: string): readonly string[] | string => {
  const chosen = chooseEdges(where, members, spec, usual);
  return "problem" in chosen ? chosen.problem : chosen.map(({ from, to }) => `${from}>${to}`);
};

describe("nodes", () => {
  test("by the name of a member, or of the node it is a member of", () => {
    const shops = members.filter(({ node }) => node === "shop").map(({ name }) => name);
    expect(shops.length).toBeGreaterThan(1);
    expect(nodes("shop")).toEqual(shops);
    expect(nodes(shops[0]!)).toEqual([shops[0]]);
  });

  test.each([
    { where: "tier=db", holds: (each: (typeof members)[number]) => each.tier === "db" },
    { where: "zone=b", holds: (each: (typeof members)[number]) => each.zone === "b" },
    { where: "component=redis", holds: (each: (typeof members)[number]) => each.component === "redis" },
    {
      where: "zone=b,tier=app",
      holds: (each: (typeof members)[number]) => each.zone === "b" && each.tier === "app",
    },
    {
      where: "primary=catalog",
      holds: (each: (typeof members)[number]) =>
        each.holds.includes("catalog") && each.replicaOf === undefined,
    },
    {
      where: "replica=catalog",
      holds: (each: (typeof members)[number]) =>
        each.holds.includes("catalog") && each.replicaOf !== undefined,
    },
  ])("by $where", ({ where, holds }) => {
    const wanted = members.filter(holds).map(({ name }) => name);
    expect(wanted.length).toBeGreaterThan(0);
    expect(nodes(where)).toEqual(wanted);
  });

  test("so many of them, by the seed, in declared order, each wish for itself", () => {
    const two = nodes("tier=app*2");
    expect(two).toHaveLength(2);
    expect(nodes("tier=app*2")).toEqual(two);
    const all = nodes("tier=app") as readonly string[];
    expect(all.filter((name) => two.includes(name))).toEqual(two);
    const bySeed = new Set(
      Array.from({ length: 20 }, (_, seed) => String(nodes("tier=app*1", { seed, index: 0 }))),
    );
    expect(bySeed.size).toBe(all.length);
    const byWish = new Set(
      Array.from({ length: 20 }, (_, index) => String(nodes("tier=app*1", { seed: 1, index }))),
    );
    expect(byWish.size).toBe(all.length);
    expect(nodes(`tier=app*${all.length}`)).toEqual(all);
  });

  test.each([
    { where: "shpo", says: 'there is no node "shpo"; did you mean "shop"?' },
    { where: "teir=app", says: 'there is no selector "teir"; did you mean "tier"?' },
    {
      where: "colour=red",
      says: 'there is no selector "colour"; there are tier, zone, component, primary, replica',
    },
    { where: "tier=apps", says: 'no node has tier=apps; did you mean "app"?' },
    { where: "zone=b,tier=dns", says: "is nobody: no member of this target fits all of it" },
    { where: "tier=app*0", says: "asks for 0 of" },
    { where: "tier=app*99", says: "asks for 99 of" },
    { where: "", says: 'there is no node ""' },
  ])('"$where": $says', ({ where, says }) => expect(nodes(where)).toContain(says));
});

describe("edges", () => {
  const shop = members.find(({ node }) => node === "shop")!;
  const callers = (name: string) =>
    members.filter(({ calls }) => calls.includes(name)).map((each) => each.name);

  test("from one to another", () => {
    const [called] = shop.calls;
    expect(edges(`${shop.name}>${called}`)).toEqual([`${shop.name}>${called}`]);
  });

  test("all that lead to a node", () => {
    const db = members.find(({ tier, replicaOf }) => tier === "db" && replicaOf === undefined)!;
    const streams = members.filter(({ replicaOf }) => replicaOf === db.name).map(({ name }) => name);
    const wanted = [...callers(db.name), ...streams].map((from) => `${from}>${db.name}`);
    expect([...edges(db.name)].toSorted()).toEqual(wanted.toSorted());
  });

  test("the way in, from the clients", () => {
    const ways = members.filter(({ node }) => node === spec.entry).map(({ name }) => `clients>${name}`);
    expect(edges(`clients>${spec.entry}`)).toEqual(ways);
  });

  test.each([
    { where: "shop>nowhere", says: 'there is no node "nowhere"' },
    { where: "a>b>c", says: "is not one edge; write for example shop-1>db" },
    { where: `${spec.entry}>${shop.name}`, says: "there is no edge" },
  ])("$where: $says", ({ where, says }) => expect(edges(where)).toContain(says));
});
