/** The configuration of a cache: Redis that keeps everything in memory and nothing on disk. Pure. */

export interface RedisConfig {
  readonly port: number;
  /** A folder of its own; nothing is written there, Redis only wants to be somewhere. */
  readonly folder: string;
}

/** Full memory refuses writes instead of evicting: an evicted stock counter would be a lie nobody notices. */
export function renderRedis({ port, folder }: RedisConfig): string {
  return `bind 127.0.0.1
port ${port}
protected-mode yes
daemonize no
logfile ""
loglevel notice
dir ${folder}
databases 1
save ""
appendonly no
maxmemory 256mb
maxmemory-policy noeviction
tcp-backlog 511
maxclients 2000
`;
}
