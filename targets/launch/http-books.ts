/** The books of a target over HTTP: client of docs/audit.md. */
import { Agent, type Dispatcher, request } from "undici";
import { z } from "zod";
import { type Clock, sleep, systemClock } from "../../base/clock.ts";
import { Failure, sentenceOf } from "../../base/failure.ts";
import type { Sale } from "../../scenarios/scenario.ts";
import type { Books, KeptItem, OpenSale, OrderEntry, StockBook } from "../running-target.ts";

/** Reading all stock of a large target is one heavy query. */
const ANSWER_LIMIT_MS = 60_000;
/** After an overload a target sheds calls until its queues are empty; longer than any stage here takes to work off 64 requests. */
const BUSY_LIMIT_MS = 30_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

const count = z.number().int().nonnegative();
const saleAnswer = z.object({ saleId: count, itemId: count, stock: count, perUserLimit: count });
const stocksAnswer = z.object({
  stocks: z.array(
    z.object({
      saleId: count,
      itemId: count,
      initial: z.number().int(),
      // An oversold stock may well be below zero; that is a finding, not a malformed answer.
      remaining: z.number().int(),
      cacheRemaining: z.number().int().optional(),
      sold: count,
      reserved: z.number().int().optional(),
    }),
  ),
});

const itemsAnswer = z.object({
  items: z.array(z.object({ id: count, name: z.string(), price: z.number().int() })),
});

/**
 * Books kept at `<origin>/audit`; an address that ends in `/audit` is taken as well. Whoever answers 503 did nothing and
 * knows nothing: that is asked again for 30 s. Every call
 * @throws {Failure} `target` when the answer is missing, is not what docs/audit.md says, or is incomplete
 * @throws the signal's reason when it aborts
 */
export function httpBooks(origin: string, clock: Clock = systemClock): Books {
  const base = origin.replace(/\/+$/, "").replace(/\/audit$/, "");
  const dispatcher = new Agent({
    connections: 2,
    headersTimeout: ANSWER_LIMIT_MS,
    bodyTimeout: ANSWER_LIMIT_MS,
    keepAliveTimeout: 1_000,
  });
  const ask = (path: string, options: Partial<Dispatcher.RequestOptions>, signal: AbortSignal) =>
    answerOf(`${base}${path}`, { ...options, dispatcher }, signal, clock);

  return {
    async openSale(sale: OpenSale, signal: AbortSignal): Promise<Sale> {
      const options = {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(sale),
      } as const;
      const body = await ask("/audit/sales", options, signal);
      return parsed(`POST ${base}/audit/sales`, saleAnswer, await textOf(body, base, signal));
    },

    async stocks(tag: string, signal: AbortSignal): Promise<readonly StockBook[]> {
      const path = `/audit/stocks?tag=${encodeURIComponent(tag)}`;
      const body = await ask(path, {}, signal);
      const { stocks } = parsed(`GET ${base}${path}`, stocksAnswer, await textOf(body, base, signal));
      // `exactOptionalPropertyTypes`: what is not told is absent, not undefined.
      return stocks.map(({ cacheRemaining, reserved, ...book }) => ({
        ...book,
        ...(cacheRemaining !== undefined && { cacheRemaining }),
        ...(reserved !== undefined && { reserved }),
      }));
    },

    async *orders(tag: string, signal: AbortSignal): AsyncGenerator<OrderEntry> {
      const path = `/audit/orders?tag=${encodeURIComponent(tag)}`;
      const body = await ask(path, {}, signal);
      yield* orderEntries(body, `GET ${base}${path}`, signal);
    },

    async items(ids: readonly number[], signal: AbortSignal): Promise<readonly KeptItem[] | undefined> {
      const url = `${base}/audit/items?ids=${ids.join(",")}`;
      const answer = await whenNotBusy(url, { dispatcher }, signal, clock);
      // Somebody's own system need not tell.
      if (answer.statusCode === 404) {
        await answer.body.dump();
        return undefined;
      }
      const body = await goodBody(`GET ${url}`, answer, signal);
      return parsed(`GET ${url}`, itemsAnswer, await textOf(body, url, signal)).items;
    },
  };
}

/**
 * The order rows of an NDJSON stream of bytes, checked against its end line.
 * @throws {Failure} `target` when a line is none, the end line is missing, or its figure is not the number of rows
 */
