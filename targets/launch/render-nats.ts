/** The configuration of a message queue: one NATS server with JetStream, which keeps what it took on its disk. Pure. */

export interface NatsConfig {
  readonly name: string;
  readonly port: number;
  /** Address to listen on. */
  readonly host?: string;
  /** A folder of its own, for the streams. */
  readonly folder: string;
}

/** What it may hold; 100,000 orders take some 20 MB. A full queue refuses, and what was taken stays. */
const FILE_STORE = "256MB";

export function renderNats({ name, port, host = "127.0.0.1", folder }: NatsConfig): string {
  return `server_name: "${name}"
host: "${host}"
port: ${port}
# An order is a hundred bytes.
max_payload: 64KB
# A client that is gone without a word is noticed after three of these.
ping_interval: "5s"
jetstream {
  store_dir: "${folder}"
  max_memory_store: 16MB
  max_file_store: ${FILE_STORE}
}
`;
}
