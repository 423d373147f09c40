/**
 * F13, one hot row made several: the stock in buckets, over all shards where there are several. Buyers of different
 * buckets never wait for each other. The remainder is in pieces: a bucket says "sold out" while another has units, and
 * a shard that is lost takes its buckets along.
 */
import type { SaleParts } from "./sale-parts.ts";
import { splitByShopper } from "./split-by-shopper.ts";
import type { Strategy } from "./strategy.ts";

export function f13(parts: SaleParts, buckets: number): Strategy {
  const all = Array.from({ length: buckets }, (_, index) => parts.part(`bucket-${index}`, index));
  return splitByShopper("F13", parts, all);
}
