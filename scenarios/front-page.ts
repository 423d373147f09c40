/** Everybody asks for the one page that everybody asks for: what becomes of it when it ends in the caches. */
import { defineScenario } from "./define-scenario.ts";
import { home } from "./operations/reading.ts";

export const frontPage = defineScenario({
  name: "front-page",
  title: "the home page, and nothing else",
  operations: { home },
  mix: { home: 1 },
  source: "none: it imitates nobody. Of one page only the first moments of a sale know as many questions",
});
