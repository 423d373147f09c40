/** Marks written to a Redis again and again, each acknowledged: what is found of them later says which writes were lost. */
import type { Redis } from "ioredis";
import { type Clock, sleep } from "../../base/clock.ts";
import { withRedis } from "../stores/redis.ts";

const KEY = "stagebench:written";
const EVERY_MS = 20;
/** Gone by itself, should nobody take it away. */
const LIFE_S = 60;

export class WriteMarks {
  readonly #address: string;
  readonly #clock: Clock;
  /** When each was acknowledged, by its number from 1. */
  readonly #ackedAtMs: number[] = [];
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(address: string, clock: Clock) {
    this.#address = address;
    this.#clock = clock;
  }

  /** Until it is stopped, or a write is not acknowledged. */
  start(): void {
    this.#running = withRedis(this.#address, (redis) => this.#write(redis)).catch(() => {});
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  get acknowledged(): number {
    return this.#ackedAtMs.length;
  }

  /** How long the writes were acknowledged for that are not there; undefined while nobody answers. */
  async lost(): Promise<{ readonly marks: number; readonly forMs: number } | undefined> {
    const found = await withRedis(this.#address, (redis) => redis.get(KEY)).catch(() => undefined);
    if (found === undefined) return undefined;
    return lostSince(this.#ackedAtMs, found === null ? 0 : Number(found));
  }

  async remove(): Promise<void> {
    await withRedis(this.#address, (redis) => redis.del(KEY));
  }

  async #write(redis: Redis): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await redis.set(KEY, this.#ackedAtMs.length + 1, "EX", LIFE_S);
      this.#ackedAtMs.push(this.#clock.nowMs());
      await sleep(EVERY_MS, this.#stop.signal, this.#clock);
    }
  }
}

/** @param found number of the mark that is there */
export function lostSince(
  ackedAtMs: readonly number[],
  found: number,
): { readonly marks: number; readonly forMs: number } {
  const marks = ackedAtMs.length - found;
  if (marks <= 0) return { marks: 0, forMs: 0 };
  const [from = 0, to = 0] = [ackedAtMs[Math.max(0, found - 1)], ackedAtMs.at(-1)];
  return { marks, forMs: to - from };
}
