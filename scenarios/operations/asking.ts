/** How the shop is asked: who acts, and the key that makes a repeated write harmless. See docs/shop-api.md. */
import type { Shopper, ShopRequest } from "../scenario.ts";

/** A read. */
export function get(shopper: Shopper, path: string): ShopRequest {
  return { method: "GET", path, headers: { "x-user": String(shopper.userId) } };
}

/** A write under `key`; repeating it with the same key is answered as the first time. */
export function post(
  shopper: Shopper,
  path: string,
  { key, body }: { readonly key: string; readonly body?: Readonly<Record<string, string | number>> },
): ShopRequest {
  const headers = { "x-user": String(shopper.userId), "idempotency-key": key };
  return { method: "POST", path, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
}

/**
 * Key of a write that is no attempt: `<tag>.<kind letter><arrival>-<chance>`. Attempts are `<tag>.<number>`, so the letter
 * keeps them apart; the chance keeps two such writes of one arrival apart.
 */
export function writeKey(shopper: Shopper, kind: "a" | "c" | "f" | "l" | "p" | "r" | "s"): string {
  return `${shopper.world.tag}.${kind}${shopper.arrival}-${shopper.chance.below(2 ** 32).toString(36)}`;
}
