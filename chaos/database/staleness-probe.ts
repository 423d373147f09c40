/** How far behind reads are at this moment: a heartbeat is written to the primary, and read where shoppers read. */
import { type Clock, sleep } from "../../base/clock.ts";
import type { DataPart } from "./databases.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { type BeatRead, type StalenessSeen, stalenessMs } from "./staleness.ts";

/** One read of the heartbeat: null before it was written, undefined where this reader has no way to it. @throws when it got no answer */
export type BeatReader = () => Promise<number | null | undefined>;

export interface StalenessProbeParts {
  readonly heartbeat: Heartbeat;
  /** One for every way into the target. */
  readonly throughShop: readonly BeatReader[];
  /** For replicas from which no application reads by itself. */
  readonly atReplica: BeatReader;
  readonly clock: Clock;
}

/** Reads go round the replicas, each shop by itself: so many meet every one of them but for odd luck. */
const READS = 8;
const READ_LIMIT_MS = 1_000;
const FIRST_BEAT_LIMIT_MS = 3_000;
const WAIT_MS = 20;

export class StalenessProbe {
  readonly #parts: StalenessProbeParts;

  constructor(parts: StalenessProbeParts) {
    this.#parts = parts;
  }

  /**
   * How old each of several reads is, made at once. The heartbeat goes on for two seconds after it.
   * @throws {Error} when nothing could be written or read
   */
  async look(): Promise<StalenessSeen> {
    const { throughShop, atReplica } = this.#parts;
    await this.#firstBeat();
    const shop = await this.#read(throughShop.flatMap((reader) => Array<BeatReader>(READS).fill(reader)));
    if (shop.length > 0) return { readsMs: shop, how: "through the shop" };
    const direct = await this.#read([atReplica]);
    return { readsMs: direct, how: "at the replica itself (no application reads it by itself)" };
  }

  /**
   * As `look`, to tell whether it is over: where the way in is shut, by whatever else goes on, at the replica itself.
   * Undefined where nothing can be written, or nobody answers there either.
   */
  async lookBack(): Promise<StalenessSeen | undefined> {
    try {
      return await this.look();
    } catch {
      const { atReplica, heartbeat } = this.#parts;
      if (heartbeat.beats.length === 0) return undefined;
      const readsMs = await this.#read([atReplica]).catch(() => undefined);
      return readsMs && { readsMs, how: "at the replica itself (no shop answered)" };
    }
  }

  /** Ends the heartbeat. */
  async rest(): Promise<void> {
    await this.#parts.heartbeat.rest();
  }

  /** None where all of them have no way there. */
  async #read(readers: readonly BeatReader[]): Promise<readonly number[]> {
    const reads = await Promise.allSettled(readers.map((reader) => this.#readOne(reader)));
    const answered = reads.flatMap((read) => (read.status === "fulfilled" ? [read.value] : []));
    const failed = reads.find((read) => read.status === "rejected");
    if (answered.length === 0 && failed !== undefined) throw failed.reason;
    const { beats } = this.#parts.heartbeat;
    return answered.flatMap((read) => (read === undefined ? [] : [stalenessMs(read, beats)]));
  }

  async #readOne(reader: BeatReader): Promise<BeatRead | undefined> {
    const askedAtMs = this.#parts.clock.epochMs();
    const stampMs = await reader();
    return stampMs === undefined ? undefined : { askedAtMs, stampMs };
  }

  async #firstBeat(): Promise<void> {
    const { heartbeat, clock } = this.#parts;
    const untilMs = clock.nowMs() + FIRST_BEAT_LIMIT_MS;
    for (;;) {
      heartbeat.keepUp();
      if (heartbeat.beats.length > 0) return;
      if (clock.nowMs() >= untilMs) throw new Error("the heartbeat could not be written to the primary");
      await sleep(WAIT_MS, undefined, clock);
    }
  }
}

/** Through a way into the target: the shop's own choice of replicas. */
export function readThrough(entryUrl: string, { holds, shard }: DataPart): BeatReader {
  return async () => {
    const answer = await fetch(`${entryUrl}/audit/heartbeat?holds=${holds}&shard=${shard}`, {
      signal: AbortSignal.timeout(READ_LIMIT_MS),
    });
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`the heartbeat was answered with status ${answer.status}`);
    return ((await answer.json()) as { readonly stampMs: number | null }).stampMs;
  };
}
