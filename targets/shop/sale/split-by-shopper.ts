/**
 * Stock in parts of which each shopper has one, by number: the part decides alone, and so do the limit and the keys of
 * its shoppers. When it is empty they are told "sold out", whatever the other parts still have.
 */
import { evenly, type Part, type SaleParts } from "./sale-parts.ts";
import type { Strategy, StrategyName } from "./strategy.ts";

export function splitByShopper(name: StrategyName, parts: SaleParts, all: readonly Part[]): Strategy {
  return {
    name,
    isSpread: true,
    async open(sale) {
      const units = evenly(sale.initial, all.length);
      await parts.split(
        sale,
        all.map((part, index) => ({ ...part, units: units[index]! })),
      );
    },
    take: (sale, attempt) => parts.take(all[attempt.userId % all.length]!, sale, attempt),
    account: (saleId) => parts.account(saleId),
    left: (saleId) => parts.left(saleId),
  };
}
