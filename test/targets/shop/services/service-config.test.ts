import { expect, test } from "vitest";
import { parseConfig } from "../../../../targets/shop/config.ts";
import { parseServiceConfig } from "../../../../targets/shop/services/service-config.ts";

const pools = { max: 8, connectTimeoutMs: 1_000, statementTimeoutMs: 2_000 };
const own = { name: "node", host: "127.0.0.1", port: 0, pools, inFlightLimit: 64 };
const database = "postgres://bench@127.0.0.1:5432/postgres";

test("a service that keeps nothing needs no database", () => {
  const auth = { ...own, serves: ["auth"], databases: {}, isGoverned: true };
  expect(parseServiceConfig(JSON.stringify(auth))).toMatchObject({
    serves: ["auth"],
    sessions: { kept: "in-process" },
  });
});

test("all problems of a service are told", () => {
  const problems = {
    ...{ ...own, serves: ["user", "order", "stock"], databases: {}, isGoverned: true },
    ...{ sessions: { kept: "replicated", key: "sixteen characters" }, freshCopies: true, queue: "here:1" },
  };
  expect(() => parseServiceConfig(JSON.stringify(problems))).toThrow(
    [
      "databases.user: is missing, and user cannot do without",
      "databases.trade: is missing, and order, stock cannot do without",
    ].join("\n"),
  );
  const more = { ...problems, databases: { user: { primary: database }, trade: { shards: [database] } } };
  expect(() => parseServiceConfig(JSON.stringify(more))).toThrow(
    /replicate sessions[\s\S]*through a queue[\s\S]*fresh copies/,
  );
});

const application = {
  ...{ ...own, areas: ["trade"], databases: { catalog: { primary: database } } },
  services: {
    isGoverned: true,
    members: { user: ["a:1"], order: ["a:1"], payment: ["a:1"], stock: ["a:1"] },
  },
};

test("an application with services needs no databases for what they keep", () => {
  expect(parseConfig(JSON.stringify(application)).services?.members.order).toEqual(["a:1"]);
});

test.each([
  {
    what: "lacks one of the services for a business",
    change: { services: { isGoverned: true, members: { user: ["a:1"], order: ["a:1"], stock: ["a:1"] } } },
    says: "databases.trade: is missing, and trade cannot do without",
  },
  {
    what: "has carts nowhere",
    change: { areas: ["cart"] },
    says: "keyValueStore: carts are with no user service",
  },
  {
    what: "names an address that is none",
    change: { services: { isGoverned: true, members: { user: ["a"] } } },
    says: "services.members.user.0: must be host:port",
  },
])("an application that $what is refused", ({ change, says }) => {
  expect(() => parseConfig(JSON.stringify({ ...application, ...change }))).toThrow(says);
});
