/** A cache comes back empty: everything it kept is gone at once. */
import { DatabaseReads } from "../cache/database-reads.ts";
import { type Life, livesOf, someKeys } from "../cache/page-keys.ts";
import { shopsOf } from "../cache/page-servers.ts";
import { StampedeWatch } from "../cache/stampede-watch.ts";
import type { Fault } from "../fault.ts";
import { withRedis } from "../stores/redis.ts";
import { untilDue } from "../until-due.ts";

/** Of the undisturbed time before it, to compare with. */
const LEAD_S = 2;
const LOOKED_AT = 200;
/** Of the keys looked at. */
const LEAST_RATIO = 0.9;
/** Lives are known to what a round trip takes. */
const SAME_MS = 50;

export const flush: Fault = {
  name: "flush",
  does: "empties a Redis of all it keeps, counters of sales included, as one that came back without its memory",
  place: "node",
  only: {
    what: "a Redis that may forget (one that keeps carts may not)",
    fits: ({ component, settings }) => component === "redis" && settings.keeps !== "carts",
  },
  lasts: "once",
  undo: "irreversible",
  plan: ({ nodes: [name] }) => ({ mechanism: "FLUSHALL ASYNC", problems: [], takes: [`pages of ${name}`] }),
  leadS: () => LEAD_S,
  async prepare(planned, ground) {
    const { clock, node, outlook } = ground;
    const [name = ""] = planned.nodes;
    const { address } = node(name);
    const reads = new DatabaseReads(shopsOf(planned, outlook).map(node), clock);
    const watch = reads.shops === 0 ? undefined : await StampedeWatch.begin(reads, clock);
    let before: Kept | undefined;
    return {
      mends: [],
      async inject(signal) {
        await untilDue(ground, signal);
        await withRedis(address, async (redis) => {
          const keys = await someKeys(redis, LOOKED_AT);
          const kept = { count: await redis.dbsize(), keys, lives: await livesOf(redis, keys) };
          if (kept.count === 0) throw new Error(`${name} keeps nothing that could be forgotten`);
          watch?.arm(clock.nowMs(), signal);
          await redis.flushall("ASYNC");
          before = kept;
        });
      },
      async verify() {
        if (before === undefined) return undefined;
        const { count, keys, lives } = before;
        const now = await withRedis(address, async (redis) => ({
          count: await redis.dbsize(),
          lives: await livesOf(redis, keys),
        }));
        const lost = now.lives.filter((life, index) => isOther(lives[index] ?? "gone", life)).length;
        if (lost < LEAST_RATIO * keys.length) return undefined;
        return `${name} kept ${count} keys, and now ${now.count}; ${lost} of ${keys.length} looked at were gone, or made anew`;
      },
      undo: async () => {},
      verifyUndone: async () => undefined,
      ...(watch && { account: (signal: AbortSignal) => watch.account(signal) }),
      close: async () => watch?.close(),
    };
  },
};

/** What there was just before. */
interface Kept {
  readonly count: number;
  /** Some of the keys, and when they were to end. */
  readonly keys: readonly string[];
  readonly lives: readonly Life[];
}

/** Gone, or there again with another end. One that never ends cannot be told from one that was put there again. */
function isOther(before: Life, now: Life): boolean {
  if (now === "gone") return true;
  return typeof before === "number" && typeof now === "number" && Math.abs(now - before) > SAME_MS;
}
