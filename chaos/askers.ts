/** Shoppers whom nobody planned: an open loop of its own, beside the agents and never faster than it says. */
import { Pool } from "undici";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";

export interface AskersParts {
  /** Origins; asked in turn. */
  readonly urls: readonly string[];
  readonly ratePerS: number;
  /** Path of the next request. */
  path(): string;
  readonly clock: Clock;
  readonly random: Random;
  /** One request; a test hands over another. Resolves with the status, rejects when there was no answer. */
  readonly ask?: (url: string, path: string) => Promise<number>;
}

export interface AskersSeen {
  /** Requests that were due. */
  readonly due: number;
  readonly sent: number;
  /** Due, and not sent: as many as may be under way were under way. */
  readonly heldBack: number;
  /** Answered 200. */
  readonly fine: number;
  /** Answered 404: they came through to a shop, which has no such item. */
  readonly absent: number;
  /** Answered otherwise than 404; those that were fine are among them. */
  readonly other: number;
  /** No answer in time, or a broken connection. */
  readonly failed: number;
  /** The latest start of a request after it was due, milliseconds. */
  readonly latestMs: number;
  readonly spanS: number;
}

/** Requests under way at the same time; what is due above it is not begun, so that nothing piles up without end. */
const MOST_UNDER_WAY = 256;
const ANSWER_LIMIT_MS = 5_000;
const LOOK_EVERY_MS = 5;

export class Askers {
  readonly #parts: AskersParts;
  readonly #pools: ReadonlyMap<string, Pool>;
  #cancel: (() => void) | undefined;
  #startMs: number | undefined;
  #stopMs: number | undefined;
  #nextMs = 0;
  #underWay = 0;
  #seen = { due: 0, sent: 0, heldBack: 0, fine: 0, absent: 0, other: 0, failed: 0, latestMs: 0 };

  constructor(parts: AskersParts) {
    this.#parts = parts;
    const limits = {
      connections: MOST_UNDER_WAY,
      headersTimeout: ANSWER_LIMIT_MS,
      bodyTimeout: ANSWER_LIMIT_MS,
    };
    this.#pools = new Map(
      parts.ask === undefined ? parts.urls.map((url) => [url, new Pool(url, limits)] as const) : [],
    );
  }

  start(): void {
    if (this.#startMs !== undefined) return;
    this.#startMs = this.#parts.clock.nowMs();
    this.#nextMs = this.#startMs + this.#gapMs();
    this.#goOn();
  }

  /** No further request is begun; those under way are given up. Idempotent. */
  async stop(): Promise<void> {
    this.#stopMs ??= this.#parts.clock.nowMs();
    this.#cancel?.();
    this.#cancel = undefined;
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy().catch(() => {})));
  }

  get isAsking(): boolean {
    return this.#cancel !== undefined || this.#underWay > 0;
  }

  get seen(): AskersSeen {
    const endMs = this.#stopMs ?? this.#parts.clock.nowMs();
    return { ...this.#seen, spanS: this.#startMs === undefined ? 0 : (endMs - this.#startMs) / 1_000 };
  }

  #goOn(): void {
    const { clock } = this.#parts;
    this.#cancel = clock.after(LOOK_EVERY_MS, () => {
      const nowMs = clock.nowMs();
      for (; this.#nextMs <= nowMs; this.#nextMs += this.#gapMs()) this.#begin(nowMs - this.#nextMs);
      if (this.#stopMs === undefined) this.#goOn();
    });
  }

  #begin(lateMs: number): void {
    const { urls, path } = this.#parts;
    const turn = this.#seen.due++;
    if (this.#underWay >= MOST_UNDER_WAY) {
      this.#seen.heldBack++;
      return;
    }
    this.#seen.sent++;
    this.#seen.latestMs = Math.max(this.#seen.latestMs, lateMs);
    this.#underWay++;
    this.#ask(urls[turn % urls.length]!, path())
      .then(
        (status) => this.#count(status),
        () => this.#stopMs === undefined && this.#seen.failed++,
      )
      .finally(() => this.#underWay--);
  }

  #count(status: number): void {
    this.#seen[status === 404 ? "absent" : "other"]++;
    if (status === 200) this.#seen.fine++;
  }

  async #ask(url: string, path: string): Promise<number> {
    const { ask } = this.#parts;
    if (ask !== undefined) return ask(url, path);
    const { statusCode, body } = await this.#pools.get(url)!.request({ method: "GET", path });
    await body.dump();
    return statusCode;
  }

  /** Arrivals of people who do not know of each other. */
  #gapMs(): number {
    return this.#parts.random.exponential(1_000 / this.#parts.ratePerS);
  }
}
