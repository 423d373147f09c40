/** Where trade data lives: by item id, so a stock row and the orders against it share a database. Pure. */

/**
 * Room for the shard in ids: order and sale ids are n * 64 + shard, so an id alone says where its row is.
 * The sequences of the trade schema count in these steps.
 */
export const ID_STEP = 64;

export const shardOfItem = (itemId: number, shards: number): number => itemId % shards;

export const shardOfId = (id: number): number => id % ID_STEP;
