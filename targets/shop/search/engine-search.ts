/** Search by the engine: bounded in number and in time, and not asked for a while when it does not answer. */
import { type ItemLine, PAGE_LINES, SEARCH_LIMIT } from "../data/catalog.ts";
import { NotDone } from "../data/not-done.ts";
import { type Groonga, Refused } from "./groonga.ts";
import { ITEMS } from "./item-index.ts";
import type { Found, ItemSearch } from "./item-search.ts";
import { queryOf, wordsOf } from "./words.ts";

/** How long an engine that did not answer is left alone. */
const REST_MS = 1_000;
/** Searches of one node at a time: an engine that is slow must not hold all that the node may have in hand. */
const AT_A_TIME = 32;
/** Groonga's return code for a table that is not there. */
const INVALID_ARGUMENT = -22;

export type SearchOutcome = "found" | "full" | "resting" | "failed";

export class EngineSearch implements ItemSearch {
  readonly #engine: Pick<Groonga, "run">;
  readonly #nowMs: () => number;
  readonly #observe: (outcome: SearchOutcome) => void;
  #inHand = 0;
  #restsUntilMs = Number.NEGATIVE_INFINITY;

  constructor(engine: Pick<Groonga, "run">, nowMs: () => number, observe: (outcome: SearchOutcome) => void) {
    this.#engine = engine;
    this.#nowMs = nowMs;
    this.#observe = observe;
  }

  /** @throws {NotDone} when the engine is down, full, or has no index yet; nobody else is asked instead */
  async search(words: string, page: number): Promise<Found> {
    const query = queryOf(wordsOf(words));
    if (query === "") return { items: [], total: 0 };
    if (this.#nowMs() < this.#restsUntilMs)
      throw this.#no("resting", "search engine: it did not answer just now");
    if (this.#inHand >= AT_A_TIME) throw this.#no("full", `search engine: ${AT_A_TIME} searches in hand`);
    this.#inHand++;
    try {
      const found = await this.#select(query, (page - 1) * PAGE_LINES);
      this.#observe("found");
      return found;
    } catch (error) {
      this.#observe("failed");
      if (error instanceof Refused && error.code === INVALID_ARGUMENT)
        throw new NotDone("unreachable", "search engine: its index is not there yet", error);
      if (error instanceof NotDone) this.#restsUntilMs = this.#nowMs() + REST_MS;
      throw error;
    } finally {
      this.#inHand--;
    }
  }

  async #select(query: string, offset: number): Promise<Found> {
    const body = await this.#engine.run("select", {
      table: ITEMS,
      match_columns: "name",
      query,
      output_columns: "_key,name,price",
      sort_keys: "_key",
      offset,
      limit: PAGE_LINES,
      // Otherwise a search that finds nothing is widened to parts of words, which no other search here does.
      match_escalation_threshold: -1,
    });
    return foundIn(body);
  }

  #no(outcome: SearchOutcome, sentence: string): NotDone {
    this.#observe(outcome);
    return new NotDone(outcome === "full" ? "full" : "unreachable", sentence);
  }
}

/** `[[[hits], [column, ...], row, ...]]`; no more matches are counted than a search in the database looks at. */
export function foundIn(body: unknown): Found {
  const [[[hits], , ...rows]] = body as [[[number], unknown, ...[number, string, number][]]];
  const items = rows.map(([id, name, price]): ItemLine => ({ id, name, price }));
  return { items, total: Math.min(hits, SEARCH_LIMIT) };
}
