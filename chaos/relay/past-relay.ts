/** Connections that lead to a callee past the relay, by the kernel's own tables: a fault of the relay does nothing to them. */
import { readdirSync, readlinkSync } from "node:fs";
import { isIPv4 } from "node:net";
import { contentOf } from "../../targets/launch/cgroup-folder.ts";
import { isAlive } from "../../targets/launch/process-identity.ts";
import type { NodeHandle } from "../../targets/running-target.ts";
import { clients, type Edge, type Ground } from "../fault.ts";
import { nameOf } from "./relay-control.ts";

export interface PastRelay {
  readonly edge: Edge;
  readonly connections: number;
}

/**
 * Those that are there now, by edge; edges without any are left out. Only of callers and callees whose processes are ours to
 * look into: of clients, containers and somebody's own system nothing is known.
 */
export function pastRelay(edges: readonly Edge[], ground: Pick<Ground, "target">): readonly PastRelay[] {
  return edges.flatMap((edge) => {
    const connections = edge.from === clients ? 0 : pastRelayOf(edge, ground.target.nodes);
    return connections === 0 ? [] : [{ edge, connections }];
  });
}

/** `2 connections of shop-1>db lead past the relay`; undefined when none does. */
export function pastRelayWords(past: readonly PastRelay[]): string | undefined {
  if (past.length === 0) return undefined;
  return past
    .map(({ edge, connections }) =>
      connections === 1
        ? `1 connection of ${nameOf(edge)} leads past the relay`
        : `${connections} connections of ${nameOf(edge)} lead past the relay`,
    )
    .join("; ");
}

function pastRelayOf({ from, to }: Edge, nodes: readonly NodeHandle[]): number {
  const [caller, callee] = [from, to].map((name) => nodes.find((node) => node.name === name));
  const grip = caller?.grip();
  if (callee === undefined || grip?.kind !== "processes") return 0;
  const { hostname, port } = new URL(`tcp://${callee.address}`);
  return grip.processes.filter(isAlive).reduce((sum, { pid }) => {
    const sockets = socketsOf(pid);
    const tables = ["tcp", "tcp6"].map((name) => contentOf(`/proc/${pid}/net/${name}`) ?? "");
    return sum + tables.reduce((all, table) => all + leadingTo({ hostname, port }, table, sockets), 0);
  }, 0);
}

/** Inodes of its open sockets; none where it may not be looked into. */
function socketsOf(pid: number): ReadonlySet<string> {
  const folder = `/proc/${pid}/fd`;
  const inodes = new Set<string>();
  try {
    for (const fd of readdirSync(folder)) {
      const inode = inodeIn(`${folder}/${fd}`);
      if (inode !== undefined) inodes.add(inode);
    }
  } catch {
    // It has ended, or belongs to somebody else.
  }
  return inodes;
}

function inodeIn(path: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.[1];
  } catch {
    return undefined; // Closed since it was named.
  }
}

const ESTABLISHED = "01";

/**
 * How many established connections of these sockets lead to that address. Pure.
 * @param table of /proc/net/tcp: number, own address, other address, state, ..., inode as the tenth. Source: proc_net_tcp of Linux
 */
export function leadingTo(
  { hostname, port }: { readonly hostname: string; readonly port: string },
  table: string,
  sockets: ReadonlySet<string>,
): number {
  const wanted = new Set(asKernelWrites(hostname).map((address) => `${address}:${hexOf(Number(port), 4)}`));
  return table.split("\n").filter((line) => {
    const [, , other = "", state, , , , , , inode = ""] = line.trim().split(/\s+/);
    return state === ESTABLISHED && wanted.has(other) && sockets.has(inode);
  }).length;
}

/** Bytes of each 32-bit word backwards, as a machine with the low byte first has them: all that Node runs on. */
function asKernelWrites(hostname: string): readonly string[] {
  if (!isIPv4(hostname)) return [];
  const backwards = hostname
    .split(".")
    .toReversed()
    .map((byte) => hexOf(Number(byte), 2))
    .join("");
  return [backwards, `0000000000000000FFFF0000${backwards}`];
}

const hexOf = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, "0");
