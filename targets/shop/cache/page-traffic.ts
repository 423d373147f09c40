/** Which pages are asked for, and which of them go on to the databases: what the caches keep off, and what they let through. */

export type LoadResult = "found" | "absent" | "failed";

/** Who counts for good; `kind` is what a key begins with: home, category, item. */
export interface LoadCounts {
  /** `isBeside`: the same page is being loaded here already, so that one look would have been enough. */
  begun(kind: string, isBeside: boolean): void;
  ended(kind: string, result: LoadResult): void;
}

export interface PageFigures {
  readonly key: string;
  /** How often it was asked for in the time that is looked back on. */
  readonly asked: number;
  /** Loads begun since the start of this node; from zero again for a page that was long not loaded. */
  readonly loads: number;
}

/** What is hot now is of interest, not what was an hour ago: asked is counted over this and the last span. */
const SPAN_MS = 2_000;
/** Pages told apart in one span, and pages whose loads are remembered: bounded, for absent ids are without number. */
const KEYS_KEPT = 20_000;

export class PageTraffic {
  readonly #counts: LoadCounts;
  readonly #nowMs: () => number;
  #spanFromMs: number;
  #asked = new Map<string, number>();
  #askedBefore = new Map<string, number>();
  readonly #loads = new Map<string, number>();
  readonly #underWay = new Map<string, number>();

  constructor(counts: LoadCounts, nowMs: () => number) {
    this.#counts = counts;
    this.#nowMs = nowMs;
    this.#spanFromMs = nowMs();
  }

  asked(key: string): void {
    this.#turnSpan();
    const count = this.#asked.get(key);
    if (count !== undefined || this.#asked.size < KEYS_KEPT) this.#asked.set(key, (count ?? 0) + 1);
  }

  /** Loads a page; `isAbsent` says of what was loaded whether it is that there is no such page. */
  async load<V>(key: string, load: () => Promise<V>, isAbsent: (loaded: V) => boolean): Promise<V> {
    const kind = kindOf(key);
    const others = this.#underWay.get(key) ?? 0;
    this.#underWay.set(key, others + 1);
    this.#remember(key);
    this.#counts.begun(kind, others > 0);
    try {
      const loaded = await load();
      this.#counts.ended(kind, isAbsent(loaded) ? "absent" : "found");
      return loaded;
    } catch (error) {
      this.#counts.ended(kind, "failed");
      throw error;
    } finally {
      const left = this.#underWay.get(key)! - 1;
      if (left === 0) this.#underWay.delete(key);
      else this.#underWay.set(key, left);
    }
  }

  /** The pages that were asked for most of late, most first. */
  hottest(count: number): readonly PageFigures[] {
    this.#turnSpan();
    const keys = new Set([...this.#askedBefore.keys(), ...this.#asked.keys()]);
    return [...keys]
      .map((key) => this.of(key))
      .sort((a, b) => b.asked - a.asked || (a.key < b.key ? -1 : 1))
      .slice(0, count);
  }

  of(key: string): PageFigures {
    this.#turnSpan();
    const asked = (this.#asked.get(key) ?? 0) + (this.#askedBefore.get(key) ?? 0);
    return { key, asked, loads: this.#loads.get(key) ?? 0 };
  }

  /** The time that `asked` looks back on, in milliseconds: one span, and as much of the next as there has been. */
  get lookedBackMs(): number {
    this.#turnSpan();
    return SPAN_MS + this.#nowMs() - this.#spanFromMs;
  }

  #turnSpan(): void {
    const nowMs = this.#nowMs();
    const spans = Math.floor((nowMs - this.#spanFromMs) / SPAN_MS);
    if (spans === 0) return;
    this.#askedBefore = spans === 1 ? this.#asked : new Map();
    this.#asked = new Map();
    this.#spanFromMs += spans * SPAN_MS;
  }

  /** Counts it and puts it last: the one that was not loaded for longest is forgotten first. */
  #remember(key: string): void {
    const loads = (this.#loads.get(key) ?? 0) + 1;
    this.#loads.delete(key);
    this.#loads.set(key, loads);
    if (this.#loads.size <= KEYS_KEPT) return;
    const [oldest] = this.#loads.keys();
    this.#loads.delete(oldest!);
  }
}

function kindOf(key: string): string {
  const end = key.indexOf(":");
  return end === -1 ? key : key.slice(0, end);
}
