/** The queue as the desk sees it: what a promise comes to, and how long the books wait. */
import { JetStreamApiError } from "@nats-io/jetstream";
import { NoRespondersError, RequestError } from "@nats-io/transport-node";
import { describe, expect, test } from "vitest";
import { NotDone } from "../../../../targets/shop/data/not-done.ts";
import type { SaleRow } from "../../../../targets/shop/data/sales.ts";
import type { Streams } from "../../../../targets/shop/queue/nats-link.ts";
import { OrderQueue } from "../../../../targets/shop/queue/order-queue.ts";

const sale: SaleRow = {
  ...{ saleId: 65, itemId: 5, price: 100, initial: 3, perUserLimit: 1, strategy: "F9", opensAtEpochMs: 0 },
};
const attempt = { userId: 7, key: "t.1" };

interface Server {
  /** What sending comes to. */
  readonly acknowledges?: { readonly duplicate: boolean } | Error;
  /** Tries that come to nothing before that. */
  readonly silences?: number;
  /** How often a promise of the sale is still found. */
  readonly looks?: number;
  readonly isAway?: boolean;
}

function queueOver(server: Server) {
  const { acknowledges = { duplicate: false }, silences = 0, looks = 0, isAway = false } = server;
  const seen = { outcomes: [] as string[], sent: [] as unknown[], looks: 0, nowMs: 0 };
  const stop = new AbortController();
  const streams = {
    client: {
      async publish(...sent: unknown[]) {
        seen.sent.push(sent);
        if (seen.sent.length <= silences) throw new Error("timeout");
        if (acknowledges instanceof Error) throw acknowledges;
        return acknowledges;
      },
    },
    manager: {
      streams: { getMessage: async () => (seen.looks++ < looks ? { subject: "orders.1.65.dC4x" } : null) },
    },
  } as unknown as Streams;
  const queue = new OrderQueue({
    link: { streams: isAway ? undefined : streams },
    observe: (outcome) => seen.outcomes.push(outcome),
    signal: stop.signal,
    nowMs: () => seen.nowMs,
    pause: async (ms) => {
      seen.nowMs += ms;
      // Others come first, as they do in time.
      await new Promise((resolve) => setImmediate(resolve));
    },
  });
  return { queue, seen, stop: () => stop.abort() };
}

const apiError = new JetStreamApiError({
  code: 503,
  err_code: 10_077,
  description: "maximum messages exceeded",
});
const nobody = new Error("jetstream is not enabled", {
  cause: new RequestError("no responders", { cause: new NoRespondersError("orders") }),
});

describe("a promise", () => {
  test.each([
    { acknowledges: { duplicate: false }, sent: "stored" },
    { acknowledges: { duplicate: true }, sent: "duplicate" },
  ] as const)("is $sent", async ({ acknowledges, sent }) => {
    const { queue, seen } = queueOver({ acknowledges });
    expect(await queue.send(sale, attempt)).toBe(sent);
    expect(seen.outcomes).toEqual([sent]);
    expect(seen.sent).toMatchObject([
      ["orders.1.65.dC4x", '{"saleId":65,"userId":7,"key":"t.1"}', { msgID: "t.1" }],
    ]);
  });

  test.each([
    { why: "the queue is away", server: { isAway: true }, reason: "unreachable" },
    { why: "the queue is full", server: { acknowledges: apiError }, reason: "full" },
    { why: "nobody took it", server: { acknowledges: nobody }, reason: "unreachable" },
  ] as const)("was surely not stored when $why", async ({ server, reason }) => {
    const { queue, seen } = queueOver(server);
    const failed = await queue.send(sale, attempt).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(NotDone);
    expect((failed as NotDone).reason).toBe(reason);
    expect(seen.outcomes).toEqual(["refused"]);
  });

  test("may have been stored when no answer came", async () => {
    const timeout = new Error("timeout");
    const { queue, seen, stop } = queueOver({ acknowledges: timeout });
    expect(await queue.send(sale, attempt).catch((error: unknown) => error)).toBe(timeout);
    stop();
    expect(seen.outcomes).toEqual(["unknown"]);
  });

  test("that may have been stored is sent by itself until it surely is, and the books wait for that", async () => {
    const { queue, seen } = queueOver({ silences: 4 });
    await expect(queue.send(sale, attempt)).rejects.toThrow("timeout");
    await expect(queue.send(sale, attempt)).rejects.toThrow("timeout");
    expect(queue.doubtful).toBe(1);
    await queue.drained(65, 30_000);
    expect(queue.doubtful).toBe(0);
    expect(seen.outcomes).toEqual(["unknown", "unknown"]);
    expect(seen.sent).toHaveLength(5);
    expect(new Set(seen.sent.map(String)).size).toBe(1);
  });
});

describe("the books wait", () => {
  test("until nothing of the sale is in the queue, and no longer", async () => {
    const { queue, seen } = queueOver({ looks: 4 });
    await queue.drained(65, 30_000);
    expect(seen).toMatchObject({ looks: 5, nowMs: 200 });
  });

  test("not at all when nothing is", async () => {
    const { queue, seen } = queueOver({});
    await queue.drained(65, 30_000);
    expect(seen).toMatchObject({ looks: 1, nowMs: 0 });
  });

  test.each([
    {
      why: "orders still wait",
      server: { looks: Number.POSITIVE_INFINITY },
      says: /orders of sale 65 still wait/,
    },
    { why: "the queue is away", server: { isAway: true }, says: /not connected/ },
  ])("for as long as they may, and say so when $why", async ({ server, says }) => {
    const { queue, seen } = queueOver(server);
    const failed = await queue.drained(65, 30_000).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(NotDone);
    expect(String(failed)).toMatch(says);
    expect(seen.nowMs).toBe(30_000);
  });
});
