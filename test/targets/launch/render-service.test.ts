import { describe, expect, test } from "vitest";
import { membersOf, problemsOf } from "../../../targets/launch/members.ts";
import { serviceConfig } from "../../../targets/launch/render-service.ts";
import { shopConfig } from "../../../targets/launch/render-shop.ts";
import { parseConfig } from "../../../targets/shop/config.ts";
import { parseServiceConfig } from "../../../targets/shop/services/service-config.ts";
import { stage12 } from "../../../targets/stages/stage-12-services.ts";
import type { NodeSpec, TargetSpec } from "../../../targets/target.ts";
import { chooseVariants } from "../../../targets/variant.ts";

function told(...variants: readonly string[]) {
  const { spec, problems } = chooseVariants(stage12, variants);
  expect(problems).toEqual([]);
  const members = membersOf(spec);
  const addressOf = (name: string) => `${name}:1`;
  const calledBy = (name: string) => {
    const member = members.find((each) => each.name === name)!;
    return { member, called: members.filter((each) => member.calls.includes(each.name)) };
  };
  return {
    /** As the program reads what it is told. */
    service(name: string) {
      const { member, called } = calledBy(name);
      return parseServiceConfig(JSON.stringify(serviceConfig(member, 20_000, called, addressOf)));
    },
    application(name: string) {
      const { member, called } = calledBy(name);
      return parseConfig(JSON.stringify(shopConfig(member, 20_000, called, addressOf)));
    },
  };
}

describe("a service of stage-12", () => {
  test("knows the databases it keeps, and no other store than it needs", () => {
    const shards = ["postgres://bench@trade-a:1/postgres", "postgres://bench@trade-b:1/postgres"];
    const { service } = told();
    expect(service("user-service")).toMatchObject({
      serves: ["user"],
      databases: { user: { primary: "postgres://bench@user:1/postgres" } },
      isGoverned: true,
    });
    // What streams from the other zone's shard is near by.
    const trade = { shards, replicas: [[], ["postgres://bench@trade-replica-a:1/postgres"]] };
    expect(service("stock-service")).toMatchObject({ databases: { trade }, freshCopies: false });
    expect(service("payment-service").databases).toEqual({ trade });
    expect(service("order-service-a").databases).toEqual({
      trade,
      catalog: { primary: "postgres://bench@catalog:1/postgres", replicas: [] },
      report: "postgres://bench@report:1/postgres",
    });
    expect(service("auth-service")).toMatchObject({
      databases: {},
      sessions: { kept: "server", redis: "redis://carts:1" },
    });
  });

  test("that takes orders has what the ways of selling need: counters, a queue, and both zones", () => {
    expect(told().service("order-service-b")).toMatchObject({
      saleCounters: "redis://sale-counters:1",
      queue: "queue:1",
      localCache: { entries: 5_000, ttlS: 2 },
      zones: { own: "b", homes: [{ zone: "a" }, { zone: "b" }] },
    });
  });
});

describe("an application of stage-12", () => {
  test.each([
    { name: "home-app-a", members: { order: ["order-service-a:1"], stock: 1, auth: 1 } },
    { name: "cart-app", members: { user: 1, stock: 1, auth: 1 } },
    {
      name: "trade-app-b",
      members: { order: ["order-service-b:1"], user: 1, payment: 1, stock: 1, auth: 1 },
    },
  ])("$name knows services and the catalogue, and no database of users or trade", ({ name, members }) => {
    const { databases, services } = told().application(name);
    expect(Object.keys(databases)).toEqual(["catalog"]);
    const addresses = Object.entries(members).map(([service, of]) => [
      service,
      of === 1 ? [`${service}-service:1`] : of,
    ]);
    expect(services?.members).toEqual(Object.fromEntries(addresses));
  });

  test("calls every member of a service in its zone", () => {
    const { application } = told("order-services=2", "stock-services=3");
    expect(application("trade-app-a").services?.members).toMatchObject({
      order: ["order-service-a-1:1", "order-service-a-2:1"],
      stock: ["stock-service-1:1", "stock-service-2:1", "stock-service-3:1"],
    });
  });
});

