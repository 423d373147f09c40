import { describe, expect, test } from "vitest";
import { entryNameOf } from "../../../targets/launch/entry-name.ts";
import { membersOf, problemsOf } from "../../../targets/launch/members.ts";
import { renderKnot, renderZone } from "../../../targets/launch/render-knot.ts";
import { ownAddress, zonesIn } from "../../../targets/launch/zones.ts";
import type { NodeSpec, TargetSpec } from "../../../targets/target.ts";

const zones = ["a", "b"];
const nodes: Record<string, NodeSpec<string>> = {
  dns: { component: "knot", tier: "dns", cpuMillicores: 50, calls: ["proxy"] },
  proxy: { component: "nginx", tier: "proxy", zones, cpuMillicores: 50, calls: ["shop"] },
  shop: {
    component: "shop",
    tier: "app",
    zones,
    cpuMillicores: 200,
    count: 2,
    calls: ["db", "copy", "trade"],
  },
  db: { component: "postgres", tier: "db", zone: "a", cpuMillicores: 50, holds: ["catalog", "user"] },
  copy: {
    component: "postgres",
    tier: "db",
    zones: ["b"],
    cpuMillicores: 50,
    holds: ["catalog", "user"],
    replicaOf: "db",
  },
  trade: { component: "postgres", tier: "db", zones, cpuMillicores: 50, holds: ["trade"] },
};

function spec(changes: Record<string, Partial<NodeSpec<string>>> = {}): TargetSpec {
  const changed = Object.entries(nodes).map(([name, node]) => [name, { ...node, ...changes[name] }] as const);
  return {
    id: "two",
    title: "two zones",
    nodes: Object.fromEntries(changed),
    entry: "proxy",
    strategies: ["F2"],
    defaultStrategy: "F2",
    data: { items: 100, categories: 10, users: 10 },
    claims: [],
  };
}

const members = membersOf(spec());
const member = (name: string) => members.find((each) => each.name === name)!;

describe("a node in several zones", () => {
  test("has its members in each of them, named after it", () => {
    const shops = members.filter(({ node }) => node === "shop");
    expect(shops.map(({ name, zone }) => [name, zone])).toEqual([
      ["shop-a-1", "a"],
      ["shop-a-2", "a"],
      ["shop-b-1", "b"],
      ["shop-b-2", "b"],
    ]);
    expect(zonesIn(spec())).toEqual(["a", "b"]);
  });

  test("is called by those of its own zone only", () => {
    expect(member("proxy-a").calls).toEqual(["shop-a-1", "shop-a-2"]);
    expect(member("proxy-b").calls).toEqual(["shop-b-1", "shop-b-2"]);
  });

  test("is called by everybody where it holds a part of the data that is nowhere else", () => {
    expect(member("shop-a-1").calls).toEqual(["db", "trade-a", "trade-b"]);
    expect(member("shop-b-1").calls).toEqual(["db", "copy-b", "trade-a", "trade-b"]);
    expect(member("trade-b").shard).toEqual({ index: 1, count: 2 });
  });

  test("is called by who stands in no zone, all of it", () => {
    expect(member("dns").calls).toEqual(["proxy-a", "proxy-b"]);
  });

  test("has an address of its own for each member when a name leads to them, and others have none", () => {
    expect(member("proxy-a").ownAddress).toBe("127.0.10.1");
    expect(member("proxy-b").ownAddress).toBe("127.0.11.1");
    expect(member("shop-a-1").ownAddress).toBeUndefined();
    expect(ownAddress("b", 1, zones)).toBe("127.0.11.2");
  });
});

