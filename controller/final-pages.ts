/** What shoppers are shown when all is quiet, beside what the database holds: a page that never comes right was lost by its caches. */
import { type Clock, sleep } from "../base/clock.ts";
import type { Books, KeptItem } from "../targets/running-target.ts";
import type { PagesSeen } from "../verdict/evidence.ts";

export interface PagesToRead {
  readonly books: Pick<Books, "items">;
  readonly entryUrls: readonly string[];
  readonly itemIds: readonly number[];
  readonly clock: Clock;
  /** What the page of an item shows through a way in; a test hands over another. @throws when it is not answered */
  readonly show?: (entryUrl: string, itemId: number, signal: AbortSignal) => Promise<Shown | undefined>;
}

export type Shown = Pick<KeptItem, "name" | "price">;

/**
 * Where pages differ they are looked at again: when the shops' own memories have forgotten them, and when the shared cache
 * has, whose pages live for 66 s at most. Source: docs/data.md.
 */
const LOOK_AGAIN_AFTER_MS = [3_000, 67_000] as const;
/** Through each way in: a look meets one of the shops behind it. */
const LOOKS = 2;
const AT_ONCE = 8;
const PAGE_LIMIT_MS = 5_000;
const EXAMPLES = 5;

/** Undefined where the target does not tell what its database holds. */
export async function finalPages(
  { books, entryUrls, itemIds, clock, show = shownBy }: PagesToRead,
  signal: AbortSignal,
): Promise<PagesSeen | undefined> {
  const startMs = clock.nowMs();
  const looked = await lookedAt(itemIds);
  if (looked === undefined) return undefined;
  let { stale } = looked;
  const differedAtFirst = stale.length;
  for (const waitMs of LOOK_AGAIN_AFTER_MS) {
    if (stale.length === 0) break;
    await sleep(waitMs, signal, clock);
    stale = (await lookedAt(stale))?.stale ?? stale;
  }
  const watchedS = (clock.nowMs() - startMs) / 1_000;
  return {
    ...{ checked: looked.answered, differedAtFirst, stale: stale.length, watchedS },
    examples: stale.slice(0, EXAMPLES),
  };

  async function lookedAt(
    ids: readonly number[],
  ): Promise<{ readonly answered: number; readonly stale: readonly number[] } | undefined> {
    const kept = await books.items?.(ids, signal);
    if (kept === undefined) return undefined;
    const stale: number[] = [];
    let answered = 0;
    for (let from = 0; from < kept.length; from += AT_ONCE) {
      const judged = await Promise.all(kept.slice(from, from + AT_ONCE).map((item) => isStale(item)));
      for (const [index, isOld] of judged.entries()) {
        if (isOld === undefined) continue;
        answered++;
        if (isOld) stale.push(kept[from + index]!.id);
      }
    }
    return { answered, stale };
  }

  /** Whether any look shows something else; undefined when none is answered. */
  async function isStale({ id, name, price }: KeptItem): Promise<boolean | undefined> {
    const ways = entryUrls.flatMap((url) => Array<string>(LOOKS).fill(url));
    const shown = await Promise.all(ways.map((url) => show(url, id, signal).catch(() => undefined)));
    const answers = shown.flatMap((each) => each ?? []);
    if (answers.length === 0) return undefined;
    return answers.some((each) => each.name !== name || each.price !== price);
  }
}

async function shownBy(entryUrl: string, itemId: number, signal: AbortSignal): Promise<Shown | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PAGE_LIMIT_MS)]);
  const answer = await fetch(`${entryUrl}/item/${itemId}`, { signal: limit });
  if (!answer.ok) return undefined;
  return ((await answer.json()) as { readonly item: Shown }).item;
}
