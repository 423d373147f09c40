import { describe, expect, test } from "vitest";
import { membersOf, problemsOf } from "../../../targets/launch/members.ts";
import { groongaArgs, renderGroonga } from "../../../targets/launch/render-groonga.ts";
import { indexerConfig } from "../../../targets/launch/render-indexer.ts";
import { renderPostgres } from "../../../targets/launch/render-postgres.ts";
import { renderRedis } from "../../../targets/launch/render-redis.ts";
import { shopConfig } from "../../../targets/launch/render-shop.ts";
import { stage10 } from "../../../targets/stages/stage-10-search-and-stores.ts";
import type { TargetSpec } from "../../../targets/target.ts";

const members = membersOf(stage10);
const addressOf = (name: string) => `${name}:1`;
const calledBy = (name: string) => {
  const member = members.find((each) => each.name === name)!;
  return { member, called: members.filter((each) => member.calls.includes(each.name)) };
};

test("Groonga serves HTTP on its address, with its log in its own folder", () => {
  expect(renderGroonga({ port: 20000, folder: "/tmp/x/search" })).toMatchInlineSnapshot(`
    "--protocol http
    --bind-address 127.0.0.1
    --port 20000
    --max-threads 2
    --log-level warning
    --log-path /tmp/x/search/groonga.log
    "
  `);
});

test("Groonga is given as its name to the shell that becomes it, then its database, then its options", () => {
  const [flag, script, name, database, ...options] = groongaArgs("/usr/bin/groonga", {
    port: 20000,
    folder: "/tmp/x/search",
  });
  expect([flag, name, database]).toEqual(["-c", "/usr/bin/groonga", "/tmp/x/search/items"]);
  expect(script).toContain('exec "$0" -s "$@" "$database"');
  expect(options).toHaveLength(12);
});

test("an indexer reads from the primary, never from the replica, and writes to the engine", () => {
  const { member, called } = calledBy("indexer");
  expect(indexerConfig(member, 20000, called, addressOf)).toEqual({
    name: "indexer",
    host: "127.0.0.1",
    port: 20000,
    catalog: "postgres://bench@catalog:1/postgres",
    engine: "http://search:1",
    refreshMs: 200,
  });
});

test("the shop knows the engine, the store of carts apart from the cache, and every member that keeps pictures", () => {
  const { member, called } = calledBy("shop-b-2");
  expect(shopConfig(member, 20000, called, addressOf)).toMatchObject({
    redis: "redis://cache-b:1",
    keyValueStore: "redis://carts:1",
    sessions: { kept: "server", redis: "redis://carts:1" },
    searchEngine: "http://search:1",
    objectStore: ["http://pictures-a:1", "http://pictures-b:1"],
  });
});

test("a Redis that keeps carts writes to its log before it answers", () => {
  const text = renderRedis({ port: 20000, folder: "/tmp/x/carts", isDurable: true });
  expect(text).toContain("appendonly yes\nappendfsync everysec\n");
  expect(text).toContain("maxmemory-policy noeviction");
});

test("only a database whose changes somebody reads writes them down, and not without end", () => {
  const config = { port: 20000, major: 18, maxConnections: 62 };
  expect(renderPostgres(config)).not.toMatch(/logical|max_slot/);
  const streamed = renderPostgres({ ...config, hasChangeStream: true });
  expect(streamed).toContain("wal_level = logical\n");
  expect(streamed).toContain("max_slot_wal_keep_size = 512MB\n");
});

describe("a declaration is refused when", () => {
  const changed = (nodes: Partial<Record<string, object>>): TargetSpec => ({
    ...(stage10 as TargetSpec),
    nodes: Object.fromEntries(
      Object.entries(stage10.nodes).map(([name, node]) => [name, { ...node, ...nodes[name] }]),
    ),
  });
  test.each([
    {
      why: "an indexer reads from a replica",
      nodes: { indexer: { calls: ["catalog-replica", "search"] } },
      problem: "reads the changes of one primary that holds catalog, and calls 0",
    },
    {
      why: "an indexer feeds nobody",
      nodes: { indexer: { calls: ["catalog"] } },
      problem: "feeds one search engine, and calls 0",
    },
    { why: "there are two indexers", nodes: { indexer: { count: 2 } }, problem: "there can be only one" },
    { why: "there are two engines", nodes: { search: { count: 2 } }, problem: "is one search engine" },
    {
      why: "the object store calls somebody",
      nodes: { pictures: { calls: ["carts"] } },
      problem: "calls nobody",
    },
  ])("$why", ({ nodes, problem }) => {
    expect(problemsOf(changed(nodes)).join("\n")).toContain(problem);
  });
});
