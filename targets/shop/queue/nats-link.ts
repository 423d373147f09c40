/** A connection to NATS that comes by itself and comes again; who wants to use it is told at once when it is not there. */
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import type { Log } from "../log.ts";
import { pause } from "./pause.ts";

const RETRY_MS = 200;
const CONNECT_LIMIT_MS = 2_000;
/** A server that is stopped keeps its connections open; after three of these without an answer it is taken for gone. */
const PING_MS = 1_000;
const SILENT_PINGS = 3;

export interface Streams {
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
}

export interface NatsLinkOptions {
  /** host:port */
  readonly address: string;
  /** Who we are, in the server's own lists. */
  readonly name: string;
  readonly log: Log;
  /** Whenever the connection is there, at first and again; until it resolves the link is not up. */
  prepare(manager: JetStreamManager): Promise<void>;
}

export class NatsLink {
  readonly #options: NatsLinkOptions;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #streams: Streams | undefined;

  constructor(options: NatsLinkOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Undefined while there is no connection. */
  get streams(): Streams | undefined {
    return this.#streams;
  }

  /** Waits for the connection. @throws the reason of `signal` */
  async up(signal: AbortSignal): Promise<Streams> {
    for (;;) {
      signal.throwIfAborted();
      if (this.#streams) return this.#streams;
      await pause(RETRY_MS / 4, signal);
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { address, name, log } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        // The first connection is made by ourselves, again and again: the client's own waiting cannot be broken off.
        const connection = await connect({
          ...{ servers: address, name, timeout: CONNECT_LIMIT_MS, ignoreClusterUpdates: true },
          ...{ maxReconnectAttempts: -1, reconnectTimeWait: RETRY_MS, reconnectJitter: RETRY_MS / 2 },
          ...{ pingInterval: PING_MS, maxPingOut: SILENT_PINGS },
        });
        await this.#use(connection);
      } catch (error) {
        log.error("queue-connection", error, { address });
        await pause(RETRY_MS, signal);
      }
    }
  }

  /** Until the connection is closed, by us or for good. */
  async #use(connection: NatsConnection): Promise<void> {
    const { signal } = this.#stop;
    const close = () => void connection.close();
    signal.addEventListener("abort", close, { once: true });
    if (signal.aborted) close();
    const statuses = connection.status();
    try {
      await this.#prepare(connection);
      for await (const status of statuses) {
        if (status.type === "disconnect" || status.type === "close") this.#streams = undefined;
        else if (status.type === "reconnect") await this.#prepare(connection);
      }
    } finally {
      this.#streams = undefined;
      signal.removeEventListener("abort", close);
      await connection.close();
    }
  }

  /** @throws {Error} when the server does not do what is needed; the connection is made anew then */
  async #prepare(connection: NatsConnection): Promise<void> {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: CONNECT_LIMIT_MS });
    await this.#options.prepare(manager);
    this.#streams = { client: jetstream(connection), manager };
    this.#options.log.info("queue-connected", { address: this.#options.address });
  }
}
