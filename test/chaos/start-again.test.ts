/** The order in which nodes come up again. */
import { expect, test } from "vitest";
import { startAgain } from "../../chaos/start-again.ts";
import { findTarget } from "../../targets/catalog.ts";
import { membersOf } from "../../targets/launch/members.ts";
import { ScriptedNode } from "../fakes/scripted-node.ts";

const members = membersOf(findTarget("stage-05"));
const signal = new AbortController().signal;

function nodesOf({ fails = "" } = {}) {
  const order: string[] = [];
  const nodes = new Map(
    members.map(({ name }) => {
      const onRestart = async () => {
        // Whoever is started at once with others gives way to them first.
        await Promise.resolve();
        order.push(name);
        if (name === fails) throw new Error(`${name} does not come up`);
      };
      return [name, new ScriptedNode({ name, onRestart })] as const;
    }),
  );
  return { order, nodes, node: (name: string) => nodes.get(name)! };
}

test("each starts when all that it needs are up: primaries, replicas, shops, proxy", async () => {
  const { order, nodes, node } = nodesOf();
  const names = [...nodes.keys()];
  for (const each of nodes.values()) await each.kill();
  await startAgain(names, { members, node }, signal);
  expect(order.toSorted()).toEqual(names.toSorted());
  const before = (first: string, second: string) => order.indexOf(first) < order.indexOf(second);
  for (const { name, calls, replicaOf } of members)
    for (const needed of [...calls, ...(replicaOf === undefined ? [] : [replicaOf])])
      expect(before(needed, name), `${needed} before ${name}: ${order.join(", ")}`).toBe(true);
});

test("those that run are left alone, and others than those named are waited for by nobody", async () => {
  const { order, node } = nodesOf();
  await node("shop-1").kill();
  await node("db").kill();
  await startAgain(["shop-1", "shop-2"], { members, node }, signal);
  expect(order).toEqual(["shop-1"]);
});

test("one that does not come up is told of, and the others are started all the same", async () => {
  const { order, nodes, node } = nodesOf({ fails: "db-replica-1" });
  for (const each of nodes.values()) await each.kill();
  await expect(startAgain([...nodes.keys()], { members, node }, signal)).rejects.toThrow(
    "db-replica-1 does not come up",
  );
  expect(order).toHaveLength(nodes.size);
});
