/** Finding items by the words of their names. */
import { type Answer, json } from "../http/answer.ts";
import type { Call } from "../http/call.ts";
import type { Route } from "../http/door.ts";
import type { ItemSearch } from "../search/item-search.ts";

const SEARCH_PAGES = 10;
const SEARCH_LENGTH = 64;

/** Not cached: what is asked for is too various, and whoever finds bounds its cost. */
export function searchRoutes(items: ItemSearch): readonly Route[] {
  return [
    { name: "search", method: "GET", path: "/search", isShed: true, handle: (call) => search(items, call) },
  ];
}

async function search(items: ItemSearch, call: Call): Promise<Answer> {
  const words = call.query("q")?.trim() ?? "";
  if (words === "" || words.length > SEARCH_LENGTH)
    call.problem(`q must be 1 to ${SEARCH_LENGTH} characters`);
  const number = call.page(SEARCH_PAGES);
  call.check();
  return json(200, await items.search(words, number));
}
