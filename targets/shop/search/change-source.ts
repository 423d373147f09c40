/** The catalogue as the index is fed from it: the slot that keeps its changes, and all items as they are now. */
import pg from "pg";
import type { IndexedItem } from "./changes.ts";

/** What the stream carries; the slot is the indexer's place in it. */
export const PUBLICATION = "search_items";
export const SLOT = "search_indexer";

/** Items read at once. */
const BATCH_ITEMS = 5_000;

/** `kept`: it goes on where it stood; `new`: nothing is known of what was before. */
export type SlotState = "kept" | "new";

/** A connection of one's own to the catalogue, closed when the work is over. */
export async function withCatalog<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on("error", () => {}); // A connection that breaks between two queries; the next query says so.
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * Makes the publication and the slot where they are missing. A slot whose changes the server had to throw away,
 * because its reader was gone for too long, is of no use any more and made anew.
 */
export async function openSlot(client: pg.Client): Promise<SlotState> {
  const published = await client.query("SELECT 1 FROM pg_publication WHERE pubname = $1", [PUBLICATION]);
  if (published.rowCount === 0) {
    await client.query(`CREATE PUBLICATION ${PUBLICATION} FOR TABLE items (id, name, price)`);
  }
  const { rows } = await client.query<{ isLost: boolean }>(
    `SELECT wal_status = 'lost' AS "isLost" FROM pg_replication_slots WHERE slot_name = $1`,
    [SLOT],
  );
  if (rows[0]?.isLost === false) return "kept";
  if (rows[0] !== undefined) await client.query("SELECT pg_drop_replication_slot($1)", [SLOT]);
  await client.query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", [SLOT]);
  return "new";
}

/** Every item, in batches by id. What changes meanwhile comes by the stream, whose slot must be open already. */
export async function* allItems(client: pg.Client): AsyncGenerator<readonly IndexedItem[]> {
  let afterId = -1;
  for (;;) {
    const { rows } = await client.query<IndexedItem>(
      "SELECT id, name, price FROM items WHERE id > $1 ORDER BY id LIMIT $2",
      [afterId, BATCH_ITEMS],
    );
    if (rows.length > 0) yield rows;
    if (rows.length < BATCH_ITEMS) return;
    afterId = rows.at(-1)!.id;
  }
}
