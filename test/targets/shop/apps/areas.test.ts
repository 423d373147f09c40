/** The shop and what stands in front of it are strangers: what they must agree on is held together here. */
import { expect, test } from "vitest";
import * as launch from "../../../../targets/launch/areas.ts";
import * as shop from "../../../../targets/shop/apps/areas.ts";
import { Switches } from "../../../../targets/shop/apps/switches.ts";

const paths = [
  { path: "/", area: "home" },
  { path: "/category/3", area: "home" },
  { path: "/item/3", area: "home" },
  { path: "/admin/item", area: "home" },
  { path: "/image/3", area: "home" },
  { path: "/search", area: "search" },
  { path: "/cart", area: "cart" },
  { path: "/favourite", area: "cart" },
  { path: "/checkout/quote", area: "cart" },
  { path: "/order", area: "trade" },
  { path: "/orders", area: "trade" },
  { path: "/orders/history", area: "trade" },
  { path: "/pay", area: "trade" },
  { path: "/seckill/64", area: "trade" },
  { path: "/seckill/result/k.1", area: "trade" },
  { path: "/audit/stocks", area: "trade" },
] as const;

test.each(paths)("$path belongs to $area", ({ path, area }) => {
  expect(shop.areaOfPath(path)).toBe(area);
});

test.each(paths)("the proxies send $path to who serves it", ({ path, area }) => {
  const backends = launch.allAreas.map((one) => ({
    ...{ name: one, address: `${one}:1`, cpuMillicores: 200, areas: [one] },
  }));
  const upstreams = launch.upstreamsOf(backends);
  const matching = upstreams
    .flatMap(({ backends: [backend], prefixes, hasBooks }) => [
      ...prefixes.map((prefix) => ({ prefix, name: backend!.name })),
      ...(hasBooks ? [{ prefix: "/audit/", name: backend!.name }] : []),
    ])
    .filter(({ prefix }) => path.startsWith(prefix));
  // As nginx does it: the longest beginning counts.
  const [longest] = matching.toSorted((a, b) => b.prefix.length - a.prefix.length);
  expect(longest?.name).toBe(area);
});

test("both sides agree on whose data an area needs", () => {
  expect(launch.businessesOf).toEqual(shop.businessesOf);
  expect(launch.allAreas).toEqual(shop.areas);
});

test("every application answers for its own health, metrics and settings", () => {
  const routes = ["/health", "/metrics", "/admin/settings", "/search", "/item/:id"].map((path) => ({ path }));
  expect(shop.servedIn(["search"], routes).map(({ path }) => path)).toEqual([
    "/health",
    "/metrics",
    "/admin/settings",
    "/search",
  ]);
});

test("backends that serve everything are one group; a shop among applications is in every group", () => {
  const whole = { name: "shop", address: "shop:1", cpuMillicores: 200 };
  expect(launch.upstreamsOf([whole])).toMatchObject([{ name: "backends", prefixes: ["/"] }]);
  const search = { ...whole, name: "search-app", areas: ["search"] as const };
  const names = launch.upstreamsOf([whole, search]).map(({ backends }) => backends.map(({ name }) => name));
  expect(names).toEqual([["shop"], ["shop", "search-app"], ["shop"], ["shop"]]);
});

test("a limit in the settings replaces the one of the start, and leaving it out brings that back", () => {
  const switches = new Switches(256);
  switches.take({ inFlightLimit: 8, switchedOff: ["search"] });
  expect([switches.inFlightLimit(), switches.isSwitchedOff("search"), switches.isSwitchedOff("pay")]).toEqual(
    [8, true, false],
  );
  switches.take({ switchedOff: [] });
  expect([switches.inFlightLimit(), switches.isSwitchedOff("search")]).toEqual([256, false]);
});
