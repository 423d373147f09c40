import { expect, test } from "vitest";
import { roleName, seededPrefix, templateName } from "../../../targets/launch/postgres-template.ts";

const whole = { index: 0, count: 1 };
const seed = {
  binaries: { version: "18.4", origin: "npm" },
  digest: "a1b2c3d4",
  data: { items: 100, categories: 10, users: 10 },
} as const;
const catalog = { holds: ["catalog"], shard: whole } as const;

test.each([
  { role: { holds: ["catalog", "user", "trade"], shard: whole } as const, name: "catalog-user-trade" },
  { role: { holds: ["trade"], shard: { index: 1, count: 2 } } as const, name: "trade-2of2" },
])("a role is called $name", ({ role, name }) => expect(roleName(role)).toBe(name));

test("the same data have the same name, in every run", () => {
  expect(templateName(catalog, seed)).toBe(templateName({ ...catalog }, { ...seed }));
  expect(templateName(catalog, seed).startsWith(seededPrefix(seed.digest))).toBe(true);
});

test.each([
  { what: "the schema or the seed", tools: { ...seed, digest: "ffffffff" } },
  { what: "the number of items", tools: { ...seed, data: { ...seed.data, items: 101 } } },
  {
    what: "the version of PostgreSQL",
    tools: { ...seed, binaries: { version: "15.18", origin: "npm" } as const },
  },
  {
    what: "whose binaries they are",
    tools: { ...seed, binaries: { version: "18.4", origin: "system" } as const },
  },
])("another name is given when $what is another", ({ tools }) => {
  expect(templateName(catalog, tools)).not.toBe(templateName(catalog, seed));
});

test("every shard has a template of its own", () => {
  const names = [0, 1].map((index) => templateName({ holds: ["trade"], shard: { index, count: 2 } }, seed));
  expect(new Set(names).size).toBe(2);
});
