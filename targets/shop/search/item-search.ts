/** Finding items by the words of their names: what the shop needs, whoever looks. */
import type { ItemLine } from "../data/catalog.ts";

export interface Found {
  readonly items: readonly ItemLine[];
  /** Matches, as far as they are counted. */
  readonly total: number;
}

export interface ItemSearch {
  /** Items whose names hold every word of `words`, by id; `page` counts from 1. */
  search(words: string, page: number): Promise<Found>;
}
