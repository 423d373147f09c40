/**
 * F11, tokens at the door. Each node has its own bucket and knows nothing of the others, so what the database sees is
 * nodes times the limit: adding a node raises it.
 *
 * `F11` hands out so many tokens a second, whatever the stock. `F11-stock` hands out so many for each unit, once, and
 * none when they are gone: tokens that went to shoppers who may not buy are lost, and units stay on the shelf.
 */
import { gated } from "./gated.ts";
import type { Strategy } from "./strategy.ts";
import { TokenBucket } from "./token-bucket.ts";

/** @param ratePerS tokens a second and node, which is also how many it saves up */
export function f11(behind: Strategy, ratePerS: number, nowMs: () => number): Strategy {
  const buckets = new Map<number, TokenBucket>();
  return gated("F11", behind, ({ saleId }) => {
    let bucket = buckets.get(saleId);
    if (!bucket) buckets.set(saleId, (bucket = new TokenBucket(ratePerS, ratePerS, nowMs())));
    return bucket.take(nowMs());
  });
}

/** @param tokensPerUnit of each node */
export function f11Stock(behind: Strategy, tokensPerUnit: number): Strategy {
  const buckets = new Map<number, TokenBucket>();
  return gated("F11-stock", behind, ({ saleId, initial }) => {
    let bucket = buckets.get(saleId);
    if (!bucket) buckets.set(saleId, (bucket = new TokenBucket(0, Math.ceil(initial * tokensPerUnit), 0)));
    return bucket.take(0);
  });
}
