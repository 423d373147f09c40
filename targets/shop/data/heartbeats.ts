/** The heartbeat of each database as a shopper's read would find it: by the same choice of replicas. */
import type { Statement } from "./database.ts";
import type { Stores } from "./stores.ts";

export const beating = ["catalog", "user", "trade"] as const;
export type Beating = (typeof beating)[number];

const heartbeat: Statement = {
  name: "heartbeat",
  text: `SELECT stamp_ms AS "stampMs" FROM heartbeats WHERE id = 1`,
};

export class Heartbeats {
  readonly #stores: Stores;

  constructor(stores: Stores) {
    this.#stores = stores;
  }

  /**
   * What was last written there, as far as a read knows: null before the first time.
   * Undefined where this application has no such database.
   */
  async seen(holds: Beating, shard: number): Promise<number | null | undefined> {
    const reads = this.#stores.readsOf(holds, shard);
    if (reads === undefined) return undefined;
    const [row] = await reads.read<{ stampMs: number }>(heartbeat);
    return row?.stampMs ?? null;
  }
}
