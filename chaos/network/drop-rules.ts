/** Rules of nftables by which packets of some peers, or all of them, go nowhere: as text, and what they counted. Pure. */
import { hashOf } from "../relay/cohort.ts";
import type { Direction } from "../relay/relay-control.ts";
import type { Peer } from "./places.ts";

export interface Drops {
  /** Those who are not heard; absent: nobody is, all of the network but the node itself. */
  readonly peers?: readonly Peer[];
  /** `up`: what they send does not arrive; `down`: what is sent to them. */
  readonly way: Direction;
}

/** One table for each fault, so that taking it back is one step and touches nothing else. */
export const tableOf = (fault: string): string => `stagebench_${hashOf(fault).toString(16)}`;

/** Before the kernel looks at connections, and behind everything it does to addresses. */
export function dropRules(table: string, { peers, way }: Drops): string {
  const from = peers === undefined ? ['iifname "eth0"'] : matching(peers, "from");
  const to = peers === undefined ? ['oifname "eth0"'] : matching(peers, "to");
  const rules = (isCut: boolean, matches: readonly string[]) =>
    isCut ? matches.map((match) => `    ${match} counter drop\n`).join("") : "";
  return `table inet ${table} {
  chain arriving {
    type filter hook prerouting priority -310; policy accept;
${rules(way !== "down", from)}  }
  chain leaving {
    type filter hook postrouting priority 310; policy accept;
${rules(way !== "up", to)}  }
}
`;
}

/** As rules say whose packets they are about: those that come from peers, or go to them. */
export function matching(peers: readonly Peer[], which: "from" | "to"): readonly string[] {
  const whole = peers.filter(({ port }) => port === undefined).map(({ address }) => address);
  const [side, own] = which === "from" ? ["saddr", "dport"] : ["daddr", "sport"];
  return [
    ...(whole.length === 0 ? [] : [`ip ${side} { ${[...new Set(whole)].join(", ")} }`]),
    ...peers.flatMap(({ address, port }) =>
      port === undefined ? [] : [`ip ${side} ${address} tcp ${own} ${port}`],
    ),
  ];
}

/** `inet`: at a node's own doors; `netdev`: on the wire. */
export type Family = "inet" | "netdev";

/** Whether the table is there or not, afterwards it is not. */
export const withoutTable = (table: string, family: Family = "inet"): string =>
  `table ${family} ${table} {}\ndelete table ${family} ${table}\n`;

/** What `nft list table` says was dropped. */
export function droppedIn(listed: string): number {
  return [...listed.matchAll(/counter packets (\d+)/g)].reduce(
    (sum, [, packets]) => sum + Number(packets),
    0,
  );
}
