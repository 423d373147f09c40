/** How long a change of the catalogue is not found by search: changed as a shopkeeper does it, looked for as a shopper does. */
import type { Mend } from "./mend.ts";

export interface SearchLagParts {
  /** Front door of the target. */
  readonly url: string;
  readonly itemId: number;
  nowMs(): number;
  /** A word that is in no name yet. */
  newWord(): string;
  readonly ask?: typeof fetch;
}

/** One change, from when it was acknowledged to when a search found it, or until now. */
export interface ChangeSeen {
  readonly lagMs: number;
  readonly isFound: boolean;
}

const LIMIT_MS = 5_000;

export class SearchLag {
  readonly #parts: SearchLagParts;
  readonly #name: string;
  #waiting: { readonly word: string; readonly sinceMs: number } | undefined;

  private constructor(parts: SearchLagParts, name: string) {
    this.#parts = parts;
    this.#name = name;
  }

  /** @throws when the item cannot be read */
  static async of(parts: SearchLagParts): Promise<SearchLag> {
    const { url, itemId, ask = fetch } = parts;
    const answer = await ask(`${url}/item/${itemId}`, { signal: AbortSignal.timeout(LIMIT_MS) });
    if (answer.status !== 200) throw new Error(`item ${itemId} was answered with ${answer.status}`);
    const { item } = (await answer.json()) as { item: { name: string } };
    return new SearchLag(parts, item.name);
  }

  /** The item gets the name again that it had. */
  get mend(): Mend {
    const { url, itemId } = this.#parts;
    const body = JSON.stringify({ itemId, name: this.#name });
    return { mend: "http", method: "POST", url: `${url}/admin/item`, body, limitMs: LIMIT_MS };
  }

  /**
   * Looks for the change that was made last; when it was found, or there was none, it makes another.
   * @throws when the shop does not answer as it should
   */
  async look(): Promise<ChangeSeen | undefined> {
    if (this.#waiting === undefined) {
      this.#waiting = await this.#change();
      return undefined;
    }
    const { word, sinceMs } = this.#waiting;
    const isFound = await this.#finds(word);
    if (isFound) this.#waiting = undefined;
    return { lagMs: this.#parts.nowMs() - sinceMs, isFound };
  }

  /** What was changed is no longer looked for. */
  forget(): void {
    this.#waiting = undefined;
  }

  async #change(): Promise<{ readonly word: string; readonly sinceMs: number }> {
    const { url, itemId, nowMs, newWord, ask = fetch } = this.#parts;
    const word = newWord();
    const answer = await ask(`${url}/admin/item`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ itemId, name: `${this.#name} ${word}` }),
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    await answer.arrayBuffer();
    if (answer.status !== 200)
      throw new Error(`a change of item ${itemId} was answered with ${answer.status}`);
    return { word, sinceMs: nowMs() };
  }

  async #finds(word: string): Promise<boolean> {
    const { url, ask = fetch } = this.#parts;
    const answer = await ask(`${url}/search?q=${word}`, { signal: AbortSignal.timeout(LIMIT_MS) });
    if (answer.status !== 200) throw new Error(`a search was answered with ${answer.status}`);
    const { total } = (await answer.json()) as { total: number };
    return total > 0;
  }
}
