/** The books over HTTP, and the opening of sales to audit. See docs/audit.md. */
import type { BookedOrder } from "../data/books.ts";
import type { CatalogData } from "../data/catalog.ts";
import { type Beating, beating, type Heartbeats } from "../data/heartbeats.ts";
import { type Answer, absent, json } from "../http/answer.ts";
import { BadRequest, type Call } from "../http/call.ts";
import type { Route } from "../http/door.ts";
import type { Desk } from "../sale/desk.ts";
import type { StockBooks } from "../sale/stock-books.ts";
import { strategyNames } from "../sale/strategy.ts";
import type { Shelf } from "../shelf.ts";

const TAG = /^[A-Za-z0-9_-]{1,64}$/;
const STOCK_MAX = 100_000_000;
const ITEMS_MAX = 1_000;

export function auditRoutes(
  desk: Desk,
  books: StockBooks,
  shelf: Shelf,
  heartbeats: Heartbeats,
  catalog: Pick<CatalogData, "kept">,
): readonly Route[] {
  const own = { name: "audit", isShed: false } as const;
  return [
    { ...own, method: "POST", path: "/audit/sales", handle: (call) => openSale(desk, shelf, call) },
    { ...own, method: "GET", path: "/audit/stocks", handle: (call) => stocks(books, call) },
    { ...own, method: "GET", path: "/audit/orders", handle: (call) => orders(books, call) },
    { ...own, method: "GET", path: "/audit/heartbeat", handle: (call) => heartbeat(heartbeats, call) },
    { ...own, method: "GET", path: "/audit/items", handle: (call) => items(catalog, call) },
  ];
}

/** A sale sells at half the item's price. */
async function openSale(desk: Desk, shelf: Shelf, call: Call): Promise<Answer> {
  const tag = checkedTag(call, call.text("tag", 64));
  const itemId = call.whole("itemId");
  const initial = call.whole("stock", 0, STOCK_MAX);
  const perUserLimit = call.whole("perUserLimit");
  const strategy = call.optionalOneOf("strategy", strategyNames);
  const opensAtEpochMs = call.optionalWhole("opensAtEpochMs", 0, Number.MAX_SAFE_INTEGER) ?? 0;
  if (strategy === undefined) call.problem("strategy is missing");
  call.check();
  const item = await shelf.item(itemId);
  if (!item) return absent;
  const price = Math.ceil(item.price / 2);
  const opened = await desk.openSale({
    tag,
    itemId,
    price,
    initial,
    perUserLimit,
    strategy: strategy!,
    opensAtEpochMs,
  });
  if ("problem" in opened) throw new BadRequest([opened.problem]);
  return json(201, { saleId: opened.saleId, itemId, stock: initial, perUserLimit });
}

async function stocks(books: StockBooks, call: Call): Promise<Answer> {
  const tag = checkedTag(call, call.query("tag"));
  call.check();
  const { sales, ordinary } = await books.stocks(tag);
  const rows = sales.map(({ strategy: _, ...book }) => book);
  return json(200, { stocks: [...rows, { saleId: 0, itemId: 0, ...ordinary }] });
}

function orders(books: StockBooks, call: Call): Answer {
  const tag = checkedTag(call, call.query("tag"));
  call.check();
  return { status: 200, type: "application/x-ndjson", body: orderLines(books.orders(tag), tag.length + 1) };
}

/** How old what is read there is: the row that somebody outside writes, as a shopper's read finds it. */
async function heartbeat(heartbeats: Heartbeats, call: Call): Promise<Answer> {
  const holds = call.query("holds");
  const shard = call.query("shard") ?? "0";
  if (!beating.includes(holds as Beating)) call.problem(`holds must be one of ${beating.join(", ")}`);
  if (!/^\d{1,2}$/.test(shard)) call.problem("shard must be a whole number from 0 to 63");
  call.check();
  const stampMs = await heartbeats.seen(holds as Beating, Number(shard));
  return stampMs === undefined ? absent : json(200, { stampMs });
}

/** Items as the database has them, past every cache and replica. */
async function items(catalog: Pick<CatalogData, "kept">, call: Call): Promise<Answer> {
  const ids = (call.query("ids") ?? "").split(",");
  if (ids.length > ITEMS_MAX || !ids.every((id) => /^[1-9]\d{0,8}$/.test(id)))
    call.problem(`ids must be 1 to ${ITEMS_MAX} numbers of items with commas between them`);
  call.check();
  return json(200, { items: await catalog.kept(ids.map(Number)) });
}

/** One line per order, and an end line without which the list is cut. */
async function* orderLines(batches: AsyncIterable<readonly BookedOrder[]>, prefixLength: number) {
  let count = 0;
  for await (const batch of batches) {
    let lines = "";
    for (const { key, userId, saleId, units } of batch) {
      lines += `[${attemptOf(key.slice(prefixLength))},${userId},${saleId},${units}]\n`;
    }
    count += batch.length;
    yield lines;
  }
  yield `{"end":true,"orders":${count}}\n`;
}

/** A key that carries the tag but no number was not ours to make: -1, which no attempt has. */
const attemptOf = (text: string) => (/^(0|[1-9]\d{0,14})$/.test(text) ? text : "-1");

function checkedTag(call: Call, tag: string | undefined): string {
  if (tag === undefined || !TAG.test(tag)) call.problem("tag must be 1 to 64 letters, digits, - or _");
  return tag ?? "";
}
