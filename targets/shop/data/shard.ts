/** Where trade data lives: by item id, so a stock row and the orders against it share a database. Pure. */

/**
 * Room for the shard in ids: order and sale ids are n * 64 + shard, so an id alone says where its row is.
 * The sequences of the trade schema count in these steps.
 */
export const ID_STEP = 64;

export const shardOfItem = (itemId: number, shards: number): number => itemId % shards;

/** The shard that keeps what is known of an idempotency key: by FNV-1a (32 bits) over its characters, all of them ASCII. */
export function shardOfKey(key: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % shards;
}

export const shardOfId = (id: number): number => id % ID_STEP;
