import { expect, test } from "vitest";
import { bookkeepersOf } from "../../../targets/launch/areas.ts";
import { membersOf } from "../../../targets/launch/members.ts";
import { classPathOf } from "../../../targets/launch/programs/zookeeper.ts";
import { renderNginx } from "../../../targets/launch/render-nginx.ts";
import { shopConfig } from "../../../targets/launch/render-shop.ts";
import { renderZookeeper } from "../../../targets/launch/render-zookeeper.ts";
import { stage08 } from "../../../targets/stages/stage-08-l4-failover.ts";
import { stage11 } from "../../../targets/stages/stage-11-small-applications.ts";

test("ZooKeeper keeps what it is told, listens where it may, and starts nothing besides", () => {
  expect(renderZookeeper({ port: 20000, folder: "/tmp/x/config" })).toMatchInlineSnapshot(`
    "dataDir=/tmp/x/config
    clientPort=20000
    clientPortAddress=127.0.0.1
    # Sessions last between 2 and 20 ticks: one whose client is gone is forgotten soon.
    tickTime=500
    maxClientCnxns=0
    # A change survives the death of the process. For that of the machine it would have to wait for the disk, and so would
    # every session, whose opening is a change too; here that disk is shared with all other nodes.
    forceSync=no
    # 64 MB at once would be most of what it ever writes.
    preAllocSize=64
    admin.enableServer=false
    4lw.commands.whitelist=ruok,srvr
    "
  `);
});

test.each([
  { from: "/usr/share/zookeeper/bin/zkServer.sh", is: /^\/usr\/share\/java\/zookeeper\.jar:/ },
  { from: "/opt/zookeeper/bin/zkServer.sh", is: /^\/opt\/zookeeper\/lib\/\*$/ },
])("ZooKeeper's Java is found from $from", ({ from, is }) => {
  expect(classPathOf(from)).toMatch(is);
});

test("nginx shares requests out by path, to the applications that serve them", () => {
  const backends = (["home", "search", "cart", "trade"] as const).map((area, index) => ({
    ...{ name: area, address: `127.0.0.1:2000${index}`, cpuMillicores: 200, areas: [area] },
  }));
  const text = renderNginx({ port: 1, backends, balance: "round-robin", folder: "/x", user: undefined });
  const targets = [...text.matchAll(/location (\S+) \{\s+proxy_pass http:\/\/(\w+);/g)];
  expect(targets.map(([, path, upstream]) => `${path} -> ${upstream}`)).toEqual([
    "/ -> area_home",
    "/search -> area_search",
    "/cart -> area_cart",
    "/favourite -> area_cart",
    "/checkout/ -> area_cart",
    "/order -> area_trade",
    "/pay -> area_trade",
    "/seckill/ -> area_trade",
    "/audit/ -> area_trade",
  ]);
  expect(
    [...text.matchAll(/upstream (\w+) \{\s+server (\S+)/g)].map(([, name, at]) => `${name} ${at}`),
  ).toEqual([
    "area_home 127.0.0.1:20000",
    "area_search 127.0.0.1:20001",
    "area_cart 127.0.0.1:20002",
    "area_trade 127.0.0.1:20003",
  ]);
});

test("an application of stage-11 knows its area, the centre, and no database it does not need", () => {
  const members = membersOf(stage11);
  const configOf = (name: string) => {
    const app = members.find((member) => member.name === name)!;
    const called = members.filter((member) => app.calls.includes(member.name));
    return shopConfig(app, 20000, called, (one) => `${one}:1`);
  };
  expect(configOf("search-app")).toMatchObject({
    areas: ["search"],
    databases: { catalog: { primary: "postgres://bench@catalog:1/postgres" } },
    configCentre: { address: "config:1", keptPath: "search-app/settings.json" },
  });
  expect(Object.keys(configOf("search-app").databases)).toEqual(["catalog"]);
  expect(Object.keys(configOf("home-app-a").databases)).toEqual(["catalog", "trade", "report"]);
  expect(Object.keys(configOf("cart-app").databases)).toEqual(["catalog", "user", "trade"]);
});

test("only who serves trade is asked for the books", () => {
  expect([...bookkeepersOf(membersOf(stage11))]).toEqual(["trade-app-a", "trade-app-b"]);
  expect([...bookkeepersOf(membersOf(stage08))]).toEqual(["shop-1", "shop-2", "shop-3", "shop-4"]);
});