export async function* orderEntries(
  bytes: AsyncIterable<Uint8Array>,
  what: string,
  signal: AbortSignal,
): AsyncGenerator<OrderEntry> {
  let rows = 0;
  let end: { orders: number } | undefined;
  for await (const line of linesOf(bytes, what, signal)) {
    if (line === "") continue;
    if (end !== undefined) throw incomplete(what, `goes on after its end line: ${shortened(line)}`);
    if (line.startsWith("[")) {
      rows += 1;
      yield orderOf(line, what);
    } else {
      end = endOf(line, what);
    }
  }
  if (end === undefined) throw incomplete(what, `broke off after ${rows} orders, without its end line`);
  if (end.orders !== rows) throw incomplete(what, `gave ${rows} orders and says there are ${end.orders}`);
}

type Answer = Awaited<ReturnType<typeof request>>;
type Asked = NonNullable<Parameters<typeof request>[1]>;

async function answerOf(
  url: string,
  options: Asked,
  signal: AbortSignal,
  clock: Clock,
): Promise<Answer["body"]> {
  const answer = await whenNotBusy(url, options, signal, clock);
  return goodBody(`${options.method ?? "GET"} ${url}`, answer, signal);
}

async function whenNotBusy(url: string, options: Asked, signal: AbortSignal, clock: Clock): Promise<Answer> {
  const patienceEndsMs = clock.nowMs() + BUSY_LIMIT_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    let answer: Answer;
    try {
      answer = await request(url, { ...options, signal });
    } catch (error) {
      signal.throwIfAborted();
      const what = `${options.method ?? "GET"} ${url}`;
      throw new Failure("target", `the books did not answer ${what}: ${sentenceOf(error)}`, { cause: error });
    }
    if (answer.statusCode !== 503 || clock.nowMs() + pauseMs > patienceEndsMs) return answer;
    await answer.body.dump();
    await sleep(pauseMs, signal, clock);
  }
}

async function goodBody(what: string, answer: Answer, signal: AbortSignal): Promise<Answer["body"]> {
  if (answer.statusCode >= 200 && answer.statusCode < 300) return answer.body;
  const text = await textOf(answer.body, what, signal);
  const asked = answer.statusCode === 503 ? `, asked again for ${BUSY_LIMIT_MS / 1_000} s` : "";
  throw new Failure("target", `the books answered ${what} with status ${answer.statusCode}${asked}`, {
    hint: `the answer was ${shortened(text) || "empty"}; what is expected stands in docs/audit.md`,
  });
}

async function textOf(body: { text(): Promise<string> }, what: string, signal: AbortSignal): Promise<string> {
  try {
    return await body.text();
  } catch (error) {
    signal.throwIfAborted();
    throw new Failure(
      "target",
      `the books broke off in the middle of an answer (${what}): ${sentenceOf(error)}`,
      {
        cause: error,
      },
    );
  }
}

function parsed<T>(what: string, shape: z.ZodType<T>, text: string): T {
  let problem: unknown;
  try {
    const result = shape.safeParse(JSON.parse(text));
    if (result.success) return result.data;
    problem = z.prettifyError(result.error);
  } catch (error) {
    problem = sentenceOf(error);
  }
  throw new Failure("target", `the books' answer to ${what} is not what docs/audit.md says: ${problem}`, {
    hint: `it was ${shortened(text)}`,
  });
}

/** Lines without their ends; the last one may lack its end. Memory is one chunk and one line. */
async function* linesOf(
  bytes: AsyncIterable<Uint8Array>,
  what: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const chunk of bytes) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw incomplete(what, `broke off: ${sentenceOf(error)}`);
  }
  yield rest + decoder.decode();
}

function orderOf(line: string, what: string): OrderEntry {
  const row = fromJson(line);
  if (Array.isArray(row) && row.length === 4 && row.every(Number.isSafeInteger)) {
    const [attempt, userId, saleId, units] = row as [number, number, number, number];
    return { attempt, userId, saleId, units };
  }
  throw incomplete(what, `has a line that is no order: ${shortened(line)}`);
}

function endOf(line: string, what: string): { orders: number } {
  const end = fromJson(line) as { end?: unknown; orders?: unknown } | undefined | null;
  if (end?.end === true && Number.isSafeInteger(end.orders)) return { orders: end.orders as number };
  throw incomplete(what, `has a line that is neither an order nor the end: ${shortened(line)}`);
}

function fromJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const incomplete = (what: string, how: string) =>
  new Failure("target", `the list of orders (${what}) ${how}`, {
    hint: "without a complete list nothing can be said about correctness; the form stands in docs/audit.md",
  });

const shortened = (text: string) => (text.length > 200 ? `${text.slice(0, 200)}...` : text);
