/** The pages everybody asks for end in the cache, at the height of the demand. */
import { sleep } from "../../base/clock.ts";
import { DatabaseReads } from "../cache/database-reads.ts";
import { hottestPages, pagesNamed } from "../cache/hot-pages.ts";
import { endAt, livesOf, pageKey, serverNowMs } from "../cache/page-keys.ts";
import { pageServer, shopsOf } from "../cache/page-servers.ts";
import { loadsSince } from "../cache/reread-pages.ts";
import { rounded } from "../cache/stampede.ts";
import { StampedeWatch } from "../cache/stampede-watch.ts";
import type { Fault } from "../fault.ts";
import { withRedis } from "../stores/redis.ts";
import { untilDue } from "../until-due.ts";

/** Shops count what is asked for over the last two to four seconds. */
const LEAD_S = 3;
const MOST_PAGES = 50;
/** Shops keep pages in their own memory for two seconds; after another one each has missed it. */
const COUNTED_S = 3;

export const breakdown: Fault = {
  name: "breakdown",
  does: "lets the pages that are asked for most, as the shops count them just before, end in the cache",
  place: "node",
  only: pageServer,
  value: { means: "how many pages, the hottest first", usual: "1" },
  lasts: "once",
  undo: "irreversible",
  plan: ({ value = "", nodes: [name] }) => ({
    mechanism: "PEXPIREAT of the hottest keys",
    problems:
      pagesIn(value) === undefined
        ? [`"${value}" is not a number of pages from 1 to ${MOST_PAGES}; write for example breakdown=1`]
        : [],
    takes: [`pages of ${name}`],
  }),
  leadS: () => LEAD_S,
  async prepare(planned, ground) {
    const { clock, node, outlook } = ground;
    const [name = ""] = planned.nodes;
    const { address } = node(name);
    const shops = shopsOf(planned, outlook).map(node);
    const reads = new DatabaseReads(shops, clock);
    const watch = await StampedeWatch.begin(reads, clock);
    let hot: Hot | undefined;
    return {
      mends: [],
      async inject(signal) {
        await untilDue(ground, signal);
        const hottest = await hottestPages(shops, pagesIn(planned.value ?? "") ?? 1);
        if (hottest.length === 0) throw new Error("nobody asks for any page, so none is the hottest");
        hot = await withRedis(address, async (redis) => {
          const lives = await livesOf(
            redis,
            hottest.map(({ key }) => pageKey(key)),
          );
          // One that it does not keep would be read from the databases without us.
          const pages = hottest.filter((_, index) => lives[index] !== "gone");
          if (pages.length === 0) throw new Error(`${name} keeps ${noneOf(hottest)}`);
          watch.arm(clock.nowMs(), signal);
          const instantMs = clock.nowMs();
          const atMs = await serverNowMs(redis);
          const ends = pages.map(({ key }) => ({ key: pageKey(key), atMs }));
          const ended = await endAt(redis, ends, { clock, signal, isSoonerOnly: true });
          if (ended === 0) throw new Error(`${name} keeps ${noneOf(pages)}`);
          const askedPerS = pages.reduce((sum, page) => sum + page.askedPerS, 0);
          const loads = new Map(pages.map((page) => [page.key, page.loads]));
          return { instantMs, atMs, askedPerS, loads };
        });
      },
      async verify() {
        if (hot === undefined) return undefined;
        const { loads, atMs, askedPerS, instantMs } = hot;
        const keys = [...loads.keys()];
        const lives = await withRedis(address, (redis) => livesOf(redis, keys.map(pageKey)));
        // One that is there has been made since, and lives on.
        if (lives.some((life) => life !== "gone" && life !== "never" && life <= atMs)) return undefined;
        const again = loadsSince(loads, await pagesNamed(shops, keys));
        if (again === 0) return undefined;
        const about = keys.length === 1 ? `${keys[0]}, asked for` : `${keys.length} pages, asked for`;
        const afterMs = Math.round(clock.nowMs() - instantMs);
        return `${about} ${askedPerS.toFixed(1)} times a second, had ended, and the databases were asked again within ${afterMs} ms`;
      },
      undo: async () => {},
      verifyUndone: async () => undefined,
      close: async () => watch.close(),
      async account(signal) {
        if (hot === undefined) throw new Error("it was never injected");
        const { loads, instantMs, askedPerS } = hot;
        await sleep(Math.max(0, instantMs + COUNTED_S * 1_000 - clock.nowMs()), signal, clock);
        const again = loadsSince(loads, await pagesNamed(shops, [...loads.keys()]));
        const alone = loads.size * shops.length;
        const { sentence, figures } = await watch.account(signal);
        return {
          sentence:
            `read from the databases ${again === 1 ? "once" : `${again} times`} within ${COUNTED_S} s, where single flight in every shop makes it at most ${alone}; ` +
            sentence,
          figures: {
            hotPageAskedPerS: rounded(askedPerS),
            hotPageReads: again,
            hotPageReadsSingleFlight: alone,
            ...figures,
          },
        };
      },
    };
  },
};

interface Hot {
  readonly instantMs: number;
  /** On the server's clock. */
  readonly atMs: number;
  readonly askedPerS: number;
  /** Loads of each page when it ended. */
  readonly loads: ReadonlyMap<string, number>;
}

const noneOf = (pages: readonly { readonly key: string }[]): string =>
  `none of the pages that are asked for most: ${pages.map(({ key }) => key).join(", ")}`;

function pagesIn(word: string): number | undefined {
  const count = Number(word);
  return Number.isInteger(count) && count >= 1 && count <= MOST_PAGES ? count : undefined;
}
