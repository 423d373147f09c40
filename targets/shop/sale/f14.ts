/**
 * F14, each node sells units of its own. It takes a share of what is left off the sale's row, keeps the number in its
 * memory, and goes back for more when it runs out, so the hot row is asked a few times instead of once per buyer. The
 * units are a row of the node's in the database too, with which each order is written: a node that comes back under
 * its name goes on with it, and a node that was taken for dead and had its row taken away sells nothing. While a node
 * is dead its units are on nobody's shelf: the others say "sold out".
 */
import type { Database, Statement } from "../data/database.ts";
import { wasRolledBack } from "../data/database.ts";
import { NotDone } from "../data/not-done.ts";
import type { SaleData, SaleRow } from "../data/sales.ts";
import { shardOfId } from "../data/shard.ts";
import { earlierOrder } from "./order-steps.ts";
import type { SaleParts } from "./sale-parts.ts";
import type { Attempt, Strategy, Taken } from "./strategy.ts";

const ownUnits: Statement = {
  name: "f14_own",
  text: "SELECT remaining FROM sale_parts WHERE sale_id = $1 AND part = $2",
};
/** The share is of what is left, so the last shares are single units and little is left over in the wrong place. */
const takeShare: Statement = {
  name: "f14_share",
  text: `WITH share AS (
      SELECT ceil(remaining * $3::float8)::int AS units FROM sale_stocks
      WHERE sale_id = $1 AND remaining >= 1 FOR UPDATE
    ),
    taken AS (
      UPDATE sale_stocks k SET remaining = k.remaining - share.units FROM share WHERE k.sale_id = $1
      RETURNING share.units
    ),
    kept AS (
      INSERT INTO sale_parts AS part (sale_id, part, remaining) SELECT $1, $2, units FROM taken
      ON CONFLICT (sale_id, part) DO UPDATE SET remaining = part.remaining + excluded.remaining
    )
    SELECT units FROM taken`,
};

export interface F14Options {
  readonly sales: SaleData;
  readonly parts: SaleParts;
  /** Name of this node; its units are found under it again. */
  readonly node: string;
  /** Of what is left, 0 to 1. */
  readonly shareRatio: number;
}

/** What this node believes of one sale. */
interface Own {
  /** Units it may still sell, not counting those that tries in hand are about to write. */
  left: number;
  /** Whether the sale's row has nothing more to give. */
  isLast: boolean;
  /** Going for more, once for all who wait. */
  refill?: Promise<void> | undefined;
}

export function f14(options: F14Options): Strategy {
  const { sales, parts } = options;
  const known = new Map<number, Promise<Own>>();
  const ownOf = (sale: SaleRow) => {
    let own = known.get(sale.saleId);
    if (!own) {
      own = firstLook(options, sale);
      known.set(sale.saleId, own);
      own.catch(() => known.delete(sale.saleId));
    }
    return own;
  };
  return {
    name: "F14",
    open: async () => {},
    async take(sale, attempt) {
      const own = await ownOf(sale);
      const database = sales.database(sale.saleId);
      for (;;) {
        if (own.left > 0) {
          own.left -= 1;
          const placed = await sell(options, sale, attempt, own);
          // The row had less than the memory: somebody took it away. The next unit may still be there.
          if (placed.status !== "sold-out") return placed;
        } else if (own.isLast) {
          return (await earlierOrder(database, sale, attempt)) ?? { status: "sold-out" };
        } else {
          own.refill ??= refill(options, database, sale, own).finally(() => {
            own.refill = undefined;
          });
          await own.refill;
        }
      }
    },
    account: (saleId) => parts.account(saleId),
    left: (saleId) => parts.left(saleId),
  };
}

/** What this node had under its name before it was started again. */
async function firstLook({ sales, node }: F14Options, { saleId }: SaleRow): Promise<Own> {
  const [row] = await sales.database(saleId).run<{ remaining: number }>(ownUnits, [saleId, node]);
  return { left: row?.remaining ?? 0, isLast: false };
}

async function refill(options: F14Options, database: Database, sale: SaleRow, own: Own): Promise<void> {
  const values = [sale.saleId, options.node, options.shareRatio];
  const [share] = await database.run<{ units: number }>(takeShare, values);
  if (share) own.left += share.units;
  else own.isLast = true;
}

async function sell({ parts, node }: F14Options, sale: SaleRow, attempt: Attempt, own: Own): Promise<Taken> {
  try {
    const placed = await parts.take({ name: node, shard: shardOfId(sale.saleId) }, sale, attempt);
    const isUsed = placed.status === "sold-out" || (placed.status === "accepted" && !placed.isEarlier);
    if (!isUsed) own.left += 1;
    return placed;
  } catch (error) {
    if (error instanceof NotDone || wasRolledBack(error)) own.left += 1;
    throw error;
  }
}
