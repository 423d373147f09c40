/** Looking round: home, category, item. */

import type { Page } from "../cache/shared-cache.ts";
import { type Answer, absent, page, sharedPage } from "../http/answer.ts";
import type { Route } from "../http/door.ts";
import type { Shelf } from "../shelf.ts";

const CATEGORY_PAGES = 50;

export function browseRoutes(shelf: Shelf): readonly Route[] {
  return [
    {
      name: "home",
      method: "GET",
      path: "/",
      isShed: true,
      handle: () => answer(shelf.homePage(), sharedPage),
    },
    {
      name: "list",
      method: "GET",
      path: "/category/:id",
      isShed: true,
      handle(call) {
        const id = call.id();
        const number = call.page(CATEGORY_PAGES);
        call.check();
        return answer(shelf.categoryPage(id, number), sharedPage);
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
  ];
}

/** At once when the page is at hand: hot pages cost no promise. */
function answer(found: Page | Promise<Page>, show = page): Answer | Promise<Answer> {
  return found instanceof Promise ? found.then((one) => shown(one, show)) : shown(found, show);
}

const shown = (found: Page, show: typeof page) => (found === null ? absent : show(found));
