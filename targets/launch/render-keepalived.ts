/** The configuration of keepalived: one address that belongs to whichever of several nodes is up. Pure. */

export interface KeepalivedConfig {
  readonly name: string;
  /** The address that moves, and the length of its network's prefix. */
  readonly virtualAddress: string;
  readonly prefixLength: number;
  readonly routerId: number;
  /** 1 to 254; the highest of those that are up has the address. */
  readonly priority: number;
}

/** Seconds between two adverts. Version 3 of VRRP counts them in hundredths; version 2 knows whole seconds only. */
export const ADVERT_S = 0.2;

/**
 * A backup takes over when it has heard nothing for 3 adverts and its skew, (256 - priority) / 256 of an advert: 0.6 s
 * to 0.8 s. Whoever comes back does not take the address away again: each move breaks the connections through it.
 * Source: RFC 5798, 6.1.
 */
export function renderKeepalived(config: KeepalivedConfig): string {
  const { name, virtualAddress, prefixLength, routerId, priority } = config;
  return `global_defs {
  router_id ${name}
  vrrp_version 3
  # Who has lost its neighbour's entry asks for it; who has not is told again.
  vrrp_garp_master_refresh 5
}

vrrp_instance entry {
  state BACKUP
  nopreempt
  interface eth0
  virtual_router_id ${routerId}
  priority ${priority}
  advert_int ${ADVERT_S}
  virtual_ipaddress {
    ${virtualAddress}/${prefixLength} dev eth0
  }
}
`;
}
