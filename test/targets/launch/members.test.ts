import { expect, test } from "vitest";
import { membersOf, problemsOf } from "../../../targets/launch/members.ts";
import type { NodeSpec, TargetSpec } from "../../../targets/target.ts";

const db: NodeSpec<string> = {
  component: "postgres",
  tier: "db",
  cpuMillicores: 100,
  holds: ["catalog", "user", "trade"],
};
const shop: NodeSpec<string> = { component: "shop", tier: "app", cpuMillicores: 200, calls: ["db"] };

/** A shop with its database, and whatever a test is about. */
function spec(nodes: Record<string, NodeSpec<string>> = {}, entry = "shop"): TargetSpec {
  return {
    id: "small",
    title: "small",
    nodes: { shop, db, ...nodes },
    entry,
    strategies: ["F2"],
    defaultStrategy: "F2",
    data: { items: 100, categories: 10, users: 10 },
    claims: [],
  };
}

test("a node without a count is one member of the same name", () => {
  expect(membersOf(spec()).map(({ name }) => name)).toEqual(["shop", "db"]);
});

test("a node with a count becomes numbered members, and callers call every one of them", () => {
  const members = membersOf(
    spec(
      {
        proxy: { component: "nginx", tier: "proxy", cpuMillicores: 100, calls: ["shop"] },
        shop: { ...shop, count: 3 },
      },
      "proxy",
    ),
  );
  expect(members.filter(({ node }) => node === "shop").map(({ name }) => name)).toEqual([
    "shop-1",
    "shop-2",
    "shop-3",
  ]);
  expect(members.find(({ name }) => name === "proxy")?.calls).toEqual(["shop-1", "shop-2", "shop-3"]);
});

test("members of a split database hold one shard each, and so do their replicas; others hold all their primary has", () => {
  const members = membersOf(
    spec({
      shop: { ...shop, calls: ["db", "trade", "copy"] },
      db: { ...db, holds: ["catalog", "user"] },
      trade: { ...db, holds: ["trade"], count: 2 },
      copy: { ...db, holds: ["catalog", "user"], replicaOf: "db", count: 2 },
      "trade-copy": { ...db, holds: ["trade"], replicaOf: "trade", count: 2 },
    }),
  );
  expect(Object.fromEntries(members.map(({ name, shard }) => [name, shard]))).toMatchObject({
    "trade-1": { index: 0, count: 2 },
    "trade-2": { index: 1, count: 2 },
    "copy-1": { index: 0, count: 1 },
    "copy-2": { index: 0, count: 1 },
    "trade-copy-2": { index: 1, count: 2 },
  });
  expect(members.filter(({ replicaOf }) => replicaOf === "db")).toHaveLength(2);
  expect(members.find(({ name }) => name === "trade-copy-2")?.replicaOf).toBe("trade-2");
});

