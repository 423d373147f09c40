/** Whether pages that ended in a cache are read from the databases again, by what each shop counts of each of them. */
import { hottestAt, namedAt, type Shop } from "./hot-pages.ts";

/** In one question. Source: LONGEST_LIST in targets/shop/handlers/hot-pages.ts. */
const MOST_NAMED = 100;
/**
 * Of each shop at one look. Of a small share of the pages none may be one that many ask for, and of a hundred others it may
 * take long until one is read; ten questions are no load. Our choice.
 */
const MOST_QUESTIONS = 10;

interface CountedAt {
  readonly shop: Shop;
  readonly loads: ReadonlyMap<string, number>;
}

export class RereadPages {
  readonly #before: readonly CountedAt[];

  private constructor(before: readonly CountedAt[]) {
    this.#before = before;
  }

  /**
   * Takes down how often each was read so far, of the first thousand. A shop that does not answer is left out, and so is what
   * it would have read. Never rejects.
   */
  static async begin(shops: readonly Shop[], pages: readonly string[]): Promise<RereadPages> {
    const before = await answered(shops, async (shop) => {
      const loads = new Map<string, number>();
      for (const some of questions(pages))
        for (const told of await namedAt(shop, some)) loads.set(told.key, told.loads);
      return { shop, loads };
    });
    return new RereadPages(before);
  }

  /**
   * How often shops have begun since to read some of those pages from their databases; by the first question of each shop to
   * which the answer is more than never.
   */
  async again(pages: ReadonlySet<string>): Promise<number> {
    const loads = await answered(this.#before, async ({ shop, loads: before }) => {
      for (const some of questions([...before.keys()].filter((key) => pages.has(key)))) {
        const since = loadsSince(before, await namedAt(shop, some));
        if (since > 0) return since;
      }
      return 0;
    });
    return loads.reduce((sum, each) => sum + each, 0);
  }
}

/** The pages that are asked for most at any of the shops; of shops that answer. */
export async function hottestNow(shops: readonly Shop[]): Promise<ReadonlySet<string>> {
  const told = await answered(shops, hottestAt);
  return new Set(told.flat().map(({ key }) => key));
}

/** Of those that were counted before. A shop that was started again counts from zero. Pure. */
export function loadsSince(
  before: ReadonlyMap<string, number>,
  now: readonly { readonly key: string; readonly loads: number }[],
): number {
  return now.reduce((sum, { key, loads }) => {
    const then = before.get(key);
    if (then === undefined) return sum;
    return sum + (loads < then ? loads : loads - then);
  }, 0);
}

const questions = (pages: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.min(MOST_QUESTIONS, Math.ceil(pages.length / MOST_NAMED)) }, (_, at) =>
    pages.slice(at * MOST_NAMED, (at + 1) * MOST_NAMED),
  );

async function answered<A, B>(asked: readonly A[], ask: (each: A) => Promise<B>): Promise<readonly B[]> {
  const answers = await Promise.allSettled(asked.map(ask));
  return answers.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
}
