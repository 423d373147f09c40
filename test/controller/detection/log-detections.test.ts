/** Lines as the programs really write them, from runs of stages 03 to 13. */
import { describe, expect, test } from "vitest";
import { noticedIn } from "../../../controller/detection/log-detections.ts";
import type { WatchedNode } from "../../../controller/detection/watched-node.ts";
import type { Component } from "../../../targets/target.ts";

const node = (name: string, component: Component, more: Partial<WatchedNode> = {}): WatchedNode => ({
  ...{ name, component, calls: [], peers: [], settings: {}, replicaOf: undefined, isLookedAfter: false },
  ...more,
});

const l4 = node("l4-1", "haproxy", { calls: ["proxy-1"] });
const director = node("l4-1", "keepalived", { calls: ["proxy-1"], peers: ["l4-2"] });
const proxy = node("proxy-1", "nginx", { calls: ["shop-1", "shop-2"] });
const shop = node("shop-1", "shop", { calls: ["catalog", "cache"] });
const catalog = node("catalog", "postgres");
const cache = node("cache", "redis");
const replica = node("catalog-replica", "postgres", { replicaOf: "catalog" });
const nodes = [l4, proxy, shop, catalog, cache, replica];
const addresses = new Map([
  ["10.108.0.13:22314", "proxy-1"],
  ["127.0.0.1:25362", "shop-1"],
  ["127.0.0.1:20263", "catalog"],
]);

const read = (by: WatchedNode, line: string) => noticedIn(line, { node: by, nodes, addresses });

describe("who is in trouble, and who is back", () => {
  test.each([
    {
      by: l4,
      line: '[WARNING]  (3703) : Server entry/proxy-1 is DOWN, reason: Layer4 connection problem, info: "Connection refused", check duration: 0ms.',
      is: { source: "health-check", about: ["proxy-1"], isBack: false, says: "Server entry/proxy-1 is DOWN" },
    },
    {
      by: l4,
      line: "[WARNING]  (3703) : Server entry/proxy-1 is UP, reason: Layer4 check passed, check duration: 0ms.",
      is: { about: ["proxy-1"], isBack: true },
    },
    {
      by: director,
      line: "2026-11-21T04:55:19.571Z 10.108.0.13:22314 is out",
      is: { source: "health-check", about: ["proxy-1"], isBack: false, says: "proxy-1 is out" },
    },
    {
      by: director,
      line: "Sat Nov 21 04:54:41 2026: (entry) Entering MASTER STATE",
      is: { source: "vrrp", about: ["l4-2"], isBack: false },
    },
    {
      by: proxy,
      line: '2026/11/21 10:08:30 [warn] 3703#3703: *51 upstream server temporarily disabled while connecting to upstream, client: 127.0.0.1, server: , request: "GET /search?q=pine%20cup&page=1 HTTP/1.1", upstream: "http://127.0.0.1:25362/search?q=pine%20cup&page=1", host: "127.0.0.1:24817"',
      is: { source: "failed-tries", about: ["shop-1"], isBack: false },
    },
    {
      by: replica,
      line: "2026-11-21 00:44:12.490 UTC [11467] FATAL:  could not receive data from WAL stream: server closed the connection unexpectedly",
      is: { source: "replication", about: ["catalog"], isBack: false },
    },
    {
      by: replica,
      line: "2026-11-21 00:43:19.080 UTC [11467] LOG:  started streaming WAL from primary at 0/2000000 on timeline 1",
      is: { source: "replication", about: ["catalog"], isBack: true },
    },
    {
      by: shop,
      line: '{"at":"2026-11-21T01:13:14.656Z","level":"error","node":"shop-1","event":"idle-connection","because":"Connection terminated unexpectedly","database":"127.0.0.1:20263/postgres"}',
      is: {
        ...{ source: "log", about: ["catalog"], isBack: false },
        says: "idle-connection: Connection terminated unexpectedly",
      },
    },
    {
      by: shop,
      line: '{"at":"2026-11-21T01:13:14.656Z","level":"error","node":"shop-1","event":"redis","because":"read ECONNRESET"}',
      is: { source: "log", about: ["cache"], says: "redis: read ECONNRESET" },
    },
  ])("$by.component: $line", ({ by, line, is }) => {
    expect(read(by, line)).toMatchObject(is);
  });
});

describe("lines that say nothing of anybody", () => {
  test.each([
    { by: l4, line: "[WARNING]  (3703) : Server entry/nobody is DOWN, reason: Layer4 timeout." },
    { by: director, line: "Sat Nov 21 04:54:41 2026: (entry) Entering BACKUP STATE (init)" },
    { by: director, line: "2026-11-21T04:55:19.571Z 10.0.0.9:1 is out" },
    {
      by: proxy,
      line: '2026/11/21 10:08:30 [error] 3703#3703: *51 connect() failed (111: Connection refused) while connecting to upstream, upstream: "http://127.0.0.1:25362/"',
    },
    { by: catalog, line: "FATAL:  could not receive data from WAL stream: as a replica would say" },
    { by: shop, line: '{"level":"info","event":"listening","because":"127.0.0.1:20263"}' },
    { by: shop, line: '{"level":"error","event":"failed","because":"no connection to 127.0.0.1:25362"}' },
    { by: shop, line: '{"level":"error","event":"failed","because":"a bug"}' },
    { by: shop, line: '{"level":"error","ev' },
    { by: cache, line: "# Server closed" },
  ])("$by.component: $line", ({ by, line }) => {
    expect(read(by, line)).toBeUndefined();
  });
});
