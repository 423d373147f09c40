import { describe, expect, test } from "vitest";
import { parseCommand, UsageError } from "../../../targets/shop/arguments.ts";
import { parseBusConfig } from "../../../targets/shop/bus/bus-config.ts";
import { parseObjectConfig } from "../../../targets/shop/objects/object-config.ts";
import { parseWorkerConfig } from "../../../targets/shop/queue/worker-config.ts";
import { parseIndexerConfig } from "../../../targets/shop/search/indexer-config.ts";

const own = { name: "node", host: "127.0.0.1", port: 0 };
const indexer = {
  ...own,
  catalog: "postgres://bench@127.0.0.1:5432/postgres",
  engine: "http://127.0.0.1:10041",
  refreshMs: 200,
};
const worker = {
  ...{ ...own, shards: [indexer.catalog], counters: "redis://127.0.0.1:6379", queue: "127.0.0.1:4222" },
  pools: { max: 4, connectTimeoutMs: 1_000, statementTimeoutMs: 2_000 },
  ...{ maxInFlight: 8, maxDeliveries: 10, ackWaitMs: 3_000 },
};
const objects = { ...own, folder: "/tmp/objects", pictures: 0 };

describe("the other roles of the program", () => {
  test.each(["index", "keep-objects", "work-orders"] as const)("%s needs a configuration", (name) => {
    expect(parseCommand([name, "--config", "x.json"])).toEqual({ name, configPath: "x.json" });
    expect(() => parseCommand([name])).toThrow(UsageError);
  });

  test("take what they are told as it is", () => {
    expect(parseIndexerConfig(JSON.stringify(indexer))).toEqual(indexer);
    expect(parseObjectConfig(JSON.stringify(objects))).toEqual(objects);
    expect(parseWorkerConfig(JSON.stringify(worker))).toEqual(worker);
  });
});

test.each([
  {
    what: "an indexer without a primary",
    config: { ...indexer, catalog: "http://x" },
    says: "catalog: must be",
  },
  { what: "an indexer that never refreshes", config: { ...indexer, refreshMs: 0 }, says: "refreshMs" },
  { what: "a misspelt key", config: { ...indexer, refresh: 5 }, says: '"refresh"' },
])("$what is refused", ({ config, says }) => {
  expect(() => parseIndexerConfig(JSON.stringify(config))).toThrow(says);
});

test("all problems of an object store are told together", () => {
  const problems = { ...objects, pictures: -1, folder: "" };
  expect(() => parseObjectConfig(JSON.stringify(problems))).toThrow(/folder: .*\npictures: /);
});

const bus = {
  ...own,
  services: { order: ["127.0.0.1:1", "127.0.0.1:2"] },
  lanes: "separate",
  limits: { inHand: 4, waiting: 0, bodyBytes: 100, usualMs: 10, longestMs: 20 },
};

test("a bus takes what it is told as it is", () => {
  expect(parseBusConfig(JSON.stringify(bus))).toEqual(bus);
  expect(parseCommand(["carry-calls", "--config", "x.json"])).toEqual({
    name: "carry-calls",
    configPath: "x.json",
  });
});

test.each([
  { what: "a bus to nowhere", config: { ...bus, services: {} }, says: "a bus to nowhere" },
  { what: "a service without members", config: { ...bus, services: { order: [] } }, says: "services.order" },
  {
    what: "an address that is none",
    config: { ...bus, services: { order: ["x"] } },
    says: "must be host:port",
  },
  {
    what: "no turns at all",
    config: { ...bus, limits: { ...bus.limits, inHand: 0 } },
    says: "limits.inHand",
  },
  { what: "an unknown kind of lanes", config: { ...bus, lanes: "wide" }, says: "lanes" },
])("$what is refused by the bus", ({ config, says }) => {
  expect(() => parseBusConfig(JSON.stringify(config))).toThrow(says);
});

test("all problems of an order worker are told together", () => {
  const problems = { ...worker, shards: [], queue: "nats", maxInFlight: 0, patience: 5 };
  const told = () => parseWorkerConfig(JSON.stringify(problems));
  for (const problem of ["shards: ", "queue: must be host:port", "maxInFlight: ", '"patience"']) {
    expect(told).toThrow(problem);
  }
});
