/** The configuration of a database node: a small, durable PostgreSQL that listens on loopback only. Pure. */

export interface PostgresConfig {
  readonly port: number;
  /** Address to listen on. */
  readonly host?: string;
  /** Major version of the binaries; some settings do not exist in older ones. */
  readonly major: number;
  readonly maxConnections: number;
  /** Whether its changes can be read as a stream of rows, and not only followed by standbys. Default: false. */
  readonly hasChangeStream?: boolean;
  /** Set for a standby: where it streams from, and under which name. */
  readonly standby?: { readonly host: string; readonly port: number; readonly name: string };
  /** Standbys by name: a commit is acknowledged when one of them has it on disk. Absent or empty: it waits for none. */
  readonly waitsForOneOf?: readonly string[];
}

/** The only role, and the only database, of every database node. */
export const postgresRole = "bench";
export const postgresDatabase = "postgres";

export function renderPostgres({
  port,
  host = "127.0.0.1",
  major,
  maxConnections,
  hasChangeStream = false,
  standby,
  waitsForOneOf = [],
}: PostgresConfig): string {
  return `listen_addresses = '${host}'
port = ${port}
unix_socket_directories = ''
max_connections = ${maxConnections}

# The whole of the data fits; budgets are about CPU, not memory.
shared_buffers = 64MB
effective_cache_size = 256MB
work_mem = 4MB
maintenance_work_mem = 32MB
huge_pages = off
# Shared memory that goes away with the process, and with the data folder, even after SIGKILL.
shared_memory_type = mmap
dynamic_shared_memory_type = mmap

# Durable: a commit that was acknowledged survives the death of the node.
fsync = on
synchronous_commit = on
${
  waitsForOneOf.length === 0
    ? ""
    : `synchronous_standby_names = 'ANY 1 (${waitsForOneOf.map((name) => `"${name}"`).join(", ")})'
`
}full_page_writes = on
wal_level = ${hasChangeStream ? "logical" : "replica"}
max_wal_senders = 4
# What a standby may miss and still catch up from. No slot: a standby that is gone must not fill the disk.
wal_keep_size = 256MB
${hasChangeStream ? CHANGE_STREAM : ""}max_wal_size = 512MB
min_wal_size = 64MB
hot_standby = on
${
  standby
    ? `primary_conninfo = 'host=${standby.host} port=${standby.port} user=${postgresRole} application_name=${standby.name}'
wal_retrieve_retry_interval = 200ms
`
    : ""
}
# A node has less than a core: parallel workers and just-in-time compilation only cost.
max_parallel_workers_per_gather = 0
jit = off
${major >= 18 ? "io_method = sync\n" : ""}
logging_collector = off
log_destination = stderr
log_min_messages = warning
log_line_prefix = '%m [%p] '
timezone = 'UTC'
log_timezone = 'UTC'
`;
}

/** A reader of changes has a slot, and one that is gone must not fill the disk: then it has to begin anew. */
const CHANGE_STREAM = `max_slot_wal_keep_size = 512MB
`;

/** Only loopback, and there anybody: the node is as disposable as its data. */
export const postgresAccess = `host all all 127.0.0.1/32 trust
host replication all 127.0.0.1/32 trust
`;

/** Who may come in where it listens on `host`: elsewhere than on loopback, whoever is in a network of the node's own. */
export function accessOn(host: string): string {
  if (host === "127.0.0.1") return postgresAccess;
  // A network of several bridges, where we ourselves and other zones come from elsewhere than the node's own.
  const from = host.startsWith("10.") ? "10.0.0.0/8" : "samenet";
  return `host all all ${from} trust
host replication all ${from} trust
`;
}
