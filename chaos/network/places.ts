/** Where in the networks that nodes have of their own the edges of a fault pass: at their callees. */
import { once } from "node:events";
import { connect } from "node:net";
import type { NodeHandle, ProcessIdentity } from "../../targets/running-target.ts";
import { clients, type Edge, type Ground } from "../fault.ts";

/** One device of one network. */
export interface Device {
  /** The process that holds the network. */
  readonly holder: ProcessIdentity;
  readonly device: string;
}

export interface Place {
  /** The callee. */
  readonly name: string;
  /** Its own end of its line. */
  readonly near: Device;
  /** The other end, where the network begins. */
  readonly far: Device;
  /** Its callers on these edges, each once. */
  readonly peers: readonly Peer[];
}

export interface Peer {
  readonly address: string;
  /**
   * Of the callee. Present for who comes from outside: from that address the relay calls others too, for faults that are
   * none of these. Absent: whatever goes between both is meant.
   */
  readonly port?: number;
}

/** One for each callee. */
export function placesOf(edges: readonly Edge[], ground: Ground): Promise<readonly Place[]> {
  const callees = [...new Set(edges.map(({ to }) => to))];
  return Promise.all(
    callees.map(async (name) => {
      const callee = ground.node(name);
      const callers = edges.filter(({ to }) => to === name);
      const peers = await Promise.all(
        callers.map(async ({ from }): Promise<Peer> => {
          if (from !== clients) return { address: hostOf(ground.node(from)) };
          return { address: await ourAddressTo(callee), port: portOf(callee) };
        }),
      );
      return { name, ...lineOf(callee), peers: onceEach(peers) };
    }),
  );
}

/** @throws {Error} when the node has no network of its own */
export function lineOf(node: NodeHandle): Pick<Place, "near" | "far"> {
  const grip = node.grip();
  if (grip.kind !== "processes" || grip.network === undefined)
    throw new Error(`${node.name} has no network of its own`);
  const { holder, core, link } = grip.network;
  return { near: { holder, device: "eth0" }, far: { holder: core, device: link } };
}

/** What stands for it in a mend. */
export const holderWords = ({ pid, startTicks }: ProcessIdentity) => ({
  pid,
  ...(startTicks !== undefined && { startTicks }),
});

const onceEach = (peers: readonly Peer[]): readonly Peer[] => [
  ...new Map(peers.map((peer) => [`${peer.address} ${peer.port ?? ""}`, peer])).values(),
];

const hostOf = ({ address }: NodeHandle): string => new URL(`tcp://${address}`).hostname;
const portOf = ({ address }: NodeHandle): number => Number(new URL(`tcp://${address}`).port);

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
