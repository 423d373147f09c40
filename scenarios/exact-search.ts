/** Searches of which is looked at what they find: whether another backend keeps to the same contract. */
import { defineScenario } from "./define-scenario.ts";
import { exactSearch } from "./operations/close-looks.ts";

export const exactSearches = defineScenario({
  name: "exact-search",
  title: "searches, each held against what was looked for",
  operations: { exact_search: exactSearch },
  mix: { exact_search: 1 },
  source: "none: it imitates nobody. All pairs of words are asked for alike",
});
