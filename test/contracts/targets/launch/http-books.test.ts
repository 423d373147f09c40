/** The books over HTTP, against a server that says what a case needs. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Clock } from "../../../../base/clock.ts";
import { httpBooks, orderEntries } from "../../../../targets/launch/http-books.ts";
import type { Books, OrderEntry } from "../../../../targets/running-target.ts";

let server: Server;
let origin: string;
let answer: { status: number; body: string; breaksOff?: boolean };
let asked: { method: string; url: string; body: string }[];
const never = new AbortController().signal;

beforeEach(async () => {
  asked = [];
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    asked.push({ method: request.method ?? "", url: request.url ?? "", body });
    response.writeHead(answer.status);
    response.write(answer.body, () => (answer.breaksOff ? response.destroy() : response.end()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const sale = {
  tag: "t1",
  itemId: 7,
  stock: 100,
  perUserLimit: 1,
  strategy: "F2",
  opensAtEpochMs: 0,
} as const;

/** Time passes by waiting alone, and at once. */
function impatientClock(meanwhile: () => void = () => {}): Clock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    epochMs: () => nowMs,
    after(delayMs, then) {
      let isOff = false;
      setImmediate(() => {
        if (isOff) return;
        nowMs += delayMs;
        meanwhile();
        then();
      });
      return () => {
        isOff = true;
      };
    },
    soon: (then) => void setImmediate(then),
  };
}

test("a sale is opened as docs/audit.md says", async () => {
  answer = { status: 201, body: '{"saleId":3,"itemId":7,"stock":100,"perUserLimit":1}' };
  expect(await httpBooks(origin).openSale(sale, never)).toEqual({
    saleId: 3,
    itemId: 7,
    stock: 100,
    perUserLimit: 1,
  });
  expect(asked).toMatchObject([{ method: "POST", url: "/audit/sales" }]);
  expect(JSON.parse(asked[0]?.body ?? "")).toEqual(sale);
});

test("stocks keep a counter below zero, and have neither cache counter nor reservations where none are told", async () => {
  const stocks = [
    { saleId: 2, itemId: 6, initial: 10, remaining: 4, sold: 6, reserved: 2 },
    { saleId: 3, itemId: 7, initial: 100, remaining: -4, cacheRemaining: 0, sold: 104 },
    { saleId: 0, itemId: 0, initial: 500, remaining: 480, sold: 20 },
  ];
  answer = { status: 200, body: JSON.stringify({ stocks }) };
  expect(await httpBooks(`${origin}/audit/`).stocks("a b", never)).toStrictEqual(stocks);
  expect(asked).toMatchObject([{ method: "GET", url: "/audit/stocks?tag=a%20b" }]);
});

test("orders come one by one, and their number is that of the end line", async () => {
  answer = { status: 200, body: '[0,11,3,1]\n[5,12,3,2]\n{"end":true,"orders":2}\n' };
  expect(await all(httpBooks(origin).orders("t1", never))).toEqual([
    { attempt: 0, userId: 11, saleId: 3, units: 1 },
    { attempt: 5, userId: 12, saleId: 3, units: 2 },
  ]);
});

