/** Which pages are asked for most at this node, and how often they went on to the databases: for people and their tools. */
import type { PageTraffic } from "../cache/page-traffic.ts";
import { json } from "../http/answer.ts";
import type { Route } from "../http/door.ts";

const LONGEST_LIST = 100;
const USUAL_LIST = 10;

export function hotPageRoutes(traffic: PageTraffic): readonly Route[] {
  return [
    {
      name: "hot_pages",
      method: "GET",
      path: "/hot-pages",
      isShed: false,
      handle(call) {
        const count = call.wholeQuery("of", LONGEST_LIST) ?? USUAL_LIST;
        const named = call.query("keys")?.split(",");
        if (named !== undefined && named.length > LONGEST_LIST)
          call.problem(`keys names ${named.length} pages; at most ${LONGEST_LIST}`);
        call.check();
        const pages = named?.map((key) => traffic.of(key)) ?? traffic.hottest(count);
        return json(200, { pages, lookedBackMs: Math.round(traffic.lookedBackMs) });
      },
    },
  ];
}
