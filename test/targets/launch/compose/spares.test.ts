import { expect, test } from "vitest";
import { grown, leastOf, shrunk } from "../../../../targets/launch/compose/spares.ts";
import { addressIn, firstFree, freeSubnet } from "../../../../targets/launch/compose/subnet.ts";
import type { Member } from "../../../../targets/launch/members.ts";

const member = (name: string, zone?: string): Member => ({
  ...{ name, zone, node: "app", component: "shop", tier: "app", cpuMillicores: 200, machine: undefined },
  ...{ settings: {}, calls: zone === undefined ? [] : [`db-${zone}`], holds: [], replicaOf: undefined },
  shard: { index: 0, count: 1 },
});
const names = (members: readonly Member[]) => members.map(({ name }) => name);

test.each([
  {
    why: "an only member has the node's own name",
    present: [member("app")],
    count: 3,
    gives: ["app-2", "app-3"],
  },
  { why: "numbers go on", present: [member("app-1"), member("app-2")], count: 3, gives: ["app-3"] },
  {
    why: "a number that was given up is free",
    present: [member("app-1"), member("app-3")],
    count: 3,
    gives: ["app-2"],
  },
  {
    why: "the zone with the fewest comes first",
    present: [member("app-a", "a"), member("app-a-2", "a"), member("app-b", "b")],
    count: 4,
    gives: ["app-b-2"],
  },
])("grows by $gives: $why", ({ present, count, gives }) =>
  expect(names(grown(present, count))).toEqual(gives),
);

test("who is added to a zone calls whom the others there call", () => {
  expect(grown([member("app-a", "a"), member("app-b", "b")], 4).map(({ calls }) => calls)).toEqual([
    ["db-a"],
    ["db-b"],
  ]);
});

test("shrinking takes the last of the fullest zone, and leaves one in each", () => {
  const present = [member("app-a", "a"), member("app-a-2", "a"), member("app-b", "b")];
  expect(names(shrunk(present, 2))).toEqual(["app-a-2"]);
  expect(names(shrunk(present, 0))).toEqual(["app-a-2"]);
  expect(leastOf(present)).toBe(2);
});

test("a network is taken that nobody is in, and nodes get addresses above the gateway's", () => {
  const picks = [64, 0, 64, 1];
  const subnet = freeSubnet(["10.64.0.0/24", "fe80::1/64"], () => picks.shift()!);
  expect(subnet).toBe("10.64.1.0/24");
  expect(addressIn(subnet, 0)).toBe("10.64.1.10");
});

test("a node that comes gets the first address that nobody has, also when others have gone", () => {
  const taken = new Set(["10.64.1.10", "10.64.1.12"]);
  expect(firstFree("10.64.1.0/24", taken)).toBe("10.64.1.11");
});

test("where no network is free, it says so", () => {
  expect(() => freeSubnet(["10.0.0.0/8"], (from) => from)).toThrow(/no free network/);
});
