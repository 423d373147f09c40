/** Faults that were carried out and changed nothing are not seen: what looks is not what disturbs. */
import { createServer, type Server } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Fault, Ground, PlannedFault } from "../../../../chaos/fault.ts";
import { crashLoop } from "../../../../chaos/faults/crash-loop.ts";
import { kill } from "../../../../chaos/faults/kill.ts";
import { scaleIn } from "../../../../chaos/faults/scale-in.ts";
import { zoneLost } from "../../../../chaos/faults/zone-lost.ts";
import { ManualClock } from "../../../fakes/manual-clock.ts";
import { ScriptedNode } from "../../../fakes/scripted-node.ts";

const signal = new AbortController().signal;
let server: Server;
let listening: string;
beforeEach(async () => {
  server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  listening = `127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** Says that it was killed, and somebody still listens there. */
const survivor = (name: string) => new ScriptedNode({ name, address: listening });

function ground(nodes: readonly ScriptedNode[]): Ground {
  const operations = {
    scalable: () => [{ node: "shop", members: nodes.length, least: 1, most: 3 }],
    scale: async () => ({ added: [], removed: ["shop-2"], tookMs: 1 }),
  };
  return {
    clock: new ManualClock(),
    outlook: { members: [] },
    target: { id: "test", nodes, operations },
    node: (name: string) => nodes.find((node) => node.name === name),
  } as unknown as Ground;
}

test.each([
  { fault: kill, value: undefined },
  { fault: crashLoop, value: "3s" },
  { fault: zoneLost, value: "kill" },
  { fault: scaleIn, value: "1" },
] satisfies readonly { fault: Fault; value: string | undefined }[])(
  "$fault.name of nodes that go on listening",
  async ({ fault, value }) => {
    const nodes = [survivor("shop-1"), survivor("shop-2")];
    const planned: PlannedFault = {
      ...{ id: fault.name, fault: fault.name, nodes: ["shop-1", "shop-2"], edges: [], atS: 0, forS: 5 },
      ...{ zone: "b", group: "shop" },
      ...(value !== undefined && { value }),
    };
    const prepared = await fault.prepare(planned, ground(nodes));
    await prepared.inject(signal);
    expect(await prepared.verify()).toBeUndefined();
    await prepared.undo?.(signal);
  },
);

test("a zone of which one node is left is not lost", async () => {
  const nodes = [new ScriptedNode({ name: "shop-1" }), survivor("shop-2")];
  const planned = {
    id: "z",
    fault: "zone-lost",
    value: "kill",
    nodes: ["shop-1", "shop-2"],
    edges: [],
    atS: 0,
    zone: "b",
  };
  const prepared = await zoneLost.prepare(planned, ground(nodes));
  await prepared.inject(signal);
  expect(await prepared.verify()).toBeUndefined();
});
