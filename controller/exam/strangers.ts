/** Words that an exam does not know, each once. */
export const strangersAmong = (words: readonly string[], known: readonly string[]): readonly string[] => [
  ...new Set(words.filter((word) => !known.includes(word))),
];
