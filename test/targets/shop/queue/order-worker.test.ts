/** What becomes of a delivery: when the promise leaves the queue, when it is delivered again, when it is put aside. */
import type { JsMsg } from "@nats-io/jetstream";
import { describe, expect, test } from "vitest";
import { NotDone } from "../../../../targets/shop/data/not-done.ts";
import type { Streams } from "../../../../targets/shop/queue/nats-link.ts";
import { encoded } from "../../../../targets/shop/queue/order-message.ts";
import { OrderWorker } from "../../../../targets/shop/queue/order-worker.ts";
import { Unwritable, type Written } from "../../../../targets/shop/queue/order-writer.ts";

const text = encoded({ saleId: 65, userId: 7, key: "t.1" });

interface Delivery {
  readonly text?: string;
  readonly delivery?: number;
  /** What writing comes to, one after the other; the last one for ever. */
  readonly ends?: readonly (Written | Error)[];
  readonly isQueueDeaf?: boolean;
  /** Nothing can be said to the queue any more: the connection is closed. */
  readonly isClosed?: boolean;
}

/** One delivery to a worker that may have three of each promise; what it said to the queue, and what it counted. */
async function delivered(given: Delivery): Promise<readonly string[]> {
  const {
    text: said = text,
    delivery = 1,
    ends = ["written"],
    isQueueDeaf = false,
    isClosed = false,
  } = given;
  const heard: string[] = [];
  const stop = new AbortController();
  const message = {
    ...{ info: { deliveryCount: delivery }, seq: 9, subject: "orders.1.65.dC4x", data: Buffer.from(said) },
    string: () => said,
    working: () => {},
    ack() {
      heard.push("ack");
      if (isClosed) throw new Error("closed connection");
    },
    ...{ nak: () => heard.push("nak"), term: () => heard.push("term") },
  } as unknown as JsMsg;
  let end: () => void = () => {};
  const closed = new Promise<void>((resolve) => {
    end = resolve;
  });
  const streams = {
    manager: { consumers: { add: async () => {} } },
    client: {
      async publish(subject: string) {
        if (isQueueDeaf) throw new Error("timeout");
        heard.push(`put into ${subject}`);
      },
      consumers: {
        get: async () => ({
          async consume({ callback }: { callback(message: JsMsg): void }) {
            callback(message);
            return { closed: () => closed, stop: () => end() };
          },
        }),
      },
    },
  } as unknown as Streams;
  let writes = 0;
  const worker: OrderWorker = new OrderWorker({
    link: { up: async () => streams },
    writer: {
      async write() {
        const end = ends[Math.min(writes++, ends.length - 1)]!;
        if (end instanceof Error) {
          // Given back at the end, when it would be tried for ever.
          if (writes > ends.length) stop.abort();
          throw end;
        }
        return end;
      },
    },
    shard: 1,
    limits: { maxInFlight: 4, maxDeliveries: 3, ackWaitMs: 60_000 },
    log: { info: () => {}, error: () => {} },
    pause: async () => {},
    observe: {
      delivered: (isAgain) => isAgain && heard.push("again"),
      ended: (how) => {
        heard.push(how);
        stop.abort();
      },
    },
  });
  const running = worker.run(stop.signal);
  while (heard.length === 0 || worker.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  await running;
  return heard;
}

test.each(["written", "again", "withdrawn"] as const)(
  "a promise that is %s leaves the queue",
  async (end) => {
    expect(await delivered({ ends: [end] })).toEqual(["ack", end]);
  },
);

test("a promise that is written and cannot be acknowledged is left to the next delivery", async () => {
  expect(await delivered({ isClosed: true })).toEqual(["ack"]);
});

test("a delivery of what was delivered before is counted", async () => {
  expect(await delivered({ delivery: 2 })).toEqual(["again", "ack", "written"]);
});

describe("a store that is away is waited for, with the promise in hand", () => {
  const away = new NotDone("unreachable", "no connection");
  test("until it is back", async () => {
    expect(await delivered({ ends: [away, "written"] })).toEqual(["ack", "written"]);
  });

  test("also in the last delivery", async () => {
    expect(await delivered({ delivery: 3, ends: [away, "written"] })).toEqual(["again", "ack", "written"]);
  });

  test("and the promise is given back by a worker that is told to stop meanwhile", async () => {
    expect(await delivered({ ends: [away] })).toEqual(["nak"]);
  });
});

describe("what can never be written", () => {
  const hopeless = { ends: [new Unwritable("there is no sale 65")] };
  const putAside = ["put into dead-orders.1.65.dC4x", "term", "dead"];

  test.each([
    { why: "first", delivery: 1, heard: ["nak"] },
    { why: "last", delivery: 3, heard: ["again", ...putAside] },
  ])("is given back or put aside: its $why delivery", async ({ delivery, heard }) => {
    expect(await delivered({ ...hopeless, delivery })).toEqual(heard);
  });

  test("is put aside unread after too many deliveries: its workers died over it", async () => {
    expect(await delivered({ delivery: 4 })).toEqual(["again", ...putAside]);
  });

  test("is put aside at once when it is no order at all", async () => {
    expect(await delivered({ text: "hello" })).toEqual(putAside);
  });

  test("stays in the queue when there is nowhere to put it", async () => {
    expect(await delivered({ text: "hello", isQueueDeaf: true })).toEqual(["nak"]);
  });
});
