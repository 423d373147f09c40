/** Somebody has locked the stock row that everybody wants to sell from, and does not let go. */
import { primaries } from "../database/databases.ts";
import { Guests } from "../database/guests.ts";
import type { Fault, Ground } from "../fault.ts";
import { performMend } from "../mend.ts";
import { askPostgres, postgresUrl } from "../stores/postgres.ts";

/** A row that others hold is waited for no longer than this. */
const LOCK_LIMIT_MS = 2_000;

export const rowLock: Fault = {
  name: "row-lock",
  does: "locks the stock of one item, on the shelf and in its newest sale, so that whoever wants to sell it waits",
  place: "target",
  value: { means: "number of the item, or `sale` for the one that is on sale", usual: "sale" },
  lasts: "while",
  undo: "reversible",
  plan: ({ value = "" }, { members }) => ({
    mechanism: "SELECT FOR UPDATE by a session of our own",
    problems: [
      ...(value === "sale" || /^[1-9]\d*$/.test(value)
        ? []
        : [`"${value}" is neither the number of an item nor "sale"`]),
      ...(members.some(holdsTrade)
        ? []
        : ["row-lock is for a database that holds trade, and this target has none that we know of"]),
    ],
    takes: [`stock of ${value === "sale" ? "what is on sale" : `item ${value}`}`],
  }),
  async prepare({ id, value = "", forS = 0 }, ground) {
    const { name, url, itemId, saleId } = await hottest(value, ground);
    const guests = new Guests(url, id, forS);
    const what = saleId === undefined ? `item ${itemId}` : `item ${itemId} and its sale ${saleId}`;
    return {
      mends: [guests.mend],
      async inject() {
        if (guests.here.length > 0) return;
        guests.begin();
        const session = await guests.enter({
          idle_in_transaction_session_timeout: guests.forMs,
          lock_timeout: LOCK_LIMIT_MS,
        });
        await session.query("BEGIN");
        await session.query("SELECT 1 FROM stocks WHERE item_id = $1 FOR UPDATE", [itemId]);
        if (saleId !== undefined)
          await session.query("SELECT 1 FROM sale_stocks WHERE sale_id = $1 FOR UPDATE", [saleId]);
      },
      async verify() {
        const waiting = await guests.keptWaiting();
        if (waiting === 0) return undefined;
        return `${waiting === 1 ? "a session waits" : `${waiting} sessions wait`} at ${name} for the lock on ${what}`;
      },
      async undo(signal) {
        await guests.leave();
        await performMend(guests.mend, signal);
      },
      async verifyUndone() {
        const present = await guests.present();
        return present === 0 ? undefined : `a session of ours is still at ${name} and holds ${what}`;
      },
    };
  },
};

const holdsTrade = (member: Parameters<typeof primaries.fits>[0]) =>
  primaries.fits(member) && member.holds.includes("trade");

interface Hottest {
  /** Of the member its stock is on. */
  readonly name: string;
  readonly url: string;
  readonly itemId: number;
  readonly saleId: number | undefined;
}

/** On whichever shard it is. */
async function hottest(value: string, { outlook: { members }, node }: Ground): Promise<Hottest> {
  const found = await Promise.all(
    members.filter(holdsTrade).map(async ({ name }) => {
      const url = postgresUrl(node(name).address);
      const which = value === "sale" ? "" : `WHERE stocks.item_id = ${Number(value)}`;
      const join = value === "sale" ? "JOIN" : "LEFT JOIN";
      const [row] = await askPostgres(url, [
        `SELECT stocks.item_id AS item, sales.id AS sale FROM stocks ${join} sales ON sales.item_id = stocks.item_id ${which}
          ORDER BY sales.id DESC NULLS LAST LIMIT 1`,
      ]);
      if (row === undefined) return [];
      const sale = row["sale"] === null ? undefined : Number(row["sale"]);
      return [{ name, url, itemId: Number(row["item"]), saleId: sale }];
    }),
  );
  const [first] = found.flat().toSorted((a, b) => (b.saleId ?? 0) - (a.saleId ?? 0));
  if (first !== undefined) return first;
  throw new Error(
    value === "sale"
      ? "nothing is on sale; name an item instead, for example row-lock=17"
      : `no database has a stock of item ${value}`,
  );
}
