import { expect, test } from "vitest";
import { enteredBy } from "../../../chaos/relay/entered-by.ts";
import type { RunningTarget } from "../../../targets/running-target.ts";

/** As a running target is: a class with something private in it. */
class Target {
  readonly nodes: readonly { readonly name: string; readonly address: string }[];
  readonly entryUrls: readonly string[];
  #budgets = 0;

  constructor(entryUrls: readonly string[], nodes: Target["nodes"] = []) {
    this.entryUrls = entryUrls;
    this.nodes = nodes;
  }

  async applyBudgets() {
    this.#budgets++;
    return { mechanism: "none", because: `asked ${this.#budgets} times` };
  }
}

const asTarget = (target: Target) => target as unknown as RunningTarget;

/** Leads the clients' edges to some. */
function relayTo(...callees: readonly string[]) {
  const opened: string[] = [];
  return {
    opened,
    leads: (from: string, to: string) => from === "clients" && callees.includes(to),
    async open(_from: string, to: string, address: string) {
      opened.push(`${to} at ${address}`);
      return `127.0.0.1:${9_000 + opened.length}`;
    },
  };
}

const entries = [
  { name: "l4-1", address: "127.0.0.1:1001" },
  { name: "l4-2", address: "127.0.0.1:1002" },
];

test("the entry that is led has another address, the other one does not", async () => {
  const relay = relayTo("l4-2");
  const target = asTarget(new Target(["http://127.0.0.1:1001", "http://127.0.0.1:1002"], entries));
  const entered = await enteredBy(target, relay);
  expect(entered.entryUrls).toEqual(["http://127.0.0.1:1001", "http://127.0.0.1:9001"]);
  expect(relay.opened).toEqual(["l4-2 at 127.0.0.1:1002"]);
});

test("it is the same target in all else", async () => {
  const target = asTarget(new Target(["http://127.0.0.1:1001"], entries));
  const entered = await enteredBy(target, relayTo("l4-1"));
  await target.applyBudgets();
  expect(await entered.applyBudgets()).toMatchObject({ because: "asked 2 times" });
  expect(entered.nodes).toBe(target.nodes);
});

test("a target of which no way in is led is itself", async () => {
  const target = asTarget(new Target(["http://127.0.0.1:1001"], entries));
  expect(await enteredBy(target, relayTo("shop"))).toBe(target);
});

test("somebody's own system: its way in, with the usual port where none is named", async () => {
  const relay = relayTo("entry");
  await enteredBy(asTarget(new Target(["http://shop.test"])), relay);
  expect(relay.opened).toEqual(["entry at shop.test:80"]);
});

test("a certificate names a host that the relay is not", async () => {
  await expect(
    enteredBy(asTarget(new Target(["https://shop.test"])), relayTo("entry")),
  ).rejects.toMatchObject({
    kind: "usage",
    message: "https://shop.test cannot be led through the relay: its certificate is for shop.test",
  });
});
