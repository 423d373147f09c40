/** Many pages of a cache are over at the same instant, and whoever asks for one of them goes on to the databases. */
import type { Redis } from "ioredis";
import { DatabaseReads } from "../cache/database-reads.ts";
import {
  endAt,
  endingTakesMs,
  expiredKeys,
  type Life,
  livesOf,
  pageOf,
  serverNowMs,
  walkPages,
} from "../cache/page-keys.ts";
import { pageServer, shopsOf, wholeShareIn } from "../cache/page-servers.ts";
import { hottestNow, RereadPages } from "../cache/reread-pages.ts";
import { StampedeWatch } from "../cache/stampede-watch.ts";
import type { Fault } from "../fault.ts";
import { withRedis } from "../stores/redis.ts";

/** Of the undisturbed time before it, to compare with; and for walking the keys. */
const LEAD_S = 3;
/** Without a plan's instant: as soon after the walk as it can be. */
const LEAST_LEAD_MS = 1_000;
/**
 * How much later than planned its instant may be. It is looked for 5 s from its time on (chaos/conductor.ts), shops keep
 * pages in their own memory for two, and the last second is for the looks.
 */
const LATEST_MS = 2_000;
/** Ending a page takes the server as long as looking at it, and in a bad moment so many times as long. */
const PATIENCE = 3;
/** Of what was to be over, so much must have gone by the server's own count. */
const LEAST_RATIO = 0.5;
/** Keys looked at one by one: enough to tell, and no load. */
const LOOKED_AT = 200;

export const avalanche: Fault = {
  name: "avalanche",
  does: "lets a share of the cached pages end at one instant; counters of sales, sessions and carts are left alone",
  place: "node",
  only: pageServer,
  value: { means: "share of the pages, chosen by the seed", usual: "100%" },
  lasts: "once",
  undo: "irreversible",
  plan: ({ value = "", nodes: [name] }) => ({
    mechanism: "PEXPIREAT of every chosen key to the same instant, in chunks",
    problems:
      wholeShareIn(value) === undefined
        ? [`"${value}" is not a share; write for example avalanche=100%`]
        : [],
    takes: [`pages of ${name}`],
  }),
  leadS: () => LEAD_S,
  async prepare(planned, { clock, node, outlook, dueAtMs }) {
    const [name = ""] = planned.nodes;
    const { address } = node(name);
    const share = wholeShareIn(planned.value ?? "") ?? 1;
    const shops = shopsOf(planned, outlook).map(node);
    const reads = new DatabaseReads(shops, clock);
    const [watch, hot] = await Promise.all([StampedeWatch.begin(reads, clock), hottestNow(shops)]);
    const expiredBefore = await withRedis(address, expiredKeys);
    const startMs = clock.nowMs();
    let armed: Armed | undefined;
    let usual: Usual | undefined;
    let reread: RereadPages | undefined;
    let seen: Seen | undefined;
    const look = (redis: Redis) => lookAt(redis, armed!);
    return {
      mends: [],
      async inject(signal) {
        await withRedis(address, async (redis) => {
          const keys = await walkPages(redis, { share, seed: outlook.seed });
          if (keys.length === 0) throw new Error(`${name} keeps no page that could end`);
          // Of those that everybody asks for it is known soonest.
          const asked = keys.map(pageOf).toSorted((a, b) => Number(hot.has(b)) - Number(hot.has(a)));
          const counted = RereadPages.begin(shops, asked);
          const lookedMs = clock.nowMs();
          const lives = await livesOf(redis, keys);
          const takesMs = endingTakesMs(keys.length) + PATIENCE * (clock.nowMs() - lookedMs);
          reread = await counted;
          const instantMs = Math.max(dueAtMs ?? 0, clock.nowMs() + Math.max(LEAST_LEAD_MS, takesMs));
          const lateMs = instantMs - Math.max(dueAtMs ?? instantMs, startMs);
          if (lateMs > LATEST_MS) throw new Error(tooLate({ name, keys: keys.length, takesMs, lateMs }));
          watch.arm(instantMs, signal);
          const atMs = (await serverNowMs(redis)) + (instantMs - clock.nowMs());
          const before = keys.flatMap((key, index) => within(key, lives[index] ?? "gone", atMs));
          const ends = before.map(({ key }) => ({ key, atMs }));
          armed = { atMs, instantMs, before };
          await endAt(redis, ends, { clock, signal, isSoonerOnly: true });
          const nowMs = clock.nowMs();
          if (nowMs >= instantMs)
            throw new Error(
              `${name} took until after the instant to be told, so its pages did not end together`,
            );
          const expired = await expiredKeys(redis);
          usual = { expired, fromMs: nowMs, perMs: (expired - expiredBefore) / Math.max(1, nowMs - startMs) };
        });
      },
      async verify() {
        if (armed === undefined || usual === undefined || clock.nowMs() < armed.instantMs) return undefined;
        seen ??= await withRedis(address, (redis) => seenIn(redis, armed!, usual!, clock.nowMs()));
        if (seen === undefined) return undefined;
        const ended = new Set(armed.before.map(({ key }) => pageOf(key)));
        const again = (await reread?.again(ended)) ?? 0;
        if (again === 0) return undefined;
        return (
          `${seen.gone} of ${armed.before.length} pages that were to end had ended ${seen.afterMs} ms after the instant, ` +
          `and ${again === 1 ? "one of them was" : `some of them were (${again} times)`} read from the databases again`
        );
      },
      async undo(signal) {
        if (armed === undefined || clock.nowMs() >= armed.instantMs) return;
        watch.close();
        const { before, atMs } = armed;
        await withRedis(address, async (redis) => {
          // What was cached again meanwhile has its own time.
          const still = await livesOf(
            redis,
            before.map(({ key }) => key),
          );
          const back = before.filter((_, index) => isAt(still[index], atMs));
          const latest = (await serverNowMs(redis)) + NEVER_MS;
          const ends = back.map(({ key, life }) => ({ key, atMs: life === "never" ? latest : life }));
          await endAt(redis, ends, { clock, signal });
        });
      },
      async verifyUndone() {
        if (armed === undefined || clock.nowMs() >= armed.instantMs) return undefined;
        const left = await withRedis(address, look);
        return left === 0 ? undefined : `${left} of the pages looked at in ${name} will still end at once`;
      },
      account: (signal) => watch.account(signal),
      close: async () => watch.close(),
    };
  },
};

