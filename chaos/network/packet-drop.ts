/** Edges on which the kernel itself lets nothing pass, in the networks that nodes have of their own: new connections too. */

import { once } from "node:events";
import { connect } from "node:net";
import { startTicksOf } from "../../targets/launch/process-identity.ts";
import type { NodeHandle, ProcessIdentity } from "../../targets/running-target.ts";
import { clients, type Edge, type Ground, type PlannedFault, type PreparedFault } from "../fault.ts";
import { performMend } from "../mend.ts";
import type { Direction } from "../relay/relay-control.ts";
import { type Drops, droppedIn, dropRules, tableOf, withoutTable } from "./drop-rules.ts";
import { inNetworkOf } from "./in-network.ts";

interface Place {
  readonly name: string;
  readonly holder: ProcessIdentity;
  readonly drops: Drops;
}

/**
 * Rules at the callee of each edge; at the node itself when it is cut off from all others, in which case not even what is
 * no edge passes, as the adverts by which balancers hear of each other.
 */
export async function preparedDrop(
  { id, nodes }: PlannedFault,
  ground: Ground,
  {
    edges,
    way,
    isWhole,
  }: { readonly edges: readonly Edge[]; readonly way: Direction; readonly isWhole: boolean },
): Promise<PreparedFault> {
  const table = tableOf(id);
  const places = isWhole
    ? nodes.map((name) => ({ name, holder: holderOf(ground.node(name)), drops: { way } }))
    : await placesOf(edges, ground, way);
  const mends = places.map(({ holder: { pid, startTicks } }) => ({
    mend: "nft" as const,
    holder: { pid, ...(startTicks !== undefined && { startTicks }) },
    table,
  }));
  let most = 0;
  const count = async () => {
    const counts = await Promise.all(places.map((place) => dropped(place, table)));
    const packets = counts.reduce<number>((sum, each) => sum + (each ?? 0), 0);
    most = Math.max(most, packets);
    return packets;
  };
  return {
    mends,
    async inject(signal) {
      for (const { holder, drops } of places) {
        const input = `${withoutTable(table)}${dropRules(table, drops)}`;
        await inNetworkOf(holder, ["nft", "-f", "-"], { input, signal });
      }
    },
    async verify() {
      const packets = await count();
      if (packets === 0) return undefined;
      const where = places.map(({ name }) => name).join(", ");
      return `the kernel drops packets in the network of ${where}: ${packets} so far`;
    },
    async undo(signal) {
      // What cannot be counted is taken back all the same.
      await count().catch(() => {});
      for (const mend of mends) await performMend(mend, signal);
    },
    account: async () => ({
      sentence: `${most} packets were dropped in all`,
      figures: { droppedPackets: most },
    }),
    async verifyUndone() {
      const left = await Promise.all(
        places.map(async (place) => ((await dropped(place, table)) === undefined ? [] : [place.name])),
      );
      const names = left.flat();
      return names.length === 0
        ? undefined
        : `packets are still dropped in the network of ${names.join(", ")}`;
    },
  };
}

/** Packets dropped so far; undefined when there is no such table. */
async function dropped({ holder }: Place, table: string): Promise<number | undefined> {
  try {
    const listed = await inNetworkOf(holder, ["nft", "list", "table", "inet", table]);
    return listed === undefined ? undefined : droppedIn(listed);
  } catch (error) {
    if (/No such file or directory/.test((error as Error).message)) return undefined;
    throw error;
  }
}

async function placesOf(edges: readonly Edge[], ground: Ground, way: Direction): Promise<readonly Place[]> {
  const callees = [...new Set(edges.map(({ to }) => to))];
  return Promise.all(
    callees.map(async (name) => {
      const callee = ground.node(name);
      const callers = edges.filter(({ to }) => to === name);
      const peers = await Promise.all(
        callers.map(({ from }) => (from === clients ? ourAddressTo(callee) : hostOf(ground.node(from)))),
      );
      return { name, holder: holderOf(callee), drops: { peers, way } };
    }),
  );
}

function holderOf(node: NodeHandle): ProcessIdentity {
  const grip = node.grip();
  if (grip.kind !== "processes" || grip.networkOf === undefined)
    throw new Error(`${node.name} has no network of its own`);
  return { pid: grip.networkOf, startTicks: startTicksOf(grip.networkOf) };
}

const hostOf = ({ address }: NodeHandle): string => new URL(`tcp://${address}`).hostname;

/** As which the node sees whoever comes from outside. */
async function ourAddressTo(node: NodeHandle): Promise<string> {
  const { hostname, port } = new URL(`tcp://${node.address}`);
  const socket = connect({ host: hostname, port: Number(port), timeout: 2_000 });
  try {
    await once(socket, "connect");
    return socket.localAddress ?? "";
  } finally {
    socket.destroy();
  }
}
