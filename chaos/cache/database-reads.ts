/** How often shops go on to their databases for a page, by their own counters: what a fault of the cache comes to. */
import { fetch } from "undici";
import type { Clock } from "../../base/clock.ts";

/** Sums over the shops, since their start. */
export interface ReadsSeen {
  /** Instant of the clock. */
  readonly atMs: number;
  /** Pages asked of the databases. */
  readonly loads: number;
  /** Of these, those begun while the same shop was loading the same page already. */
  readonly beside: number;
  /** Loads that found that there is no such page. */
  readonly absent: number;
  /** Requests for an item that were answered with 404. */
  readonly absentAnswers: number;
  /** Look-ups in the shared cache, and those that found nothing. */
  readonly lookUps: number;
  readonly misses: number;
}

export type Counters = Omit<ReadsSeen, "atMs">;

/** A shop without CPU to spare may take a while; longer than this it counts as it did before. */
const ASK_LIMIT_MS = 2_000;

export class DatabaseReads {
  readonly #clock: Clock;
  readonly #shops: readonly { readonly name: string; readonly address: string }[];
  /** A shop that was started again counts from zero; what it had counted before stays. */
  readonly #before = new Map<string, Counters>();
  readonly #last = new Map<string, Counters>();

  constructor(shops: readonly { readonly name: string; readonly address: string }[], clock: Clock) {
    this.#shops = shops;
    this.#clock = clock;
  }

  /** How many shops are asked. */
  get shops(): number {
    return this.#shops.length;
  }

  /** @throws when no shop tells */
  async now(): Promise<ReadsSeen> {
    const told = await Promise.allSettled(this.#shops.map((shop) => this.#ask(shop)));
    const failure = told.find((each) => each.status === "rejected");
    if (failure !== undefined && told.every(({ status }) => status === "rejected")) throw failure.reason;
    const all = this.#shops.map(({ name }) =>
      add(this.#before.get(name) ?? none, this.#last.get(name) ?? none),
    );
    return { ...all.reduce(add, none), atMs: this.#clock.nowMs() };
  }

  async #ask({ name, address }: { readonly name: string; readonly address: string }): Promise<void> {
    const answer = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(ASK_LIMIT_MS) });
    if (!answer.ok) throw new Error(`${name} answered ${answer.status} when asked for its counters`);
    const seen = countersIn(await answer.text());
    const last = this.#last.get(name);
    if (last !== undefined && seen.loads < last.loads)
      this.#before.set(name, add(this.#before.get(name) ?? none, last));
    this.#last.set(name, seen);
  }
}

const none: Counters = { loads: 0, beside: 0, absent: 0, absentAnswers: 0, lookUps: 0, misses: 0 };

/** The counters in a page of Prometheus text. Pure. */
export function countersIn(text: string): Counters {
  const counted: Record<keyof Counters, number> = { ...none };
  for (const line of text.split("\n")) {
    const [, name, labels = "", value] = /^(shop_[a-z_]+)\{([^}]*)\} (\S+)$/.exec(line) ?? [];
    const count = Number(value);
    switch (name) {
      case "shop_page_loads_begun_total":
        counted.loads += count;
        break;
      case "shop_page_loads_beside_total":
        counted.beside += count;
        break;
      case "shop_page_loads_total":
        if (labels.includes('result="absent"')) counted.absent += count;
        break;
      case "shop_requests_total":
        if (labels.includes('operation="detail"') && labels.includes('status="404"'))
          counted.absentAnswers += count;
        break;
      case "shop_cache_reads_total":
        if (!labels.includes('level="shared"')) break;
        counted.lookUps += count;
        if (labels.includes('result="miss"')) counted.misses += count;
        break;
      default:
    }
  }
  return counted;
}

function add(one: Counters, other: Counters): Counters {
  return combine(one, other, (a, b) => a + b);
}

/** What was counted from one look to a later one. */
export function between(from: ReadsSeen, to: ReadsSeen): Counters & { readonly spanS: number } {
  return { ...combine(to, from, (a, b) => a - b), spanS: (to.atMs - from.atMs) / 1_000 };
}

function combine(one: Counters, other: Counters, how: (a: number, b: number) => number): Counters {
  return {
    loads: how(one.loads, other.loads),
    beside: how(one.beside, other.beside),
    absent: how(one.absent, other.absent),
    absentAnswers: how(one.absentAnswers, other.absentAnswers),
    lookUps: how(one.lookUps, other.lookUps),
    misses: how(one.misses, other.misses),
  };
}
