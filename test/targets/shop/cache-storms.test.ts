/** The three ways in which caches let a crowd through to the database, with their guards on and off, in simulated time. */
import { describe, expect, test } from "vitest";
import { Random } from "../../../base/random.ts";
import { Lru } from "../../../targets/shop/cache/lru.ts";
import { PageCache } from "../../../targets/shop/cache/page-cache.ts";
import { type Page, type PageStore, sharedCache } from "../../../targets/shop/cache/shared-cache.ts";
import { SingleFlight } from "../../../targets/shop/cache/single-flight.ts";

const SEED = 7;
/** Lives as the stages have them. */
const LIFE_S = 60;
const LOCAL_S = 2;
const ABSENT_S = 2;
const JITTER = 0.1;

/** A shop node's caches over a Redis in memory, and a database that counts the looks into it, second by second. */
class Storm {
  nowMs = 0;
  /** Looks into the database in each of the first two minutes' seconds. */
  readonly looksBySecond = new Array<number>(120).fill(0);
  readonly #kept = new Map<string, { text: string; untilMs: number }>();
  readonly #cache: PageCache;

  constructor(areGuardsOn: boolean) {
    const random = new Random(SEED);
    this.#cache = new PageCache({
      local: { lru: new Lru<Page>(5_000, () => this.nowMs), ttlMs: LOCAL_S * 1_000 },
      shared: sharedCache({
        redis: this.#redis(),
        ttlS: LIFE_S,
        absentTtlS: ABSENT_S,
        jitterRatio: areGuardsOn ? JITTER : 0,
        log: { info: () => {}, error: () => {} },
        random: () => random.next(),
      }),
      ...(areGuardsOn && { flights: new SingleFlight<Page>() }),
      remembersAbsent: areGuardsOn,
      absentTtlMs: ABSENT_S * 1_000,
      observe: () => {},
    });
  }

  get looks(): number {
    return this.looksBySecond.reduce((sum, looks) => sum + looks, 0);
  }

  async read(key: string, page: Page): Promise<Page> {
    return this.#cache.read(key, async () => {
      this.looksBySecond[Math.floor(this.nowMs / 1_000)]! += 1;
      return page;
    });
  }

  #redis(): PageStore {
    return {
      get: async (key) => {
        const found = this.#kept.get(key);
        return found && found.untilMs > this.nowMs ? found.text : null;
      },
      set: async (key, text, _, lifeMs) => this.#kept.set(key, { text, untilMs: this.nowMs + lifeMs }),
      del: async (key) => this.#kept.delete(key),
    };
  }
}

describe("penetration: somebody asks over and over for what does not exist", () => {
  test.each([
    { guards: "off", least: 1_000, most: 1_000, why: "each question passes through" },
    { guards: "on", least: 1, most: 5, why: "no more than one in two seconds does" },
  ])("with guards $guards $why", async ({ guards, least, most }) => {
    const storm = new Storm(guards === "on");
    for (let asked = 0; asked < 1_000; asked++) {
      storm.nowMs = asked * 10;
      expect(await storm.read("item:404", null)).toBeNull();
    }
    expect(storm.looks).toBeGreaterThanOrEqual(least);
    expect(storm.looks).toBeLessThanOrEqual(most);
  });

  test("an absent id that nobody asked for before passes through whatever the guards", async () => {
    const storm = new Storm(true);
    for (let id = 0; id < 1_000; id++) await storm.read(`item:${id}`, null);
    expect(storm.looks).toBe(1_000);
  });
});

describe("breakdown: the page everybody reads expires", () => {
  test.each([
    { guards: "off", looks: 200, why: "all who ask at that moment go to the database" },
    { guards: "on", looks: 1, why: "one does, and the others wait for him" },
  ])("with guards $guards $why", async ({ guards, looks }) => {
    const storm = new Storm(guards === "on");
    await storm.read("item:1", "page");
    storm.nowMs = LIFE_S * (1 + JITTER) * 1_000 + 1_000;
    const crowd = Array.from({ length: 200 }, () => storm.read("item:1", "page"));
    expect(new Set(await Promise.all(crowd))).toEqual(new Set(["page"]));
    expect(storm.looksBySecond[67]).toBe(looks);
  });
});

describe("avalanche: a thousand pages that were cached together are read every second", () => {
  async function worstAfterTheFirst(guards: "on" | "off"): Promise<{ worst: number; looks: number }> {
    const storm = new Storm(guards === "on");
    for (let second = 0; second < 75; second++) {
      storm.nowMs = second * 1_000;
      for (let page = 0; page < 1_000; page++) await storm.read(`item:${page}`, "page");
    }
    const { looksBySecond, looks } = storm;
    expect(looksBySecond[0]).toBe(1_000);
    return { worst: Math.max(...looksBySecond.slice(1)), looks };
  }

  test("with guards off they expire together, in one second", async () => {
    expect(await worstAfterTheFirst("off")).toEqual({ worst: 1_000, looks: 2_000 });
  });

  test("with guards on the same work is spread over twelve seconds", async () => {
    const { worst, looks } = await worstAfterTheFirst("on");
    expect(looks).toBe(2_000);
    // A page is asked for again when the local copy is over, every second second: a sixth of the pages each time.
    expect(worst).toBeLessThan(250);
  });
});
