/** The areas of the shop, and which paths belong to which: what one application serves is one or more of them. Pure. */

export const areas = ["home", "search", "cart", "trade"] as const;
export type Area = (typeof areas)[number];

/** Whose data each area needs; the page of an item shows its stock, which is trade's. */
export const businessesOf: Readonly<Record<Area, readonly ("catalog" | "user" | "trade")[]>> = {
  home: ["catalog", "trade"],
  search: ["catalog"],
  cart: ["catalog", "user", "trade"],
  trade: ["catalog", "user", "trade"],
};

/** By the first part of the path; everything else is home's. The proxies in front share requests out by the same words. */
const areaOf: ReadonlyMap<string, Area> = new Map([
  ["search", "search"],
  ["cart", "cart"],
  ["favourite", "cart"],
  ["checkout", "cart"],
  ["order", "trade"],
  ["orders", "trade"],
  ["pay", "trade"],
  ["seckill", "trade"],
  ["audit", "trade"],
]);

/** Paths that every application answers for itself. */
const own: ReadonlySet<string> = new Set(["/health", "/metrics", "/admin/settings"]);

/** The area a path belongs to; undefined for what every application has of its own. */
export function areaOfPath(path: string): Area | undefined {
  return own.has(path) ? undefined : (areaOf.get(path.split("/")[1] ?? "") ?? "home");
}

/** What an application with these areas serves, out of everything. */
export function servedIn<R extends { readonly path: string }>(
  served: readonly Area[],
  routes: readonly R[],
): readonly R[] {
  return routes.filter(({ path }) => {
    const area = areaOfPath(path);
    return area === undefined || served.includes(area);
  });
}
