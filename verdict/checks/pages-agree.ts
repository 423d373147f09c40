/** When all is quiet, caches show what the database holds, or have forgotten it: no page stays wrong. */
import type { Check } from "../check.ts";
import type { Finding, Status } from "../finding.ts";
import { count, counted, seconds } from "../telling/figures.ts";

export const pagesAgree: Check = {
  name: "pages-agree",
  title: "no page of an item stays other than the database has it",
  kind: "correctness",
  limits: {
    stalePages: {
      value: 0,
      unit: "pages",
      source: "by definition: a page may be old for as long as caches keep it, and not for longer",
    },
  },
  judge({ pages }) {
    if (pages === undefined) return [];
    const { checked, stale, differedAtFirst, watchedS, examples } = pages;
    if (checked === 0)
      return [finding("inconclusive", "no page could be held against the database when all was quiet", 0)];
    const of = counted(checked, "page");
    if (stale > 0) {
      const items = `item ${examples.join(", ")}${stale > examples.length ? ", ..." : ""}`;
      const because = `${count(stale)} of ${of} ${stale === 1 ? "shows" : "show"} something else than the database has, still ${seconds(watchedS)} after all was quiet (${items})`;
      return [finding("refuted", because, stale)];
    }
    const late =
      differedAtFirst === 0 ? "" : `, ${count(differedAtFirst)} of them only within ${seconds(watchedS)}`;
    return [finding("upheld", `all of ${of} show what the database has${late}`, 0)];
  },
};

const finding = (status: Status, because: string, observed: number): Finding => ({
  ...{ check: "pages-agree", kind: "correctness", subject: "item pages", status, because },
  ...{ observed, limit: 0, unit: "pages" },
});
