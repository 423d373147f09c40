/** A queue and its workers: what they are told, and what they must be told. */
import { describe, expect, test } from "vitest";
import { membersOf, problemsOf } from "../../../targets/launch/members.ts";
import { renderNats } from "../../../targets/launch/render-nats.ts";
import { orderWorkerConfig } from "../../../targets/launch/render-order-worker.ts";
import { shopConfig } from "../../../targets/launch/render-shop.ts";
import { parseConfig } from "../../../targets/shop/config.ts";
import { parseWorkerConfig } from "../../../targets/shop/queue/worker-config.ts";
import { stage08 } from "../../../targets/stages/stage-08-l4-failover.ts";
import { missingFor, throughQueue } from "../../../targets/strategies.ts";
import type { NodeSpec, TargetSpec } from "../../../targets/target.ts";

test("NATS keeps its streams in its own folder", () => {
  expect(renderNats({ name: "queue", port: 20000, folder: "/tmp/x/queue" })).toMatchInlineSnapshot(`
    "server_name: "queue"
    host: "127.0.0.1"
    port: 20000
    # An order is a hundred bytes.
    max_payload: 64KB
    # A client that is gone without a word is noticed after three of these.
    ping_interval: "5s"
    jetstream {
      store_dir: "/tmp/x/queue"
      max_memory_store: 16MB
      max_file_store: 256MB
    }
    "
  `);
});

type Nodes = Record<string, NodeSpec<string>>;
const withQueue = (more: Nodes = {}): TargetSpec => {
  const nodes = stage08.nodes as Nodes;
  const { shop } = stage08.nodes;
  return {
    ...(stage08 as TargetSpec),
    strategies: [...stage08.strategies, ...throughQueue],
    nodes: {
      ...nodes,
      shop: { ...shop, calls: [...(shop.calls ?? []), "queue"] },
      queue: { component: "nats", tier: "queue", cpuMillicores: 50 },
      "order-worker": {
        ...{ component: "order-worker", tier: "app", cpuMillicores: 200 },
        calls: ["queue", "cache", "trade"],
      },
      ...more,
    },
  };
};
const addressOf = (name: string) => `${name}:1`;
const calledBy = (spec: TargetSpec, name: string) => {
  const members = membersOf(spec);
  const member = members.find((each) => each.name === name)!;
  return { member, called: members.filter((each) => member.calls.includes(each.name)) };
};

test("a worker writes to every shard, in the order that shops have them, and settles where they count", () => {
  const { member, called } = calledBy(withQueue(), "order-worker");
  const config = orderWorkerConfig(member, 20000, called, addressOf);
  expect(config).toEqual({
    name: "order-worker",
    host: "127.0.0.1",
    port: 20000,
    shards: ["postgres://bench@trade-1:1/postgres", "postgres://bench@trade-2:1/postgres"],
    counters: "redis://cache:1",
    queue: "queue:1",
    pools: { max: 4, connectTimeoutMs: 1_000, statementTimeoutMs: 2_000 },
    maxInFlight: 4,
    maxDeliveries: 10,
    ackWaitMs: 3_000,
  });
  const local = orderWorkerConfig(member, 20000, called, () => "127.0.0.1:2");
  expect(parseWorkerConfig(JSON.stringify(local))).toEqual(local);
});

test("a Redis that only counts sales goes before the cache", () => {
  const counters: NodeSpec<string> = {
    ...{ component: "redis", tier: "cache", cpuMillicores: 25, settings: { keeps: "sales" } },
  };
  const worker = withQueue().nodes["order-worker"]!;
  const calls = ["queue", "cache", "sale-counters", "trade"];
  const spec = withQueue({ "sale-counters": counters, "order-worker": { ...worker, calls } });
  const { member, called } = calledBy(spec, "order-worker");
  expect(orderWorkerConfig(member, 20000, called, addressOf).counters).toBe("redis://sale-counters:1");
});

test("a shop that calls the queue is told of it", () => {
  const { member, called } = calledBy(withQueue(), "shop-1");
  const config = shopConfig(member, 20000, called, () => "127.0.0.1:2");
  expect(config.queue).toBe("127.0.0.1:2");
  expect(parseConfig(JSON.stringify(config)).queue).toBe("127.0.0.1:2");
});

test("a shop that has a queue and nowhere to count is not opened", () => {
  const { member, called } = calledBy(withQueue(), "shop-1");
  const {
    redis: _,
    sharedCache: __,
    freshCopies: ___,
    ...config
  } = shopConfig(member, 1, called, () => "a:2");
  expect(() => parseConfig(JSON.stringify(config))).toThrow(/^queue: .*counted in redis/);
});

describe("what cannot be brought up", () => {
  const worker = withQueue().nodes["order-worker"]!;
  test.each([
    { why: "as it is", more: {}, problem: undefined },
    { why: "two queues", more: { queue: { count: 2 } }, problem: "is one NATS server" },
    {
      why: "a worker without a queue",
      more: { "order-worker": { calls: ["cache", "trade"] } },
      problem: "writes what one queue holds, and calls 0",
    },
    {
      why: "a worker without a Redis",
      more: { "order-worker": { calls: ["queue", "trade"] } },
      problem: "calls no Redis that counts sales",
    },
    {
      why: "a worker that does not know of trade",
      more: { "order-worker": { calls: ["queue", "cache"] } },
      problem: "writes orders, and does not call trade",
    },
  ])("$why", ({ more, problem }) => {
    const changed: Nodes = Object.fromEntries(
      Object.entries(more as Record<string, Partial<NodeSpec<string>>>).map(([name, change]) => [
        name,
        { ...(name === "queue" ? withQueue().nodes["queue"]! : worker), ...change },
      ]),
    );
    const problems = problemsOf(withQueue(changed));
    if (problem === undefined) expect(problems).toEqual([]);
    else expect(problems).toEqual([expect.stringContaining(problem)]);
  });
});

test("F9 needs a queue, somebody who writes what is in it, and a place to count", () => {
  const { nodes } = withQueue();
  expect(missingFor("F9", { nodes })).toBeUndefined();
  for (const without of ["queue", "order-worker", "cache"]) {
    const { [without]: _, ...rest } = nodes;
    expect(missingFor("F9", { nodes: rest })).toMatch(/F9 .* needs a queue/);
  }
});
