/** Rules of nftables by which packets of some peers, or all of them, go nowhere: as text, and what they counted. Pure. */
import { hashOf } from "../relay/cohort.ts";
import type { Direction } from "../relay/relay-control.ts";

export interface Drops {
  /** Addresses of those who are not heard; absent: nobody is, all of the network but the node itself. */
  readonly peers?: readonly string[];
  /** `up`: what they send does not arrive; `down`: what is sent to them. */
  readonly way: Direction;
}

/** One table for each fault, so that taking it back is one step and touches nothing else. */
export const tableOf = (fault: string): string => `stagebench_${hashOf(fault).toString(16)}`;

/** Before the kernel looks at connections, and behind everything it does to addresses. */
export function dropRules(table: string, { peers, way }: Drops): string {
  const set = peers === undefined ? undefined : `{ ${[...new Set(peers)].join(", ")} }`;
  const from = set === undefined ? 'iifname "eth0"' : `ip saddr ${set}`;
  const to = set === undefined ? 'oifname "eth0"' : `ip daddr ${set}`;
  const rule = (isCut: boolean, match: string) => (isCut ? `    ${match} counter drop\n` : "");
  return `table inet ${table} {
  chain arriving {
    type filter hook prerouting priority -310; policy accept;
${rule(way !== "down", from)}  }
  chain leaving {
    type filter hook postrouting priority 310; policy accept;
${rule(way !== "up", to)}  }
}
`;
}

/** Whether the table is there or not, afterwards it is not. */
export const withoutTable = (table: string): string => `table inet ${table} {}\ndelete table inet ${table}\n`;

/** What `nft list table` says was dropped. */
export function droppedIn(listed: string): number {
  return [...listed.matchAll(/counter packets (\d+)/g)].reduce(
    (sum, [, packets]) => sum + Number(packets),
    0,
  );
}
