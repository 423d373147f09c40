/** Nodes that a fault may be the end of: expected while it is on, started again afterwards. */
import { expect, test } from "vitest";
import type { Ground } from "../../../chaos/fault.ts";
import { Endangered } from "../../../chaos/machines/endangered.ts";
import { ScriptedNode } from "../../fakes/scripted-node.ts";

const signal = new AbortController().signal;

class MortalNode extends ScriptedNode {
  expected = 0;
  expectEnd(): () => void {
    this.expected++;
    return () => this.expected--;
  }
}

function stage(nodes: readonly MortalNode[], isEnding = () => false) {
  const names = nodes.map(({ name }) => name);
  const members = names.map((name) => ({ name, calls: name === "shop" ? ["db"] : [], replicaOf: undefined }));
  const node = (name: string) => nodes.find((each) => each.name === name)!;
  const ground = { outlook: { members }, node } as unknown as Ground;
  return new Endangered(names, ground, isEnding);
}

test("an end is expected once, however often it is begun, and no more when it was made good", async () => {
  const shop = new MortalNode({ name: "shop" });
  const endangered = stage([shop]);
  endangered.begin();
  endangered.begin();
  expect(shop.expected).toBe(1);
  await endangered.makeGood(signal);
  await endangered.makeGood(signal);
  expect(shop.expected).toBe(0);
  expect(shop.log, "who lives is left alone").toEqual([]);
});

test("whoever has ended is started again, and whoever it calls before it", async () => {
  const order: string[] = [];
  const [shop, db] = ["shop", "db"].map(
    (name) => new MortalNode({ name, onRestart: async () => void order.push(name) }),
  );
  const endangered = stage([shop!, db!]);
  endangered.begin();
  shop!.isRunning = false;
  db!.isRunning = false;
  expect(endangered.remains(), "nobody has been asked to be up yet").toBeUndefined();
  await endangered.makeGood(signal);
  expect(order).toEqual(["db", "shop"]);
  expect(endangered.remains()).toBeUndefined();
});

test("one that was killed a moment ago, of whose end nobody has heard yet, is started again as well", async () => {
  const shop = new MortalNode({ name: "shop" });
  const endangered = stage([shop], () => true);
  endangered.begin();
  await endangered.makeGood(signal);
  expect(shop.log).toEqual(["kill", "start"]);
});

test("one that does not come up is told, and its end stays expected", async () => {
  const shop = new MortalNode({ name: "shop", onRestart: () => Promise.reject(new Error("no room")) });
  const endangered = stage([shop]);
  endangered.begin();
  shop.isRunning = false;
  await expect(endangered.makeGood(signal)).rejects.toThrow("no room");
  expect(endangered.remains()).toBe("shop is down");
  expect(shop.expected).toBe(1);
});
