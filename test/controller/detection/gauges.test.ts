import { describe, expect, test } from "vitest";
import { changesIn, gaugesIn } from "../../../controller/detection/gauges.ts";
import type { WatchedNode } from "../../../controller/detection/watched-node.ts";
import type { Component } from "../../../targets/target.ts";

const node = (name: string, component: Component, more: Partial<WatchedNode> = {}): WatchedNode => ({
  ...{ name, component, calls: [], peers: [], settings: {}, replicaOf: undefined, isLookedAfter: false },
  ...more,
});

const app = node("home-app", "shop", { calls: ["user-service-1", "config", "queue"] });
const bus = node("bus", "bus", { calls: ["user-service-1", "user-service-2", "stock-service"] });
const nodes = [
  app,
  bus,
  ...["user-service-1", "user-service-2"].map((name) =>
    node(name, "service", { settings: { serves: ["user"] } }),
  ),
  node("stock-service", "service", { settings: { serves: ["stock"] } }),
  node("config", "zookeeper"),
  node("queue", "nats"),
];
const addresses = new Map([["127.0.0.1:7001", "user-service-1"]]);
const look = (page: string, by = app) => gaugesIn(page, { node: by, nodes, addresses });

const breaker = (value: number) =>
  `shop_service_breaker{service="user",member="127.0.0.1:7001",node="home-app"} ${value}`;

describe("what changed between two looks at a page", () => {
  test.each([
    {
      why: "a breaker opens",
      from: breaker(0),
      to: breaker(1),
      is: { source: "breaker", about: ["user-service-1"], isBack: false, says: "the breaker of user: open" },
    },
    {
      why: "it lets one call try",
      from: breaker(1),
      to: breaker(0.5),
      is: { isBack: true, says: "the breaker of user: being tried" },
    },
    {
      why: "the configuration centre is gone",
      from: 'shop_config_centre_connected{node="home-app"} 1',
      to: 'shop_config_centre_connected{node="home-app"} 0',
      is: { source: "connection", about: ["config"], isBack: false },
    },
    {
      why: "the queue is back",
      from: 'shop_queue_connected{node="home-app"} 0',
      to: 'shop_queue_connected{node="home-app"} 1',
      is: { source: "connection", about: ["queue"], isBack: true },
    },
    {
      why: "the bus lost a member",
      by: bus,
      from: 'shop_bus_members{service="shop.v1.UserService",node="bus"} 2',
      to: 'shop_bus_members{service="shop.v1.UserService",node="bus"} 1',
      is: { source: "connection", about: ["user-service-1", "user-service-2"], isBack: false },
    },
  ])("$why", ({ by, from, to, is }) => {
    expect(changesIn(look(from, by), look(to, by))).toEqual([expect.objectContaining(is)]);
  });

  test("nothing changed, and what is there for the first time, say nothing", () => {
    expect(changesIn(look(breaker(1)), look(breaker(1)))).toEqual([]);
    expect(changesIn(look(""), look(breaker(1)))).toEqual([]);
  });
});

test("a member whose address nobody knows, and a gauge of somebody it does not call, are left out", () => {
  const unknown = 'shop_service_breaker{service="user",member="10.0.0.1:1",node="home-app"} 1';
  expect(look(unknown).size).toBe(0);
  expect(look("shop_index_is_streaming 0").size).toBe(0);
});
