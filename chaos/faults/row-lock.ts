/** Somebody has locked the stock row that everybody wants to sell from, and does not let go. */
import { type Clock, sleep } from "../../base/clock.ts";
import type { Strategy } from "../../targets/target.ts";
import { primaries } from "../database/databases.ts";
import { Guests } from "../database/guests.ts";
import type { Fault, Ground } from "../fault.ts";
import { performMend } from "../mend.ts";
import { askPostgres, postgresUrl } from "../stores/postgres.ts";

/** A row that others hold is waited for no longer than this. */
const LOCK_LIMIT_MS = 2_000;
/** A sale by one statement has the row for a few milliseconds. */
const LOOK_AGAIN_MS = 100;

export const rowLock: Fault = {
  name: "row-lock",
  does: "locks the stock of one item, on the shelf and in its newest sale, so that whoever wants to sell it waits",
  place: "target",
  value: { means: "number of the item, or `sale` for the one that is on sale", usual: "sale" },
  lasts: "while",
  undo: "reversible",
  plan: ({ value = "" }, { members, strategy, sells, launcher }) => ({
    mechanism: "SELECT FOR UPDATE by a session of our own",
    problems: [
      ...(value === "sale" && launcher !== "external" ? saleProblems(sells, strategy) : []),
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
    const turnsAway = neverWaits.has(ground.outlook.strategy ?? "");
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
        if (waiting === 0 && turnsAway && saleId !== undefined) return turnedAway(url, saleId, ground.clock);
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

/** Ways of selling that take units from rows of their own, and leave the one of the sale alone. */
const apart: ReadonlySet<string> = new Set<Strategy>(["F13", "F17", "F17-shared"]);
/** Those whose buyers turn away from a locked row at once: none of them is ever seen to wait. */
const neverWaits: ReadonlySet<string> = new Set<Strategy>(["F4-nowait", "F4-skip-locked"]);

function saleProblems(sells: boolean, strategy: Strategy | undefined): readonly string[] {
  if (!sells) return ["nothing is on sale in this scenario; name an item instead, for example row-lock=17"];
  if (strategy === undefined || !apart.has(strategy)) return [];
  return [
    `by ${strategy} units are taken from rows of their own, and nobody waits for the one of the sale; choose another ` +
      "--strategy, or an item that is ordered by itself, for example row-lock=17",
  ];
}

const holdsTrade = (member: Parameters<typeof primaries.fits>[0]) =>
  primaries.fits(member) && member.holds.includes("trade");

/** As a buyer would who does not wait; twice, for another buyer has the row for a moment only. */
async function turnedAway(url: string, saleId: number, clock: Clock): Promise<string | undefined> {
  const look = `SELECT 1 AS free FROM sale_stocks WHERE sale_id = ${saleId} FOR UPDATE SKIP LOCKED`;
  for (let looks = 0; looks < 2; looks++) {
    if (looks > 0) await sleep(LOOK_AGAIN_MS, undefined, clock);
    const [free] = await askPostgres(url, [look]);
    if (free !== undefined) return undefined;
  }
  return `whoever asks for the stock of sale ${saleId} without waiting for it is turned away`;
}

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
