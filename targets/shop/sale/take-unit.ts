/**
 * The database's own gate: one statement that takes a unit and writes the order, or does neither. It is F2, the second
 * gate of what decides in Redis, and with another place to take the unit from most of the others.
 */
import { againOn } from "../data/again.ts";
import type { Session, Statement } from "../data/database.ts";
import type { ClaimKey } from "../data/key-homes.ts";
import { type Placed, type PlacedRow, placedFrom } from "../data/orders.ts";
import type { SaleData, SaleRow } from "../data/sales.ts";
import type { Attempt } from "./strategy.ts";

/** A statement made by `taking`, to be run by `take`. */
export interface Taking extends Statement {
  /** Whether the unit would be taken, without taking it. */
  readonly look: Statement;
}

export interface TakingOptions {
  readonly name: string;
  /** `UPDATE <table> SET <set> WHERE <where>` takes one unit of the sale $1, where there is one. */
  readonly table: string;
  readonly set: string;
  /** `$part` in it is the name of a part of the stock. */
  readonly where: string;
  /** More to be done with the order just written, which is the row `placed (id)`; `, name AS (...)`. */
  readonly also?: string;
}

/**
 * $1 sale, $2 key, $3 user, $4 limit per shopper, $5 item, $6 price; the part and what `also` needs come from $7 on.
 *
 * `bought` numbers the shopper's orders in this sale, and (sale, user, number) is unique: of two tries of one shopper
 * at the same instant one breaks that constraint, is undone as a whole, and counts again.
 */
export function taking({ name, table, set, where, also = "" }: TakingOptions): Taking {
  return {
    name,
    look: {
      name: `${name}_look`,
      text: `SELECT NULL AS "placedId", e.id AS "earlierId", e.user_id = $3 AND e.sale_id = $1 AS "isSame",
      (SELECT count(*)::int FROM orders WHERE sale_id = $1 AND user_id = $3 AND nth IS NOT NULL) AS bought,
      EXISTS (SELECT FROM ${table} WHERE ${where.replace("$part", "$4")}) AS "hasUnit"
    FROM (SELECT) AS one LEFT JOIN orders e ON e.idem_key = $2`,
    },
    text: `WITH earlier AS (SELECT id, user_id, sale_id FROM orders WHERE idem_key = $2),
    bought AS (SELECT count(*)::int AS orders FROM orders WHERE sale_id = $1 AND user_id = $3 AND nth IS NOT NULL),
    taken AS (
      UPDATE ${table} SET ${set} WHERE ${where.replace("$part", "$7")}
        AND (SELECT count(*) FROM earlier) = 0 AND (SELECT orders FROM bought) < $4::int
      RETURNING 1
    ),
    placed AS (
      INSERT INTO orders (idem_key, user_id, item_id, sale_id, nth, units, price)
      SELECT $2, $3::int, $5::int, $1, (SELECT orders FROM bought) + 1, 1, $6::int FROM taken
      RETURNING id
    )${also}
    SELECT (SELECT id FROM placed) AS "placedId", e.id AS "earlierId",
      e.user_id = $3 AND e.sale_id = $1 AS "isSame", (SELECT orders FROM bought) AS bought
    FROM (SELECT) AS one LEFT JOIN earlier e ON true`,
  };
}

export interface HowToTake {
  /** To be done before the order is written. */
  readonly claim: ClaimKey | undefined;
  /** The unit is as good as taken already, so it is not looked for before the key is claimed. */
  readonly isLikely?: boolean;
  /** Of a stock in parts, the one to take from. */
  readonly part?: string;
  /** What `also` needs. */
  readonly more?: readonly unknown[];
}

/**
 * Runs a taking statement: one unit, at most `perUserLimit` per shopper, once per key. Where keys have to be claimed it
 * looks first: most tries of a rush come too late, and for them no key is written anywhere.
 */
export async function take(
  taking: Taking,
  session: Session,
  sale: SaleRow,
  attempt: Attempt,
  { claim, isLikely = false, part, more = [] }: HowToTake,
): Promise<Placed> {
  const { userId, key } = attempt;
  const ofPart = part === undefined ? [] : [part];
  if (claim) {
    const refused = isLikely ? undefined : await refusal(taking.look, session, sale, attempt, ofPart);
    if (refused) return refused;
    if (!(await claim())) return { status: "key-reused" };
  }
  const values = [sale.saleId, key, userId, sale.perUserLimit, sale.itemId, sale.price, ...ofPart, ...more];
  const { name, text } = taking;
  const [row] = await againOn(["orders_idem_key", "orders_nth"], () =>
    session.run<PlacedRow & { bought: number }>({ name, text }, values),
  );
  return placedFrom(row!, row!.bought >= sale.perUserLimit ? "limit" : "sold-out");
}

/** The answer, when the try would come to nothing or has been made before. */
async function refusal(
  look: Statement,
  session: Session,
  sale: SaleRow,
  { userId, key }: Attempt,
  ofPart: readonly string[],
): Promise<Placed | undefined> {
  const values = [sale.saleId, key, userId, ...ofPart];
  const [seen] = await session.run<PlacedRow & { bought: number; hasUnit: boolean }>(look, values);
  const isOverLimit = seen!.bought >= sale.perUserLimit;
  if (seen!.earlierId === null && seen!.hasUnit && !isOverLimit) return undefined;
  return placedFrom(seen!, isOverLimit ? "limit" : "sold-out");
}

const fromStock = taking({
  name: "take_unit",
  table: "sale_stocks",
  set: "remaining = remaining - 1",
  where: "sale_id = $1 AND remaining >= 1",
});

/** Takes one unit off the sale's own stock row. */
export function takeUnit(
  sales: Pick<SaleData, "claimOf" | "database">,
  sale: SaleRow,
  attempt: Attempt,
  how: Pick<HowToTake, "isLikely"> = {},
): Promise<Placed> {
  const claim = sales.claimOf(attempt.key, sale);
  return take(fromStock, sales.database(sale.saleId), sale, attempt, { ...how, claim });
}
