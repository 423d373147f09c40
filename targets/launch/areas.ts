/** The areas of the shop as a target sees them: what each needs, and which paths lead there. Pure. */
import type { Area, Business, Service } from "../target.ts";
import type { Member } from "./members.ts";
import type { Backend } from "./render-haproxy.ts";

/** Whose data an application needs; a page of home and the price in a cart show an item, whose stock is trade's. */
export const businessesOf: Readonly<Record<Area, readonly Business[]>> = {
  home: ["catalog", "trade"],
  search: ["catalog"],
  cart: ["catalog", "user", "trade"],
  trade: ["catalog", "user", "trade"],
};

/** Services with which an application can do without a business's data; home adds up orders for its report. */
export const servicesOf: Readonly<Record<Area, Readonly<Partial<Record<Business, readonly Service[]>>>>> = {
  home: { trade: ["order", "stock"] },
  search: {},
  cart: { user: ["user"], trade: ["stock"] },
  trade: { user: ["user"], trade: ["order", "payment", "stock"] },
};

/** What a shop serves that is not told. */
export const allAreas = Object.keys(businessesOf) as readonly Area[];

/** Beginnings of paths, as docs/shop-api.md has them; what begins otherwise is home's. */
const prefixesOf: Readonly<Record<Area, readonly string[]>> = {
  home: ["/"],
  search: ["/search"],
  cart: ["/cart", "/favourite", "/checkout/"],
  trade: ["/order", "/pay", "/seckill/"],
};

/** Backends that serve the same, and the beginnings of the paths for which they are asked. */
export interface Upstream {
  readonly name: string;
  readonly backends: readonly Backend[];
  readonly prefixes: readonly string[];
  /** Whether it is them who have the books. */
  readonly hasBooks: boolean;
}

/** One group while all backends serve everything; otherwise one for each area, which backends may share. */
export function upstreamsOf(backends: readonly Backend[]): readonly Upstream[] {
  if (backends.every(({ areas }) => areas === undefined)) {
    return [{ name: "backends", backends, prefixes: ["/"], hasBooks: true }];
  }
  return allAreas.flatMap((area) => {
    const serving = backends.filter(({ areas = allAreas }) => areas.includes(area));
    if (serving.length === 0) return [];
    return [
      { name: `area_${area}`, backends: serving, prefixes: prefixesOf[area], hasBooks: area === "trade" },
    ];
  });
}

/** Names of the members that can be asked for the books, which are trade's; nothing else of the shop has them. */
export function bookkeepersOf(members: readonly Member[]): ReadonlySet<string> {
  const keeping = members.filter(
    ({ component, settings: { areas = allAreas } }) => component === "shop" && areas.includes("trade"),
  );
  return new Set(keeping.map(({ name }) => name));
}
