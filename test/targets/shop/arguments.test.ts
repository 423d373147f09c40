import { expect, test } from "vitest";
import { parseCommand, UsageError } from "../../../targets/shop/arguments.ts";
import { seedDigest } from "../../../targets/shop/seed/seed.ts";

const parse = (line: string) => parseCommand(line.split(" ").filter((word) => word !== ""));

test("serve takes its configuration", () => {
  expect(parse("serve --config shop.json")).toEqual({ name: "serve", configPath: "shop.json" });
});

test("seed takes sizes, businesses and a shard", () => {
  expect(
    parse("seed --url postgres://h/d --holds catalog,trade --items 10 --categories 2 --users 3 --shard 1/2"),
  ).toEqual({
    name: "seed",
    url: "postgres://h/d",
    holds: ["catalog", "trade"],
    items: 10,
    categories: 2,
    users: 3,
    shard: 1,
    shards: 2,
    payments: "whole",
  });
});

test("without a shard everything lives here", () => {
  const line = "seed --url postgres://h/d --holds user --items 1 --categories 1 --users 1";
  expect(parse(line)).toMatchObject({ shard: 0, shards: 1 });
});

test.each([
  { line: "", says: ["a command is missing"] },
  { line: "sell", says: ['unknown command "sell"'] },
  { line: "serve", says: ["--config is missing"] },
  { line: "serve --conf x", says: ["--conf"] },
  { line: "seed --holds user", says: ["--url is missing", "--items is missing"] },
  {
    line: "seed --url u --holds users --items 0 --categories x --users 1 --shard 2/2 --payments by-day",
    says: [
      'unknown business "users"',
      "--items must be",
      "--categories must be",
      "--shard must be",
      "--payments must be",
    ],
  },
])("$line is refused with every reason", ({ line, says }) => {
  expect(() => parse(line)).toThrow(UsageError);
  for (const sentence of says) expect(() => parse(line)).toThrow(sentence);
});

test("the seed digest is the same each time", () => {
  expect(seedDigest()).toMatch(/^[0-9a-f]{16}$/);
  expect(seedDigest()).toBe(seedDigest());
});
