import { expect, test } from "vitest";
import { type RoutePattern, Router } from "../../../targets/shop/http/router.ts";

const paths = ["/", "/cart", "/item/:id", "/seckill/:saleId", "/seckill/result/:key"];
const routes: RoutePattern[] = [
  ...paths.map((path) => ({ method: "GET" as const, path })),
  { method: "POST", path: "/seckill/:saleId" },
];
const router = new Router(routes);

test.each([
  { method: "GET", path: "/", route: "/", param: "" },
  { method: "GET", path: "/cart", route: "/cart", param: "" },
  { method: "GET", path: "/item/17", route: "/item/:id", param: "17" },
  { method: "POST", path: "/seckill/64", route: "/seckill/:saleId", param: "64" },
  { method: "GET", path: "/seckill/result/t.1", route: "/seckill/result/:key", param: "t.1" },
])("$method $path means $route", ({ method, path, route, param }) => {
  expect(router.find(method, path)).toMatchObject({ route: { method, path: route }, param });
});

test.each([
  { method: "POST", path: "/" },
  { method: "GET", path: "/item/" },
  { method: "GET", path: "/item/1/2" },
  { method: "GET", path: "/nothing" },
  { method: "GET", path: "" },
  { method: "PUT", path: "/cart" },
])("$method $path means nothing", ({ method, path }) => {
  expect(router.find(method, path)).toBeUndefined();
});

test("two routes for one request do not start", () => {
  expect(() => new Router([...routes, { method: "GET", path: "/item/:number" }])).toThrow("two routes");
});
