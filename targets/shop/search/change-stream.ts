/**
 * The committed changes of the items, as PostgreSQL streams them from a replication slot: in order, each at least
 * once, and kept by the server until we say that we have them.
 */
import pg from "pg";
import { type Change, changesOf, type Transaction } from "./changes.ts";
import { PgoutputReader } from "./pgoutput.ts";
import { frameOf, standing } from "./replication-frame.ts";

export interface ChangeStreamOptions {
  readonly url: string;
  readonly slot: string;
  readonly publication: string;
  epochMs(): number;
  /** Takes a transaction. */
  take(transaction: Transaction): void;
  /** Everything up to here was sent, and whatever is not ours was left out. */
  reached(walEndLsn: bigint): void;
}

/** The server gives up on a reader from whom it has not heard for 60 s (wal_sender_timeout). */
const TELL_EVERY_MS = 5_000;
const CONNECT_LIMIT_MS = 2_000;

/** What of a pg connection this needs; its types do not know replication. */
interface CopyBoth extends NodeJS.EventEmitter {
  readonly stream: { pause(): void; resume(): void };
  sendCopyFromChunk(bytes: Buffer): void;
}

export class ChangeStream {
  readonly #options: ChangeStreamOptions;
  readonly #client: pg.Client;
  readonly #copy: CopyBoth;
  readonly #reader = new PgoutputReader();
  #changes: Change[] = [];
  #keptLsn = 0n;

  private constructor(options: ChangeStreamOptions) {
    this.#options = options;
    this.#client = new pg.Client({
      connectionString: options.url,
      replication: "database",
      application_name: options.slot,
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
    } as pg.ClientConfig);
    this.#copy = (this.#client as unknown as { connection: CopyBoth }).connection;
  }

  /**
   * Reads until `signal` aborts or the stream ends, and never returns otherwise; what it takes is yours meanwhile.
   * `begun` gets the stream as soon as the server streams.
   * @throws {Error} when it cannot begin, or breaks
   */
  static async read(
    options: ChangeStreamOptions,
    signal: AbortSignal,
    begun: (stream: ChangeStream) => void,
  ): Promise<void> {
    signal.throwIfAborted();
    const stream = new ChangeStream(options);
    await stream.#read(signal, () => begun(stream));
  }

  /** Says that all before `lsn` need not be sent again. */
  keep(lsn: bigint): void {
    if (lsn <= this.#keptLsn) return;
    this.#keptLsn = lsn;
    this.#tell();
  }

  /** Lets the server wait: what it has for us stays with it. */
  pause(): void {
    this.#copy.stream.pause();
  }

  resume(): void {
    this.#copy.stream.resume();
  }

  async #read(signal: AbortSignal, begun: () => void): Promise<void> {
    const { slot, publication } = this.#options;
    let tellAgain: NodeJS.Timeout | undefined;
    try {
      await this.#client.connect();
      signal.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        const fail = (error: Error) => reject(error);
        signal.addEventListener("abort", () => resolve(), { once: true });
        this.#client.on("error", fail);
        this.#client.on("end", () => reject(new Error("the change stream ended")));
        this.#copy.once("replicationStart", () => {
          tellAgain = setInterval(() => this.#tell(), TELL_EVERY_MS);
          begun();
        });
        this.#copy.on("copyData", ({ chunk }: { chunk: Buffer }) => {
          try {
            this.#receive(chunk);
          } catch (error) {
            reject(error);
          }
        });
        // From where the slot stands: 0/0 means just that.
        const options = `(proto_version '1', publication_names '${publication}')`;
        this.#client.query(`START_REPLICATION SLOT ${slot} LOGICAL 0/0 ${options}`).catch(fail);
      });
    } finally {
      clearInterval(tellAgain);
      await this.#client.end().catch(() => {});
    }
  }

  #receive(chunk: Buffer): void {
    const frame = frameOf(chunk);
    if (frame.kind === "keepalive") {
      // In the middle of a transaction its beginning is not kept yet.
      if (this.#changes.length === 0) this.#options.reached(frame.walEndLsn);
      if (frame.wantsAnswer) this.#tell();
      return;
    }
    const message = this.#reader.read(frame.payload);
    switch (message.kind) {
      case "put":
        this.#changes.push(...changesOf(message.row, message.before));
        break;
      case "remove":
        this.#changes.push({ kind: "remove", id: Number(message.row["id"]) });
        break;
      case "empty":
        throw new Error("the items were truncated: the index must be built anew");
      case "commit": {
        const { endLsn, committedAtEpochMs } = message;
        const changes = this.#changes;
        this.#changes = [];
        this.#options.take({ changes, endLsn, committedAtEpochMs });
        break;
      }
      case "relation":
      case "other":
        break;
      default:
        message satisfies never;
    }
  }

  #tell(): void {
    this.#copy.sendCopyFromChunk(standing(this.#keptLsn, this.#options.epochMs()));
  }
}
