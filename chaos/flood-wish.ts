/** How much of what a flood asks: `100%`, `200/s`, `50%,home`. Pure. */
import type { Random } from "../base/random.ts";
import { materials, things } from "../scenarios/operations/search-words.ts";
import type { Area } from "../targets/target.ts";
import { type AbsentWish, absentWishIn } from "./cache/absent-rate.ts";

export interface FloodPage {
  /** As applications count it. */
  readonly operation: string;
  /** Whose page it is. */
  readonly area: Area;
  /** One of many, so that caches do not answer for whoever is flooded. */
  path(random: Random): string;
}

/** Pages of a search that the shop shows (docs/shop-api.md): with all pairs of words 10,000 different ones. */
const searchPages = 10;

export const floodPages = {
  search: {
    operation: "search",
    area: "search",
    path: (random) =>
      `/search?q=${oneOf(materials, random)}%20${oneOf(things, random)}&page=${1 + random.below(searchPages)}`,
  },
  home: { operation: "home", area: "home", path: () => "/" },
} as const satisfies Readonly<Record<string, FloodPage>>;

export interface FloodWish {
  readonly rate: AbsentWish;
  readonly page: FloodPage;
}

/** Undefined when it is none. */
export function floodWishIn(word: string): FloodWish | undefined {
  const [rateWord = "", pageWord = "search", ...more] = word.split(",").map((part) => part.trim());
  const rate = absentWishIn(rateWord);
  const page = Object.entries(floodPages).find(([name]) => name === pageWord)?.[1];
  return rate === undefined || page === undefined || more.length > 0 ? undefined : { rate, page };
}

const oneOf = (words: readonly string[], random: Random): string => words[random.below(words.length)]!;
