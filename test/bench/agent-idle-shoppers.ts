/** Memory of a shopper who thinks: a hundred thousand of them in one agent. */
import { join } from "node:path";
import type { IdleOrder, IdleSeen } from "./agent-idle-shoppers-inside.ts";
import { runInside } from "./agent-inside.ts";
import { type Part, tableOf } from "./agent-part.ts";
import { startStubShop } from "./agent-stub-shop.ts";
import { fixed, median, medianAndSpread, thousands } from "./figures.ts";

const shoppers = 100_000;
const goalBytes = 4_096;
/** Memory hardly spreads: more rounds would only take longer. */
const roundsAtMost = 3;

export const idleShoppers: Part = {
  name: "idle-shoppers",
  title: "A hundred thousand idle shoppers",
  async measure({ folder, built, rounds, say }) {
    await using shop = await startStubShop(join(folder, "shop"));
    const seen = new Map<IdleOrder["after"], IdleSeen[]>([
      ["a look", []],
      ["a try", []],
    ]);
    for (let round = 0; round < Math.min(rounds, roundsAtMost); round++) {
      for (const [after, all] of seen) {
        const order: IdleOrder = { url: shop.url, shoppers, after };
        const one = await runInside<IdleSeen>({ built, program: "idle-shoppers", order });
        if (one.failed + one.dropped > 0)
          throw new Error(`${one.failed} failed, ${one.dropped} were dropped`);
        all.push(one);
        say(
          `round ${round + 1} after ${after}: heap ${Math.round(one.each.heapUsedBytes)} B, RSS ${Math.round(one.each.rssBytes)} B`,
        );
      }
    }
    const heaviest = seen.get("a try") ?? [];
    const goal = `at most ${thousands(goalBytes)} B`;
    const heap = heaviest.map(({ each }) => each.heapUsedBytes);
    const rss = heaviest.map(({ each }) => each.rssBytes);
    return {
      how:
        `One drive (agents/drive.ts) with its wire sender in a process of its own, a closed population of ${thousands(shoppers)} against a stub shop (nginx), 64 connections. All have done ` +
        "their first steps with the built-in operations and judges, and wait with an open journey for the next one. What the process holds more than before they came, after collecting garbage, " +
        `divided by their number: what all share is in it too. ${Math.min(rounds, roundsAtMost)} rounds.`,
      goals: [
        {
          what: "heap of a shopper who looked, tried, and thinks",
          goal,
          seen: `${medianAndSpread(heap, thousands)} B`,
          isReached: median(heap) <= goalBytes,
        },
        {
          what: "resident memory of one",
          goal,
          seen: `${medianAndSpread(rss, thousands)} B`,
          isReached: median(rss) <= goalBytes,
        },
      ],
      table: tableOf(
        [
          "they think after",
          "heap B each",
          "buffers B each",
          "RSS B each",
          "CPU while all think, % of a core",
        ],
        [...seen].map(([after, all]) => {
          const cell = (of: (one: IdleSeen) => number, show: (value: number) => string) =>
            medianAndSpread(all.map(of), show);
          return [
            after,
            cell(({ each }) => each.heapUsedBytes, thousands),
            cell(({ each }) => each.externalBytes, thousands),
            cell(({ each }) => each.rssBytes, thousands),
            cell(({ idleCpuRatio }) => idleCpuRatio * 100, fixed(1)),
          ];
        }),
      ),
    };
  },
};
