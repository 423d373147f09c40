import { describe, expect, test } from "vitest";
import { parseCommand, UsageError } from "../../../targets/shop/arguments.ts";
import { parseObjectConfig } from "../../../targets/shop/objects/object-config.ts";
import { parseIndexerConfig } from "../../../targets/shop/search/indexer-config.ts";

const own = { name: "node", host: "127.0.0.1", port: 0 };
const indexer = {
  ...own,
  catalog: "postgres://bench@127.0.0.1:5432/postgres",
  engine: "http://127.0.0.1:10041",
  refreshMs: 200,
};
const objects = { ...own, folder: "/tmp/objects", pictures: 0 };

describe("the other roles of the program", () => {
  test.each(["index", "keep-objects"] as const)("%s needs a configuration", (name) => {
    expect(parseCommand([name, "--config", "x.json"])).toEqual({ name, configPath: "x.json" });
    expect(() => parseCommand([name])).toThrow(UsageError);
  });

  test("take what they are told as it is", () => {
    expect(parseIndexerConfig(JSON.stringify(indexer))).toEqual(indexer);
    expect(parseObjectConfig(JSON.stringify(objects))).toEqual(objects);
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
