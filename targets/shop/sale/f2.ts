/** F2, conditional update: the stock row itself decides, `remaining >= 1`, in one transaction with the order. */
import type { SaleData } from "../data/sales.ts";
import type { Strategy } from "./strategy.ts";
import { takeUnit } from "./take-unit.ts";

export function f2(sales: SaleData): Strategy {
  return {
    name: "F2",
    open: async () => {},
    take: (sale, attempt) => takeUnit(sales, sale, attempt),
  };
}