test.each([
  { name: "order-service-b", cache: "redis://cache-b:1" },
  { name: "payment-service", cache: "redis://cache-a:1" },
])("$name keeps copies of what it wrote, where replicas lag, unless fresh=off", ({ name, cache }) => {
  expect(told().service(name)).toMatchObject({ freshCopies: true, redis: cache });
  expect(told("fresh=off").service(name).freshCopies).toBe(false);
});

test("session=cookie is the auth service's affair", () => {
  expect(told("session=cookie").service("auth-service").sessions).toMatchObject({ kept: "cookie" });
});

test("governance=off is told to those who call and to those who answer", () => {
  const { application, service } = told("governance=off");
  for (const name of ["home-app-a", "cart-app", "trade-app-b"])
    expect(application(name).services?.isGoverned).toBe(false);
  expect(application("search-app").services).toBeUndefined();
  for (const name of ["user-service", "order-service-b", "auth-service"])
    expect(service(name).isGoverned).toBe(false);
});

test("call-rate is told to services, and to nobody unless it is chosen", () => {
  expect(told().service("order-service-a").callsPerS).toBeUndefined();
  const { service } = told("call-rate=50");
  for (const name of ["user-service", "order-service-b", "auth-service"])
    expect(service(name).callsPerS).toBe(50);
});

const service: NodeSpec<string> = { component: "service", tier: "service", cpuMillicores: 100 };
const { nodes } = stage12;

test.each<{ why: string; changed: Record<string, NodeSpec<string>>; problem: RegExp }>([
  {
    why: "a service does not say which ones it is",
    changed: { "auth-service": service },
    problem: /node "auth-service" is a service, and does not say which ones it serves/,
  },
  {
    why: "a service has no database for what it keeps",
    changed: { "user-service": { ...service, settings: { serves: ["user"] }, calls: ["trade"] } },
    problem: /node "user-service" needs exactly one primary node that holds user .*, and has none/,
  },
  {
    why: "an application has neither the database nor all services instead of it",
    changed: { "trade-app": { ...nodes["trade-app"], calls: ["catalog", "user-service", "order-service"] } },
    problem: /node "trade-app" needs exactly one primary node that holds trade/,
  },
  {
    why: "a service that keeps no logins is told how to",
    changed: {
      "user-service": { ...nodes["user-service"], settings: { serves: ["user"], sessions: "cookie" } },
    },
    problem: /node "user-service" keeps sessions, and is not the auth service/,
  },
  {
    why: "a login is kept in two ways",
    changed: { "home-app": { ...nodes["home-app"], settings: { areas: ["home"], sessions: "cookie" } } },
    problem: /node "home-app" keeps sessions in two ways: cookie, and by a service/,
  },
  {
    why: "a report is made without categories",
    changed: { "order-service": { ...nodes["order-service"], calls: ["trade", "report"] } },
    problem: /node "order-service" needs exactly one primary node that holds catalog/,
  },
  {
    why: "carts are nowhere",
    changed: { "cart-app": { ...nodes["cart-app"], calls: ["catalog", "user-service", "stock-service"] } },
    problem: /node "cart-app" calls a user service, which keeps no carts, and no redis that does/,
  },
  {
    why: "an application governs calls that it does not make",
    changed: { "search-app": { ...nodes["search-app"], settings: { areas: ["search"], governance: false } } },
    problem: /node "search-app" governs calls, and calls no service/,
  },
])("a declaration is refused when $why", ({ changed, problem }) => {
  const spec: TargetSpec = { ...stage12, nodes: { ...nodes, ...changed } };
  expect(problemsOf(spec).join("\n")).toMatch(problem);
});