test.each<{ why: string; changes: Record<string, Partial<NodeSpec<string>>>; problem: RegExp }>([
  {
    why: "a node is in a zone and in zones",
    changes: { proxy: { zone: "a" } },
    problem: /node "proxy" stands in a zone and in zones/,
  },
  { why: "zones are none", changes: { trade: { zones: [] } }, problem: /node "trade" stands in no zone/ },
  {
    why: "a zone is named twice",
    changes: { trade: { zones: ["a", "a"] } },
    problem: /names a zone twice/,
  },
  {
    why: "nobody is near whom a proxy could call",
    changes: { proxy: { zones: ["a", "b", "c"] } },
    problem: /node "proxy" has nobody to call in zone c/,
  },
  {
    why: "the catalogue is in two zones, and neither streams from the other",
    changes: { db: { zone: undefined, zones } as never },
    problem: /only trade can be hash-split/,
  },
  {
    why: "a replica follows a database of which each zone has a part",
    changes: { copy: { replicaOf: "trade" } },
    problem: /node "copy" is a replica of "trade", which is split/,
  },
  {
    why: "a name leads past the entry",
    changes: { dns: { calls: ["shop"] } },
    problem: /node "dns" is a name server, and leads to shop instead of to the entry, proxy/,
  },
  { why: "a name leads nowhere", changes: { dns: { calls: [] } }, problem: /leads nowhere/ },
  { why: "there are two name servers", changes: { dns: { count: 2 } }, problem: /there can be only one/ },
  {
    why: "answers may not be kept at all",
    changes: { dns: { settings: { ttlS: 0 } } },
    problem: /kept for 0 s/,
  },
])("a declaration is refused when $why", ({ changes, problem }) => {
  expect(problemsOf(spec(changes)).join("\n")).toMatch(problem);
});

test("the zone leads to every way in, by the shop's name and by that of each zone", () => {
  const ways = [
    { address: "127.0.10.1", zone: "a" },
    { address: "127.0.11.1", zone: "b" },
    { address: "127.0.12.1", zone: undefined },
  ];
  expect(renderZone(ways, 5)).toMatchInlineSnapshot(`
    "$ORIGIN shop.bench.
    $TTL 5
    @ SOA ns hostmaster 1 3600 600 86400 5
    @ NS ns
    ns A 127.0.0.1
    @ A 127.0.10.1
    @ A 127.0.11.1
    @ A 127.0.12.1
    a A 127.0.10.1
    b A 127.0.11.1
    "
  `);
});

test("Knot answers for the shop's zone alone, and becomes nobody in particular", () => {
  const user = { name: "nobody", uid: 65534, group: "nogroup", gid: 65534 };
  expect(renderKnot({ host: "127.0.0.1", port: 20000, folder: "/tmp/x/dns", user })).toMatchInlineSnapshot(`
    "server:
        rundir: "/tmp/x/dns"
        pidfile: "knot.pid"
        listen: 127.0.0.1@20000
        udp-workers: 1
        tcp-workers: 1
        background-workers: 1
        answer-rotation: on
        user: nobody:nogroup

    log:
      - target: stderr
        any: notice

    database:
        storage: "/tmp/x/dns"

    zone:
      - domain: shop.bench
        storage: "/tmp/x/dns"
        file: "shop.zone"
        zonefile-sync: -1
        journal-content: none
    "
  `);
});

test("a target with a name server is entered by name, at the port that all entries share", () => {
  const addresses: Record<string, string> = {
    dns: "127.0.0.1:20000",
    "proxy-a": "127.0.10.1:20001",
    "proxy-b": "127.0.11.1:20001",
  };
  const started = members.map((each) => ({ member: each, address: addresses[each.name] ?? "127.0.0.1:1" }));
  expect(entryNameOf(started, "proxy")).toEqual({
    url: "http://shop.bench:20001",
    nameServer: "127.0.0.1:20000",
    lookups: "honour",
    near: ["a.shop.bench", "b.shop.bench"],
  });
});

test("a target without a name server has no name", () => {
  const started = members
    .filter(({ component }) => component !== "knot")
    .map((each) => ({ member: each, address: "127.0.0.1:1" }));
  expect(entryNameOf(started, "proxy")).toBeUndefined();
});
