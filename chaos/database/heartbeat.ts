/** A row that is written to a primary ten times a second, so that reads of it tell how old they are. */
import { type Clock, sleep } from "../../base/clock.ts";
import { codeOf, openPostgres } from "../stores/postgres.ts";
import type { Beat } from "./staleness.ts";

/** What is written, and how. */
export interface BeatWriter {
  /** Resolves when it is committed. @throws when it is unknown whether it was */
  write(stampMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Often enough to see a lag of half a second; ten small writes a second are not noticed beside any load worth the name. */
const BEAT_EVERY_MS = 100;
/** How long it goes on after it was last asked for. */
const LEASE_MS = 2_000;
/** Ten minutes: who is further behind is told to be so far. */
const BEATS_KEPT = 6_000;

export class Heartbeat {
  readonly #clock: Clock;
  readonly #writer: BeatWriter;
  readonly #beats: Beat[] = [];
  #untilMs = Number.NEGATIVE_INFINITY;
  #beating: Promise<void> | undefined;

  constructor(writer: BeatWriter, clock: Clock) {
    this.#writer = writer;
    this.#clock = clock;
  }

  /** What was committed, in order. */
  get beats(): readonly Beat[] {
    return this.#beats;
  }

  /** Beats, and goes on for two seconds from now. */
  keepUp(): void {
    this.#untilMs = this.#clock.nowMs() + LEASE_MS;
    this.#beating ??= this.#beat().finally(() => {
      this.#beating = undefined;
    });
  }

  /** Beats no more. Resolves when the last write is over. */
  async rest(): Promise<void> {
    this.#untilMs = Number.NEGATIVE_INFINITY;
    await this.#beating;
  }

  async #beat(): Promise<void> {
    while (this.#clock.nowMs() < this.#untilMs) {
      const nextMs = this.#clock.nowMs() + BEAT_EVERY_MS;
      const stampMs = Math.round(this.#clock.epochMs());
      // One that failed was not seen to be written: the next one tries anew.
      const isWritten = await this.#writer.write(stampMs).then(
        () => true,
        () => false,
      );
      if (isWritten) this.#beats.push({ stampMs, keptAtMs: this.#clock.epochMs() });
      if (this.#beats.length > BEATS_KEPT) this.#beats.shift();
      await sleep(Math.max(0, nextMs - this.#clock.nowMs()), undefined, this.#clock);
    }
    await this.#writer.close();
  }
}

const WRITE_LIMIT_MS = 2_000;
/** SQLSTATE of a server that takes no writes, such as a replica. */
const readOnlyTransaction = "25006";
const beat =
  "INSERT INTO heartbeats (id, stamp_ms) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET stamp_ms = excluded.stamp_ms";

/** Writes to a primary over a connection that is kept, and opened anew when it broke. */
export function postgresBeats(url: string): BeatWriter {
  let client: ReturnType<typeof openPostgres> | undefined;
  const close = async () => {
    const last = client;
    client = undefined;
    await last?.then((one) => one.end()).catch(() => {});
  };
  return {
    close,
    async write(stampMs) {
      client ??= openPostgres(url, { query_timeout: WRITE_LIMIT_MS });
      try {
        await (await client).query(beat, [stampMs]);
      } catch (error) {
        // A replica may be asked again on the same connection.
        if (codeOf(error) !== readOnlyTransaction) await close();
        throw error;
      }
    },
  };
}
