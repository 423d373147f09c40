/** Looking round: home, category, item, search. */

import type { Page } from "../cache/shared-cache.ts";
import { type Answer, absent, page } from "../http/answer.ts";
import type { Call } from "../http/call.ts";
import type { Route } from "../http/door.ts";
import type { Shelf } from "../shelf.ts";

const CATEGORY_PAGES = 50;
const SEARCH_PAGES = 10;
const SEARCH_LENGTH = 64;

export function browseRoutes(shelf: Shelf): readonly Route[] {
  return [
    { name: "home", method: "GET", path: "/", isShed: true, handle: () => answer(shelf.homePage()) },
    {
      name: "list",
      method: "GET",
      path: "/category/:id",
      isShed: true,
      handle(call) {
        const id = call.id();
        const number = call.page(CATEGORY_PAGES);
        call.check();
        return answer(shelf.categoryPage(id, number));
      },
    },
    {
      name: "detail",
      method: "GET",
      path: "/item/:id",
      isShed: true,
      handle(call) {
        const id = call.id();
        call.check();
        return answer(shelf.itemPage(id));
      },
    },
    { name: "search", method: "GET", path: "/search", isShed: true, handle: (call) => search(shelf, call) },
  ];
}

async function search(shelf: Shelf, call: Call): Promise<Answer> {
  const words = call.query("q")?.trim() ?? "";
  if (words === "" || words.length > SEARCH_LENGTH)
    call.problem(`q must be 1 to ${SEARCH_LENGTH} characters`);
  const number = call.page(SEARCH_PAGES);
  call.check();
  return page(await shelf.searchPage(words, number));
}

/** At once when the page is at hand: hot pages cost no promise. */
function answer(found: Page | Promise<Page>): Answer | Promise<Answer> {
  return found instanceof Promise ? found.then(pageOrAbsent) : pageOrAbsent(found);
}

const pageOrAbsent = (found: Page) => (found === null ? absent : page(found));
