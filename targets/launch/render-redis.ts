/** The configuration of Redis: as a cache it keeps everything in memory and nothing on disk, as a store it has a log. Pure. */

export interface RedisConfig {
  readonly port: number;
  /** Address to listen on. */
  readonly host?: string;
  /** A folder of its own; a cache writes nothing there, Redis only wants to be somewhere. */
  readonly folder: string;
  /** Every write goes to a log before it is answered, and the log to the disk once a second. Default: false. */
  readonly isDurable?: boolean;
}

/** Full memory refuses writes instead of evicting: an evicted stock counter would be a lie nobody notices. */
export function renderRedis({ port, host = "127.0.0.1", folder, isDurable = false }: RedisConfig): string {
  // Its protection turns away everybody who does not come from loopback, also where nobody else can come from.
  const isProtected = host === "127.0.0.1" ? "yes" : "no";
  return `bind ${host}
port ${port}
protected-mode ${isProtected}
daemonize no
logfile ""
loglevel notice
dir ${folder}
databases 1
save ""
appendonly ${isDurable ? "yes\nappendfsync everysec" : "no"}
maxmemory 256mb
maxmemory-policy noeviction
tcp-backlog 511
maxclients 2000
`;
}
