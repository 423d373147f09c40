/**
 * F17, two data centres and one stock. Each shopper is at home in one of them, as their data is.
 *
 * `F17`: the stock is split between the zones, and a shopper's unit comes from his own, so no zone needs another one's
 * word to sell. A zone that is lost takes its units along.
 * `F17-shared`: wrong on purpose. Each zone sells from its own copy of the whole stock and tells the others afterwards;
 * what is sold within that lag is sold in both. The limit per shopper and the keys are each zone's own as well.
 */
import type { Statement } from "../data/database.ts";
import type { Log } from "../log.ts";
import type { SaleParts } from "./sale-parts.ts";
import { splitByShopper } from "./split-by-shopper.ts";
import type { Strategy } from "./strategy.ts";

/** The zone this node stands in, and all of them with the number of a shard of trade that is there. */
export interface Zones {
  readonly own: string;
  readonly homes: readonly { readonly zone: string; readonly shard: number }[];
}

const partsOf = (parts: SaleParts, { homes }: Zones) =>
  homes.map(({ zone, shard }) => parts.part(zone, shard));

export const f17 = (parts: SaleParts, zones: Zones): Strategy =>
  splitByShopper("F17", parts, partsOf(parts, zones));

const sellElsewhere: Statement = {
  name: "f17_elsewhere",
  text: "UPDATE sale_parts SET remaining = greatest(0, remaining - $3) WHERE sale_id = $1 AND part = $2",
};
const copyLeft: Statement = {
  name: "f17_copy",
  text: "SELECT remaining FROM sale_parts WHERE sale_id = $1 AND part = $2",
};

export interface F17SharedOptions {
  readonly parts: SaleParts;
  readonly zones: Zones;
  /** How long after a sale the other zones are told of it. */
  readonly lagMs: number;
  readonly log: Log;
  /** Calls back once after so long, without keeping the process for it. */
  later(ms: number, run: () => void): void;
}

export function f17Shared({ parts, zones, lagMs, log, later }: F17SharedOptions): Strategy {
  const all = partsOf(parts, zones);
  const own = all.find(({ name }) => name === zones.own)!;
  const others = all.filter((part) => part !== own);
  /** Sold here and not told yet, by sale. */
  const untold = new Map<number, number>();
  const tell = async (saleId: number) => {
    const units = untold.get(saleId) ?? 0;
    untold.delete(saleId);
    const told = others.map((part) => parts.database(part).run(sellElsewhere, [saleId, part.name, units]));
    // A zone that was not reached never hears of it: this way of sharing has no memory of what it owes to whom.
    for (const one of await Promise.allSettled(told)) {
      if (one.status === "rejected") log.error("untold", one.reason, { saleId, units });
    }
  };
  const sold = (saleId: number) => {
    const before = untold.get(saleId);
    untold.set(saleId, (before ?? 0) + 1);
    if (before === undefined) later(lagMs, () => void tell(saleId));
  };
  return {
    name: "F17-shared",
    isSpread: true,
    open: (sale) =>
      parts.split(
        sale,
        all.map((part) => ({ ...part, units: sale.initial })),
      ),
    async take(sale, attempt) {
      const placed = await parts.takeUnwatched(own, sale, attempt);
      if (placed.status === "accepted" && !placed.isEarlier) sold(sale.saleId);
      return placed;
    },
    /** What is left is what this zone believes. */
    async account(saleId) {
      const { sold } = await parts.account(saleId);
      return { sold, remaining: await ownLeft(saleId) };
    },
    left: (saleId) => ownLeft(saleId),
  };

  async function ownLeft(saleId: number): Promise<number> {
    const [row] = await parts.database(own).run<{ remaining: number }>(copyLeft, [saleId, own.name]);
    return row!.remaining;
  }
}
