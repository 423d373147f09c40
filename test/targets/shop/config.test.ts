import { expect, test } from "vitest";
import { parseConfig } from "../../../targets/shop/config.ts";
import { saleTuning } from "../../../targets/shop/sale/tuning.ts";

const db = "postgres://bench@127.0.0.1:5432/postgres";
const smallest = {
  name: "shop",
  host: "127.0.0.1",
  port: 0,
  databases: { catalog: { primary: db }, user: { primary: db }, trade: { shards: [db] } },
  pools: { max: 8, connectTimeoutMs: 1_000, statementTimeoutMs: 2_000 },
  inFlightLimit: 256,
};

test("the smallest configuration has no replicas and no caches", () => {
  expect(parseConfig(JSON.stringify(smallest))).toEqual({
    ...smallest,
    databases: {
      catalog: { primary: db, replicas: [] },
      user: { primary: db, replicas: [] },
      trade: { shards: [db] },
    },
    negativeCaching: true,
    singleFlight: true,
    freshCopies: false,
    areas: ["home", "search", "cart", "trade"],
    sale: saleTuning.parse({}),
    sessions: { kept: "in-process" },
  });
});

test("all problems are listed together, misspelt keys among them", () => {
  const { name: _, ...rest } = smallest;
  const text = JSON.stringify({ ...rest, port: -1, redis: "localhost", inflightLimit: 3 });
  const problems = (() => {
    try {
      parseConfig(text);
    } catch (error) {
      return (error as Error).message.split("\n");
    }
    return [];
  })();
  expect(problems).toHaveLength(4);
  expect(problems.join("\n")).toMatch(
    /name: .*port: .*redis: must be a redis:\/\/ address.*"inflightLimit"/s,
  );
});

test("a shared cache without Redis makes no sense", () => {
  const text = JSON.stringify({ ...smallest, sharedCache: { ttlS: 60, jitterRatio: 0.1 } });
  expect(() => parseConfig(text)).toThrow("sharedCache: a shared cache needs a redis address");
});

test("a node stands in one of the zones that trade is split over", () => {
  const homes = [
    { zone: "a", shard: 0 },
    { zone: "b", shard: 1 },
  ];
  const text = (own: string) => JSON.stringify({ ...smallest, zones: { own, homes } });
  expect(parseConfig(text("b")).zones).toEqual({ own: "b", homes });
  expect(() => parseConfig(text("c"))).toThrow("zones.own: its own zone is not among the homes");
});

test("what is not JSON is said to be so", () => {
  expect(() => parseConfig("{")).toThrow("the configuration is not JSON");
});
