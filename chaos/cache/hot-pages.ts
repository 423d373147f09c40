/** Which pages are asked for most, by what the shops tell: their own memory keeps these from the shared cache, which cannot know. */
import { fetch } from "undici";
import { z } from "zod";

export interface HotPage {
  readonly key: string;
  /** At all shops together. */
  readonly askedPerS: number;
  /** How often shops have asked their databases for it since they started. */
  readonly loads: number;
}

const shape = z.object({
  pages: z.array(z.object({ key: z.string(), asked: z.number(), loads: z.number() })),
  lookedBackMs: z.number().min(1),
});

export type HotPagesTold = z.infer<typeof shape>;

export interface Shop {
  readonly name: string;
  readonly address: string;
}

/** As one shop tells it. */
type Told = HotPagesTold["pages"];

const ASK_LIMIT_MS = 2_000;
/** Of each shop; those that are hot at all shops together are hot at one of them. */
const ASKED_FOR = 50;

/** Most first, at most `count`; none when nobody asks for any. */
export async function hottestPages(shops: readonly Shop[], count: number): Promise<readonly HotPage[]> {
  const told = await Promise.all(shops.map((shop) => ask(shop, `of=${ASKED_FOR}`)));
  return together(told)
    .filter(({ askedPerS }) => askedPerS > 0)
    .slice(0, count);
}

/** The same of pages by name. */
export async function pagesNamed(
  shops: readonly Shop[],
  keys: readonly string[],
): Promise<readonly HotPage[]> {
  return together(await Promise.all(shops.map((shop) => ask(shop, namesAsked(keys)))));
}

/** Those that are asked for most at one shop. @throws when it does not tell */
export const hottestAt = async (shop: Shop): Promise<Told> => (await ask(shop, `of=${ASKED_FOR}`)).pages;

/** The pages of these names at one shop. @throws when it does not tell */
export const namedAt = async (shop: Shop, keys: readonly string[]): Promise<Told> =>
  (await ask(shop, namesAsked(keys))).pages;

const namesAsked = (keys: readonly string[]) => `keys=${keys.map(encodeURIComponent).join(",")}`;

/** Sums over the shops. Pure. */
export function together(told: readonly HotPagesTold[]): readonly HotPage[] {
  const pages = new Map<string, HotPage>();
  for (const { pages: some, lookedBackMs } of told) {
    for (const { key, asked, loads } of some) {
      const { askedPerS, loads: before } = pages.get(key) ?? { askedPerS: 0, loads: 0 };
      pages.set(key, { key, askedPerS: askedPerS + asked / (lookedBackMs / 1_000), loads: before + loads });
    }
  }
  return [...pages.values()].sort((a, b) => b.askedPerS - a.askedPerS || (a.key < b.key ? -1 : 1));
}

async function ask({ name, address }: Shop, query: string): Promise<HotPagesTold> {
  const answer = await fetch(`http://${address}/hot-pages?${query}`, {
    signal: AbortSignal.timeout(ASK_LIMIT_MS),
  });
  if (!answer.ok) throw new Error(`${name} answered ${answer.status} when asked for its hot pages`);
  return shape.parse(await answer.json());
}
