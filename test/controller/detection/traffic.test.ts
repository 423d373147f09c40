import { describe, expect, test } from "vitest";
import { TrafficSum, trafficIn } from "../../../controller/detection/traffic.ts";

const page = `# HELP shop_requests_total Requests answered.
shop_requests_total{operation="detail",status="200",node="shop-1"} 90
shop_requests_total{operation="detail",status="503",node="shop-1"} 10
shop_requests_total{operation="health",status="200",node="shop-1"} 700
shop_requests_total{operation="metrics",status="200",node="shop-1"} 40
shop_service_calls_total{service="user",method="GetName",outcome="answered",node="shop-1"} 50
shop_service_calls_total{service="user",method="GetName",outcome="unknown",node="shop-1"} 4
shop_service_calls_total{service="user",method="GetName",outcome="open",node="shop-1"} 6
shop_service_retries_total{service="user",node="shop-1"} 3
shop_cache_reads_total{level="shared",result="hit",node="shop-1"} 30
shop_cache_reads_total{level="own",result="hit",node="shop-1"} 1000
shop_statements_total{database="db",statement="item",node="shop-1"} 20
`;

test("what shoppers asked counts, and not what we ask; calls that were not made are meant and no tries", () => {
  expect(trafficIn(page, "shop")).toEqual({
    ...{ requests: 100, meant: 60, tries: 57, cacheReads: 30, statements: 20 },
  });
});

test("a service tells what it served, and what it asked of databases; what nobody counts is absent", () => {
  const own = 'shop_service_answers_total{method="GetName",outcome="done",node="user"} 12\n';
  expect(trafficIn(own, "service")).toEqual({ served: 12 });
  expect(trafficIn(page, "service")).toEqual({ statements: 20 });
});

describe("the sum over nodes", () => {
  test("begins at the first look at each", () => {
    const sum = new TrafficSum();
    sum.add("shop-1", { requests: 1_000 });
    sum.add("shop-2", { requests: 500 });
    sum.add("shop-1", { requests: 1_100 });
    sum.add("shop-2", { requests: 540 });
    expect(sum.totals()).toEqual({ requests: 140 });
  });

  test("never falls when a node is started again, and keeps what it had counted before", () => {
    const sum = new TrafficSum();
    sum.add("shop-1", { requests: 1_000, statements: 10 });
    sum.add("shop-1", { requests: 1_100, statements: 30 });
    sum.add("shop-1", { requests: 5, statements: 40 });
    expect(sum.totals()).toEqual({ requests: 105, statements: 60 });
    sum.add("shop-1", { requests: 25, statements: 41 });
    expect(sum.totals()).toEqual({ requests: 125, statements: 61 });
  });
});
