/** The configuration of an authoritative name server: Knot with the one zone of the shop. Pure. */
import type { UnprivilegedUser } from "./unprivileged-user.ts";

/** The name under which shoppers know the shop, whatever the addresses behind it. */
export const shopName = "shop.bench";

/** What answers may be kept for unless the stage says otherwise: short, so that a run of seconds sees it end. Our choice. */
export const usualTtlS = 5;

/** The name that leads to the ways in of one zone alone. */
export const nameOfZone = (zone: string) => `${zone}.${shopName}`;

/** One way in: the address a name leads to, and the zone it is in. */
export interface Way {
  readonly address: string;
  readonly zone: string | undefined;
}

export interface KnotConfig {
  readonly host: string;
  readonly port: number;
  /** A folder of its own, for its pid file, its databases and the zone file. */
  readonly folder: string;
  readonly user: UnprivilegedUser | undefined;
}

/** Answers rotate, so that those who take the first address are spread; SIGHUP makes it read its zone file again. */
export function renderKnot({ host, port, folder, user }: KnotConfig): string {
  return `server:
    rundir: "${folder}"
    pidfile: "${pidFileName}"
    listen: ${host}@${port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
    answer-rotation: on
${user ? `    user: ${user.name}:${user.group}\n` : ""}
log:
  - target: stderr
    any: notice

database:
    storage: "${folder}"

zone:
  - domain: ${shopName}
    storage: "${folder}"
    file: "${zoneFileName}"
    zonefile-sync: -1
    journal-content: none
`;
}

export const pidFileName = "knot.pid";
export const zoneFileName = "shop.zone";

/**
 * The zone as a master file (RFC 1035, 5): the name leads to every way in, and `<zone>.<name>` to those in that zone.
 * `ttlS` counts for addresses and for the answer that there is none.
 */
export function renderZone(ways: readonly Way[], ttlS: number): string {
  const near = ways.flatMap(({ zone, address }) => (zone === undefined ? [] : [`${zone} A ${address}\n`]));
  return `$ORIGIN ${shopName}.
$TTL ${ttlS}
@ SOA ns hostmaster 1 3600 600 86400 ${ttlS}
@ NS ns
ns A 127.0.0.1
${ways.map(({ address }) => `@ A ${address}\n`).join("")}${near.join("")}`;
}
