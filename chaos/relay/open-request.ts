/** What went to a callee since it last said something: whether it owes an answer, and to what. */

/** Of one request; its kind, path or statement stands at its beginning. Our choice. */
const KEPT_BYTES = 4_096;

export class OpenRequest {
  #isOpen = false;
  #keepsWords = false;
  /** What went out, as far as it is kept: one byte, one character, so that words are found across pieces. */
  #words = "";

  /** Words are only kept while a fault asks for some. */
  keepWords(keepsWords: boolean): void {
    this.#keepsWords = keepsWords;
    if (!keepsWords) this.#words = "";
  }

  goes(chunk: Buffer): void {
    this.#isOpen = true;
    const room = KEPT_BYTES - this.#words.length;
    if (this.#keepsWords && room > 0) this.#words += chunk.toString("latin1", 0, room);
  }

  isAnswered(): void {
    this.#isOpen = false;
    this.#words = "";
  }

  /** Whether a request is not answered yet, in which these words stand where some are asked for. */
  awaits(asked?: string): boolean {
    return this.#isOpen && (asked === undefined || this.#words.includes(asked));
  }
}
