/** Pages by key: from this node's memory, else from the shared cache, else loaded once for everybody who waits. */
import type { Lru } from "./lru.ts";
import type { PageTraffic } from "./page-traffic.ts";
import type { Page, SharedCache } from "./shared-cache.ts";
import type { SingleFlight } from "./single-flight.ts";

/** What can be said about one read at one level. */
export type CacheResult = "hit" | "absent" | "miss";

/** A page that lacks something: good enough for who waits, and not worth keeping. */
export class Unkept {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }
}

export interface PageCacheOptions {
  readonly local?: { readonly lru: Lru<Page>; readonly ttlMs: number };
  readonly shared?: SharedCache;
  readonly flights?: SingleFlight<Page>;
  /** Whether "does not exist" is remembered. */
  readonly remembersAbsent: boolean;
  /** Life of "does not exist" in this node's memory; also never longer than that of a page. */
  readonly absentTtlMs: number;
  observe(level: "local" | "shared", result: CacheResult): void;
  /** Told of every page that is asked for, and of those that are loaded. */
  readonly traffic?: Pick<PageTraffic, "asked" | "load">;
}

export class PageCache {
  readonly #options: PageCacheOptions;
  /** How many pages were changed here so far. */
  #changes = 0;

  constructor(options: PageCacheOptions) {
    this.#options = options;
  }

  /** The page at once when this node has it, else a promise of it; null when it does not exist. */
  read(key: string, load: () => Promise<Page | Unkept>): Page | Promise<Page> {
    const { local, shared, flights, observe, traffic } = this.#options;
    traffic?.asked(key);
    if (local) {
      const kept = local.lru.get(key);
      observe("local", resultOf(kept));
      if (kept !== undefined) return kept;
    } else if (!shared) {
      return this.#load(key, load).then(pageIn);
    }
    return flights ? flights.run(key, () => this.#fetch(key, load)) : this.#fetch(key, load);
  }

  /** Drops the page here and in the shared cache; other nodes keep their own copy until its time is over. */
  async forget(key: string): Promise<void> {
    const { local, shared, flights } = this.#options;
    this.#changes++;
    local?.lru.delete(key);
    flights?.forget(key);
    await shared?.delete(key);
  }

  /** Puts the page that is right from now on here and into the shared cache; resolves when other nodes can find it. */
  async put(key: string, page: Page): Promise<void> {
    const { shared, flights } = this.#options;
    this.#changes++;
    flights?.forget(key);
    this.#keep(key, page);
    await shared?.set(key, page);
  }

  async #fetch(key: string, load: () => Promise<Page | Unkept>): Promise<Page> {
    const { shared, observe, remembersAbsent } = this.#options;
    const changesBefore = this.#changes;
    if (shared) {
      const found = await shared.get(key);
      observe("shared", resultOf(found));
      if (found !== undefined) {
        if (this.#changes === changesBefore) this.#keep(key, found);
        return found;
      }
    }
    const loaded = await this.#load(key, load);
    const page = pageIn(loaded);
    // What was on its way while something was changed may be the past. Changes are rare, so whose page it was does not matter.
    const mayBeKept = this.#changes === changesBefore && loaded === page;
    if (mayBeKept && (page !== null || remembersAbsent)) {
      // Nobody waits for it: the page is at hand already.
      void shared?.set(key, page);
      this.#keep(key, page);
    }
    return page;
  }

  #load(key: string, load: () => Promise<Page | Unkept>): Promise<Page | Unkept> {
    return this.#options.traffic?.load(key, load, isAbsent) ?? load();
  }

  #keep(key: string, page: Page): void {
    const { local, absentTtlMs } = this.#options;
    local?.lru.set(key, page, page === null ? Math.min(absentTtlMs, local.ttlMs) : local.ttlMs);
  }
}

const isAbsent = (loaded: Page | Unkept): boolean => pageIn(loaded) === null;

const pageIn = (loaded: Page | Unkept): Page => (loaded instanceof Unkept ? loaded.page : loaded);

function resultOf(found: Page | undefined): CacheResult {
  if (found === undefined) return "miss";
  return found === null ? "absent" : "hit";
}
