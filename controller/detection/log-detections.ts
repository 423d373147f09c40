/** What one line of a node's own log says of others. Pure. */
import type { Detection } from "../../metrics/detection.ts";
import type { WatchedNode } from "./watched-node.ts";

export type Noticed = Pick<Detection, "source" | "about" | "isBack" | "says">;

/** Whose address, host:port, a caller uses for whom: nodes, and the doors of the relay before them. */
export type AddressBook = ReadonlyMap<string, string>;

interface Reading {
  readonly node: WatchedNode;
  readonly addresses: AddressBook;
  /** By name. */
  readonly nodes: readonly WatchedNode[];
}

/** Undefined for a line that says nothing of anybody it watches. */
export function noticedIn(line: string, reading: Reading): Noticed | undefined {
  const { component } = reading.node;
  switch (component) {
    case "haproxy":
      return ofHaproxy(line, reading);
    case "keepalived":
      return ofDirector(line, reading) ?? ofVrrp(line, reading);
    case "nginx":
      return ofNginx(line, reading);
    case "postgres":
      return ofReplica(line, reading);
    case "shop":
    case "service":
    case "order-worker":
    case "indexer":
    case "bus":
      return ofProgram(line, reading);
    default:
      return undefined;
  }
}

function ofHaproxy(line: string, { node }: Reading): Noticed | undefined {
  const [says = "", name = "", state] = /Server \w+\/(\S+) is (DOWN|UP)\b[^,.]*/.exec(line) ?? [];
  if (!node.calls.includes(name)) return undefined;
  return { source: "health-check", about: [name], isBack: state === "UP", says };
}

/** As targets/launch/network/director/main.ts writes it. */
function ofDirector(line: string, { addresses }: Reading): Noticed | undefined {
  const [, address = "", state] = /^\S+Z (\S+:\d+) is (out|back)$/.exec(line) ?? [];
  const about = addresses.get(address);
  if (about === undefined) return undefined;
  return { source: "health-check", about: [about], isBack: state === "back", says: `${about} is ${state}` };
}

function ofVrrp(line: string, { node: { peers } }: Reading): Noticed | undefined {
  if (!line.includes("Entering MASTER STATE") || peers.length === 0) return undefined;
  return { source: "vrrp", about: peers, isBack: false, says: "it took the virtual address" };
}

function ofNginx(line: string, { addresses }: Reading): Noticed | undefined {
  if (!line.includes("upstream server temporarily disabled")) return undefined;
  const about = addresses.get(/upstream: "http:\/\/([^/"]+)/.exec(line)?.[1] ?? "");
  if (about === undefined) return undefined;
  return {
    source: "failed-tries",
    about: [about],
    isBack: false,
    says: "upstream server temporarily disabled",
  };
}

const lostPrimary =
  /could not receive data from WAL stream|could not connect to the primary server|terminating walreceiver due to timeout/;
const foundPrimary = /started streaming WAL from primary/;

function ofReplica(line: string, { node: { replicaOf } }: Reading): Noticed | undefined {
  if (replicaOf === undefined) return undefined;
  const said = lostPrimary.exec(line) ?? foundPrimary.exec(line);
  if (said === null) return undefined;
  return { source: "replication", about: [replicaOf], isBack: foundPrimary.test(line), says: said[0] };
}

const mostLetters = 200;

/** Events that do not name an address; the one callee of that kind is meant. */
const eventsAbout = { redis: "redis", "config-centre": "zookeeper" } as const;

/** As targets/shop/log.ts writes it: an error that names somebody it calls, or can mean only one. */
function ofProgram(line: string, { node, nodes, addresses }: Reading): Noticed | undefined {
  const said = jsonIn(line);
  if (said?.level !== "error" || said.event === undefined) return undefined;
  const named = [...line.matchAll(/[\w.-]+:\d+/g)].flatMap(([address]) => addresses.get(address) ?? []);
  const about = named.filter((name) => node.calls.includes(name));
  const meant = about.length > 0 ? about : onlyOne(said.event, node, nodes);
  if (meant.length === 0) return undefined;
  const says =
    said.because === undefined ? said.event : `${said.event}: ${said.because}`.slice(0, mostLetters);
  return { source: "log", about: [...new Set(meant)], isBack: false, says };
}

function onlyOne(event: string, { calls }: WatchedNode, nodes: readonly WatchedNode[]): readonly string[] {
  const component = event in eventsAbout ? eventsAbout[event as keyof typeof eventsAbout] : undefined;
  const callees = nodes.filter(({ name, component: its }) => its === component && calls.includes(name));
  return callees.length === 1 ? callees.map(({ name }) => name) : [];
}

function jsonIn(line: string): { level?: string; event?: string; because?: string } | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as { level?: string; event?: string; because?: string };
  } catch {
    return undefined;
  }
}
