/** The words of a search as the engine understands them. Pure. */

/** Letters and digits of any script; everything else separates. */
const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/** What was typed, as words; none when it holds no letter and no digit. */
export function wordsOf(typed: string): readonly string[] {
  return typed.match(WORD) ?? [];
}

/**
 * A query that asks for all of the words. Each is a phrase of its own, so nothing in it can be an operator; of a word
 * in a script without spaces the engine finds any part of a name, as its pairs of characters follow each other there.
 * Source: "Query syntax" of the Groonga manual.
 */
export function queryOf(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(" ");
}