/** A figure for each of whoever has to change something: the cache, or the share. */
function tooLate({
  name,
  keys,
  takesMs,
  lateMs,
}: {
  readonly name: string;
  readonly keys: number;
  readonly takesMs: number;
  readonly lateMs: number;
}): string {
  const inS = (ms: number) => (ms / 1_000).toFixed(1);
  return (
    `to tell ${name} of ${keys} pages when they are over takes ${inS(takesMs)} s, so they would end ${inS(lateMs)} s late, ` +
    "too late to be seen; let a share of them end, for example avalanche=10%"
  );
}

interface Armed {
  /** On the server's clock, milliseconds since 1970, and on ours. */
  readonly atMs: number;
  readonly instantMs: number;
  readonly before: readonly { readonly key: string; readonly life: number | "never" }[];
}

/** Keys the server had counted as ended when all was armed, when that was, and how fast they end by themselves. */
interface Usual {
  readonly expired: number;
  readonly fromMs: number;
  readonly perMs: number;
}

interface Seen {
  readonly gone: number;
  readonly afterMs: number;
}

/** A key that had no end gets one again that no run lives to see: a year. */
const NEVER_MS = 365 * 86_400_000;
/** Lives are known to what a round trip takes. */
const SAME_MS = 50;

const isAt = (life: Life | undefined, atMs: number): boolean =>
  typeof life === "number" && Math.abs(life - atMs) <= SAME_MS;

/** Nothing for one that is over by itself before then: its life is not made longer. */
function within(key: string, life: Life, atMs: number): Armed["before"] {
  return life === "gone" || (life !== "never" && life <= atMs) ? [] : [{ key, life }];
}

/** How many of some of them will end at the instant. */
async function lookAt(redis: Redis, { before, atMs }: Armed): Promise<number> {
  const lives = await livesOf(
    redis,
    before.slice(0, LOOKED_AT).map(({ key }) => key),
  );
  return lives.filter((life) => isAt(life, atMs)).length;
}

/** What the server itself counts, less what ends at any time; undefined while that is too little. */
async function seenIn(
  redis: Redis,
  armed: Armed,
  { expired, fromMs, perMs }: Usual,
  nowMs: number,
): Promise<Seen | undefined> {
  const { before, instantMs } = armed;
  if (before.length === 0) return undefined;
  const gone = Math.round((await expiredKeys(redis)) - expired - perMs * (nowMs - fromMs));
  if (gone < LEAST_RATIO * before.length || (await lookAt(redis, armed)) > 0) return undefined;
  return { gone: Math.min(gone, before.length), afterMs: Math.round(nowMs - instantMs) };
}