test.each<{ why: string; nodes: Record<string, NodeSpec<string>>; entry?: string; problem: RegExp }>([
  {
    why: "the entry is no node",
    nodes: {},
    entry: "front",
    problem: /entry "front" is not one of its nodes/,
  },
  {
    why: "a node calls a stranger",
    nodes: { shop: { ...shop, calls: ["db", "cash"] } },
    problem: /node "shop" calls "cash", which is not a node/,
  },
  { why: "a count is no count", nodes: { shop: { ...shop, count: 0 } }, problem: /count of 0/ },
  { why: "a node has no budget", nodes: { shop: { ...shop, cpuMillicores: 0 } }, problem: /0 millicores/ },
  {
    why: "a balancer has nobody to send to",
    nodes: { proxy: { component: "nginx", tier: "proxy", cpuMillicores: 100 } },
    problem: /node "proxy" balances, and calls nobody/,
  },
  {
    why: "a cache is said to hold data",
    nodes: { cache: { component: "redis", tier: "cache", cpuMillicores: 100, holds: ["user"] } },
    problem: /node "cache" holds data, and is not a postgres node/,
  },
  {
    why: "a database does not say what it holds",
    nodes: { other: { component: "postgres", tier: "db", cpuMillicores: 100 } },
    problem: /node "other" is a database and does not say what it holds/,
  },
  {
    why: "more than trade is split",
    nodes: { db: { ...db, count: 2 } },
    problem: /only trade can be hash-split/,
  },
  {
    why: "a replica follows a shop",
    nodes: { copy: { ...db, replicaOf: "shop" } },
    problem: /node "copy" is a replica of "shop", which is not a postgres primary/,
  },
  {
    why: "a split database has fewer replicas than parts",
    nodes: { copy: { ...db, replicaOf: "db" }, db: { ...db, holds: ["trade"], count: 2 } },
    problem: /is a replica of "db", which is split over 2 members, and has 1; each of them needs one/,
  },
  {
    why: "a shop has no database for a business",
    nodes: { db: { ...db, holds: ["catalog", "user"] } },
    problem: /node "shop" needs exactly one primary node that holds trade.*has none/,
  },
  {
    why: "a shop has two databases for a business",
    nodes: { shop: { ...shop, calls: ["db", "more"] }, more: { ...db, holds: ["user"] } },
    problem: /holds user among those it calls, and has db and more/,
  },
  {
    why: "nodes call each other in a circle",
    nodes: {
      a: { component: "nginx", tier: "proxy", cpuMillicores: 100, calls: ["b"] },
      b: { component: "nginx", tier: "proxy", cpuMillicores: 100, calls: ["a"] },
    },
    problem: /in a circle: a -> b -> a/,
  },
  {
    why: "two members would have the same name",
    nodes: { shop: { ...shop, count: 2 }, "shop-2": shop },
    problem: /two members would be called "shop-2"/,
  },
  {
    why: "a part of somebody is called who is not called at all",
    nodes: { shop: { ...shop, callsPartOf: ["cache"] } },
    problem: /is to call a part of "cache", which it does not call/,
  },
  {
    why: "a member would have no budget to speak of",
    nodes: { shop: { ...shop, count: 2, sizes: [1, 0] } },
    problem: /members of sizes 1, 0; each needs at least 1 millicore/,
  },
])("a declaration is refused when $why", ({ nodes, entry, problem }) => {
  const problems = problemsOf(spec(nodes, entry ?? "shop"));
  expect(problems.join("\n")).toMatch(problem);
});

test("all problems are listed at once", () => {
  const wrong = spec({ shop: { ...shop, count: -1, calls: ["db", "cash"] } }, "front");
  expect(() => membersOf(wrong)).toThrow(
    expect.objectContaining({
      kind: "usage",
      problems: [
        expect.stringContaining("front"),
        expect.stringContaining("cash"),
        expect.stringContaining("-1"),
      ],
    }),
  );
});

test.each<{ why: string; scales: Record<string, number>; problem: RegExp }>([
  { why: "nobody has that name", scales: { shops: 2 }, problem: /scales "shops", which is not a node/ },
  { why: "it keeps data", scales: { db: 2 }, problem: /scales "db", which is not an application/ },
  {
    why: "there are more at first",
    scales: { shop: 1 },
    problem: /scales "shop" to 1 at most, and begins with 2/,
  },
  {
    why: "its caller is never told of new members",
    scales: { shop: 3 },
    problem: /which l4 calls: only nginx/,
  },
])("a node cannot be scaled when $why", ({ scales, problem }) => {
  const base = spec(
    {
      l4: { component: "haproxy", tier: "l4", cpuMillicores: 50, calls: ["shop"] },
      shop: { ...shop, count: 2 },
    },
    "l4",
  );
  const scaled: TargetSpec = { ...base, launchers: ["compose"], orchestration: { restart: "no", scales } };
  expect(problemsOf(scaled).join("\n")).toMatch(problem);
});
