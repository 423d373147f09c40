/** The configuration of a configuration centre: one ZooKeeper, which keeps what it is told on its disk. Pure. */

export interface ZookeeperConfig {
  readonly port: number;
  /** Address to listen on. */
  readonly host?: string;
  /** A folder of its own, for its log of changes. */
  readonly folder: string;
}

export function renderZookeeper({ port, host = "127.0.0.1", folder }: ZookeeperConfig): string {
  return `dataDir=${folder}
clientPort=${port}
clientPortAddress=${host}
# Sessions last between 2 and 20 ticks: one whose client is gone is forgotten soon.
tickTime=500
maxClientCnxns=0
# A change survives the death of the process. For that of the machine it would have to wait for the disk, and so would
# every session, whose opening is a change too; here that disk is shared with all other nodes.
forceSync=no
# 64 MB at once would be most of what it ever writes.
preAllocSize=64
admin.enableServer=false
4lw.commands.whitelist=ruok,srvr
`;
}