describe("an answer that cannot be relied upon is a failure of the target", () => {
  test.each([
    { why: "the end line is missing", body: "[0,11,3,1]\n", sentence: "broke off after 1 orders" },
    { why: "there is nothing at all", body: "", sentence: "broke off after 0 orders" },
    {
      why: "orders are missing",
      body: '[0,11,3,1]\n{"end":true,"orders":2}',
      sentence: "gave 1 orders and says there are 2",
    },
    { why: "a line is cut", body: '[0,11,3\n{"end":true,"orders":1}', sentence: "a line that is no order" },
    {
      why: "a figure is not whole",
      body: '[0.5,11,3,1]\n{"end":true,"orders":1}',
      sentence: "a line that is no order",
    },
    {
      why: "it goes on after the end",
      body: '{"end":true,"orders":0}\n[0,11,3,1]',
      sentence: "after its end line",
    },
    { why: "it is something else", body: "<html>", sentence: "neither an order nor the end" },
    { why: "the connection breaks", body: "[0,11,3,1]\n", breaksOff: true, sentence: "broke off" },
  ])("orders: $why", async ({ body, sentence, breaksOff = false }) => {
    answer = { status: 200, body, breaksOff };
    const failure = await all(httpBooks(origin).orders("t1", never)).catch((error) => error);
    expect(failure).toMatchObject({
      name: "Failure",
      kind: "target",
      message: expect.stringContaining(sentence),
    });
  });

  test.each([
    { why: "a status that is not good", status: 503, body: '{"status":"busy"}', sentence: "with status 503" },
    { why: "no JSON", status: 200, body: "hello", sentence: "not what docs/audit.md says" },
    { why: "a figure missing", status: 200, body: '{"stocks":[{"saleId":1}]}', sentence: "itemId" },
  ])("stocks: $why", async ({ status, body, sentence }) => {
    answer = { status, body };
    const failure = await httpBooks(origin, impatientClock())
      .stocks("t1", never)
      .catch((error) => error);
    expect(failure).toMatchObject({ kind: "target", message: expect.stringContaining(sentence) });
    expect(failure.hint).toContain(body.slice(0, 20));
  });

  test("nobody there", async () => {
    await new Promise((resolve) => server.close(resolve));
    const failure = await httpBooks(origin)
      .openSale(sale, never)
      .catch((error) => error);
    expect(failure).toMatchObject({
      kind: "target",
      message: expect.stringContaining("did not answer POST"),
    });
  });
});

describe("who answers 503 did nothing", () => {
  test("and is asked again, with the same words", async () => {
    answer = { status: 503, body: '{"status":"busy"}' };
    const good = { status: 201, body: '{"saleId":3,"itemId":7,"stock":100,"perUserLimit":1}' };
    const clock = impatientClock(() => {
      if (asked.length === 3) answer = good;
    });
    expect(await httpBooks(origin, clock).openSale(sale, never)).toMatchObject({ saleId: 3 });
    expect(asked).toHaveLength(4);
    expect(new Set(asked.map(({ body }) => body)).size).toBe(1);
  });

  test.each([
    { what: "stocks", ask: async (books: Books) => books.stocks("t1", never) },
    { what: "orders", ask: async (books: Books) => all(books.orders("t1", never)) },
    { what: "items", ask: async (books: Books) => books.items?.([1], never) },
  ])("and is given up after 30 s: $what", async ({ ask }) => {
    answer = { status: 503, body: "" };
    const clock = impatientClock();
    const began = clock.nowMs();
    await expect(ask(httpBooks(origin, clock))).rejects.toMatchObject({
      kind: "target",
      message: expect.stringContaining("503, asked again for 30 s"),
    });
    expect(clock.nowMs() - began).toSatisfy((tookMs: number) => tookMs > 27_000 && tookMs <= 30_000);
  });

  test("unless the caller goes", async () => {
    answer = { status: 503, body: "" };
    const leaving = new AbortController();
    const reason = new Error("stop");
    const clock = impatientClock(() => leaving.abort(reason));
    await expect(httpBooks(origin, clock).stocks("t1", leaving.signal)).rejects.toBe(reason);
    expect(asked).toHaveLength(1);
  });
});

test("an abort is the caller's own reason, not a failure", async () => {
  const reason = new Error("stop");
  await expect(httpBooks(origin).stocks("t1", AbortSignal.abort(reason))).rejects.toBe(reason);
});

test("however the bytes are cut into chunks, the same orders come out", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat()), { maxLength: 20 }),
      fc.integer({ min: 1, max: 30 }),
      async (rows, chunkBytes) => {
        const text = [
          ...rows.map((row) => JSON.stringify(row)),
          JSON.stringify({ end: true, orders: rows.length }),
        ];
        const bytes = new TextEncoder().encode(text.join("\n"));
        async function* chunks() {
          for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
        }
        const orders = await all(orderEntries(chunks(), "test", never));
        expect(orders.map(({ attempt, userId, saleId, units }) => [attempt, userId, saleId, units])).toEqual(
          rows,
        );
      },
    ),
    { seed: 4711, numRuns: 100 },
  );
});

async function all(entries: AsyncIterable<OrderEntry>): Promise<OrderEntry[]> {
  const list: OrderEntry[] = [];
  for await (const entry of entries) list.push(entry);
  return list;
}
