/** Who gets which address when every node has a network of its own: a bridge for each zone, and a way in from outside. Pure. */
import type { Member } from "../members.ts";

export interface NetworkPlan {
  /** All of it lies in 10.<block>.0.0/16. */
  readonly block: number;
  /** The interface outside through which the controller and the agents come in; at most 15 characters. */
  readonly doorName: string;
  readonly doorAddress: string;
  /** The other end of the way in, which also routes between bridges. */
  readonly coreAddress: string;
  readonly route: string;
  /** What the addresses lead to while the way in is gone: a network where nobody is, which says so. */
  readonly deadEnd: { readonly name: string; readonly outside: string; readonly inside: string };
  readonly bridges: readonly Bridge[];
  readonly nodes: readonly PlacedNode[];
}

export interface Bridge {
  readonly name: string;
  /** Undefined for nodes that stand in none. */
  readonly zone: string | undefined;
  /** The core's own address on it. */
  readonly gateway: string;
}

export interface PlacedNode {
  readonly name: string;
  readonly component: Member["component"];
  /** Its end of the link, in the core. */
  readonly link: string;
  readonly bridge: string;
  readonly address: string;
  readonly gateway: string;
  /** The address that moves between the members of its node. */
  readonly virtual: Virtual | undefined;
}

export interface Virtual {
  readonly address: string;
  /** What VRRP calls virtual router id: 1 to 255, another one for each group on the same bridge. */
  readonly routerId: number;
}

export const PREFIX_LENGTH = 24;
/** Hosts .11 to .199 of each bridge are nodes, .200 and above virtual addresses. */
const FIRST_HOST = 11;
const FIRST_VIRTUAL_HOST = 200;
/** Not the number of a router somebody may have at home: RFC 5798 leaves the choice free, examples begin with 1 or 51. */
const FIRST_ROUTER_ID = 101;

export function networkPlan(members: readonly Member[], block: number): NetworkPlan {
  const net = `10.${block}`;
  const zones = [...new Set(members.map(({ zone }) => zone))];
  const bridges = zones.map((zone, index) => ({
    name: `zone${index}`,
    zone,
    gateway: `${net}.${index}.1`,
  }));
  const groups = [...new Set(members.filter(({ component }) => component === "keepalived").map(groupOf))];
  const placed = new Map<string | undefined, number>();
  const nodes = members.map((member, index): PlacedNode => {
    const { name, component, zone } = member;
    const bridge = zones.indexOf(zone);
    const place = placed.get(zone) ?? 0;
    placed.set(zone, place + 1);
    const group = groups.indexOf(groupOf(member));
    return {
      name,
      component,
      link: `node${index}`,
      bridge: bridges[bridge]!.name,
      address: `${net}.${bridge}.${FIRST_HOST + place}`,
      gateway: bridges[bridge]!.gateway,
      virtual:
        component === "keepalived"
          ? { address: `${net}.${bridge}.${FIRST_VIRTUAL_HOST + group}`, routerId: FIRST_ROUTER_ID + group }
          : undefined,
    };
  });
  return {
    ...{ block, bridges, nodes },
    doorName: `bench-${block}`,
    doorAddress: `${net}.255.1`,
    coreAddress: `${net}.255.2`,
    route: `${net}.0.0/16`,
    deadEnd: { name: `bench-${block}-off`, outside: `${net}.254.1`, inside: `${net}.254.2` },
  };
}

/** An address moves within one zone; each zone has its own. */
const groupOf = ({ node, zone }: Member) => `${node} in ${zone ?? "no zone"}`;

/** Chosen only when the route by the door is not there. */
const LAST_METRIC = 65_535;

/**
 * What `ip -batch` is told outside; `core` and `deadEnd` are the processes that hold those namespaces. When the core is lost
 * its route goes with it, and what is still sent to the target would leave the machine by the default route: so a
 * second route, of another process, leads to where it is told that nobody is there.
 */
export function doorWords(
  { doorName, doorAddress, coreAddress, route, deadEnd }: NetworkPlan,
  holders: { readonly core: number; readonly deadEnd: number },
): string {
  const { core } = holders;
  return lines(
    `link add ${deadEnd.name} type veth peer name off netns ${holders.deadEnd}`,
    `addr add ${deadEnd.outside}/30 dev ${deadEnd.name}`,
    `link set ${deadEnd.name} up`,
    `route add ${route} via ${deadEnd.inside} metric ${LAST_METRIC}`,
    `link add ${doorName} type veth peer name door netns ${core}`,
    `addr add ${doorAddress}/30 dev ${doorName}`,
    `link set ${doorName} up`,
    `route add ${route} via ${coreAddress}`,
  );
}

/** What `ip -batch` is told in the dead end. */
export function deadEndWords({ deadEnd, route }: NetworkPlan): string {
  return lines(
    "link set lo up",
    `addr add ${deadEnd.inside}/30 dev off`,
    "link set off up",
    `route add unreachable ${route}`,
  );
}

/** What `ip -batch` is told in the core; `holderOf` is the process that holds a node's namespace. */
export function coreWords(plan: NetworkPlan, holderOf: (node: string) => number): string {
  return lines(
    "link set lo up",
    `addr add ${plan.coreAddress}/30 dev door`,
    "link set door up",
    ...plan.bridges.flatMap(({ name, gateway }) => [
      // VRRP speaks to a group; a bridge that listens for who wants it would have to hear a question first.
      `link add ${name} type bridge mcast_snooping 0`,
      `addr add ${gateway}/${PREFIX_LENGTH} dev ${name}`,
      `link set ${name} up`,
    ]),
    ...plan.nodes.flatMap(({ name, link, bridge }) => [
      `link add ${link} type veth peer name eth0 netns ${holderOf(name)}`,
      `link set ${link} master ${bridge}`,
      `link set ${link} up`,
    ]),
    `route add default via ${plan.doorAddress}`,
    // Who is on no bridge is not sought outside.
    `route add unreachable ${plan.route}`,
  );
}

/** What `ip -batch` is told in a node, at first and when it comes up again: what it took over meanwhile is forgotten. */
export function nodeWords({ address, gateway }: PlacedNode): string {
  return lines(
    "link set lo up",
    "addr flush dev eth0",
    `addr add ${address}/${PREFIX_LENGTH} dev eth0`,
    "link set eth0 up",
    `route replace default via ${gateway}`,
  );
}

const lines = (...words: readonly string[]) => words.map((line) => `${line}\n`).join("");
