/** What callers of services may rely on, whether they speak gRPC themselves or to the bus. Real servers on loopback, all in this process. */
import { Metadata, status } from "@grpc/grpc-js";
import { describe, expect, onTestFinished, test } from "vitest";
import { BusMember } from "../../targets/shop/bus/bus-member.ts";
import { NotDone } from "../../targets/shop/data/not-done.ts";
import { CallFailed } from "../../targets/shop/services/call-failed.ts";
import { OrderServiceDefinition } from "../../targets/shop/services/contract/generated/services.ts";
import { GrpcMember } from "../../targets/shop/services/grpc-member.ts";
import { methodAt, type ServiceMember } from "../../targets/shop/services/service-member.ts";
import { busTo, failureOf, freeAddress, open, PATIENT_MS } from "./bus-to.ts";
import { bareService, grpcService, type RunningService } from "./grpc-services.ts";

const placeOrder = methodAt(OrderServiceDefinition, OrderServiceDefinition.methods.placeOrder);
const readBook = methodAt(OrderServiceDefinition, OrderServiceDefinition.methods.readOrderBook);
const anOrder = { userId: 7, key: "k “7”", itemId: 4_000_000_000, units: 2, price: 1_999 };
const soldOut = { status: "sold-out", orderId: 0, isEarlier: false };

/** Both ways to the members of the order service. */
const ways = [
  { way: "by gRPC", to: async (address: string): Promise<ServiceMember> => new GrpcMember(address) },
  {
    way: "over the bus",
    to: async (address: string): Promise<ServiceMember> => new BusMember(await busTo({ order: [address] })),
  },
] as const;

describe.each(ways)("a service called $way", ({ to }) => {
  async function memberOf(service: RunningService | string): Promise<ServiceMember> {
    const member = await to(typeof service === "string" ? service : open(service).address);
    onTestFinished(() => member.close());
    return member;
  }

  test("gets what was sent, and its answer comes back, numbers of 53 bits too", async () => {
    let seen: unknown;
    const service = await grpcService(OrderServiceDefinition, {
      placeOrder: {
        unary: (request) => {
          seen = request;
          return { status: "accepted", orderId: Number.MAX_SAFE_INTEGER, isEarlier: true };
        },
      },
    });
    const answer = await (await memberOf(service)).unary(placeOrder, anOrder, PATIENT_MS);
    expect(seen).toEqual(anOrder);
    expect(answer).toEqual({ status: "accepted", orderId: Number.MAX_SAFE_INTEGER, isEarlier: true });
  });

  test.each(["full", "unreachable", "undone"] as const)("says that nothing was done: %s", async (reason) => {
    const metadata = new Metadata();
    metadata.set("outcome", "undone");
    metadata.set("reason", reason);
    const service = await grpcService(OrderServiceDefinition, {
      placeOrder: {
        unary: () => Promise.reject({ code: status.UNAVAILABLE, details: "kein Platz für “7”", metadata }),
      },
    });
    const failure = await failureOf((await memberOf(service)).unary(placeOrder, anOrder, PATIENT_MS));
    expect(failure).toBeInstanceOf(NotDone);
    expect(failure).toMatchObject({ reason, message: expect.stringContaining("kein Platz für “7”") });
  });

  test.each([
    status.UNAVAILABLE,
    status.RESOURCE_EXHAUSTED,
    status.INTERNAL,
    status.CANCELLED,
    status.NOT_FOUND,
  ])("that fails with status %d and no other word leaves unknown what it did", async (code) => {
    const service = await grpcService(OrderServiceDefinition, {
      placeOrder: { unary: () => Promise.reject({ code, details: "why" }) },
    });
    const failure = await failureOf((await memberOf(service)).unary(placeOrder, anOrder, PATIENT_MS));
    expect(failure).toBeInstanceOf(CallFailed);
  });

  test("knows how long it may take, which is never longer than its caller waits", async () => {
    let leftMs = Number.NaN;
    const service = await grpcService(OrderServiceDefinition, {
      placeOrder: {
        unary: (_, call) => {
          leftMs = Number(new Date(call.getDeadline())) - Date.now();
          return soldOut;
        },
      },
    });
    await (await memberOf(service)).unary(placeOrder, anOrder, 20_000);
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(20_000);
  });

  test("that does not answer in time leaves unknown what it did", async () => {
    const service = await grpcService(OrderServiceDefinition, {
      placeOrder: { unary: () => new Promise(() => {}) },
    });
    const failure = await failureOf((await memberOf(service)).unary(placeOrder, anOrder, 300));
    expect(failure).toBeInstanceOf(CallFailed);
  });

  test("that is not there did nothing", async () => {
    const failure = await failureOf(
      (await memberOf(await freeAddress())).unary(placeOrder, anOrder, PATIENT_MS),
    );
    expect(failure).toBeInstanceOf(NotDone);
    expect(failure).toMatchObject({ reason: "unreachable" });
  });

  test("that breaks the connection in the middle of a call leaves unknown what it did", async () => {
    const service = await bareService((_, session) => session.destroy());
    const failure = await failureOf((await memberOf(service)).unary(placeOrder, anOrder, PATIENT_MS));
    expect(failure).toBeInstanceOf(CallFailed);
  });

  test("that answers with something else leaves unknown what it did", async () => {
    const service = await bareService((stream) => {
      stream.respond({ ":status": 502, "content-type": "text/html" });
      stream.end("<html>");
    });
    const failure = await failureOf((await memberOf(service)).unary(placeOrder, anOrder, PATIENT_MS));
    expect(failure).toBeInstanceOf(CallFailed);
  });

  test("that was away is found again", async () => {
    const handlers = { placeOrder: { unary: () => soldOut } };
    const before = await grpcService(OrderServiceDefinition, handlers);
    const { address } = before;
    const member = await memberOf(address);
    expect(await member.unary(placeOrder, anOrder, PATIENT_MS)).toMatchObject({ status: "sold-out" });
    await before[Symbol.asyncDispose]();
    await expect.poll(() => failureOf(member.unary(placeOrder, anOrder, 500))).toBeInstanceOf(NotDone);
    open(await grpcService(OrderServiceDefinition, handlers, Number(address.split(":")[1])));
    await expect
      .poll(() => member.unary(placeOrder, anOrder, 500).catch(() => undefined), { timeout: PATIENT_MS })
      .toMatchObject({ status: "sold-out" });
  });

  const book = (from: number) => ({ orders: [{ key: `k${from}`, userId: from, saleId: 3, units: 1 }] });

  test("gives a long list whole and in order, to a reader slower than itself", async () => {
    const count = 2_000;
    const service = await grpcService(OrderServiceDefinition, {
      readOrderBook: {
        stream: (call) => {
          for (let at = 1; at <= count; at++) call.write(book(at));
          call.end();
        },
      },
    });
    const seen: number[] = [];
    for await (const { orders } of (await memberOf(service)).stream(readBook, { tag: "t" }, PATIENT_MS)) {
      seen.push(orders[0]!.userId);
      if (seen.length % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(seen).toEqual(Array.from({ length: count }, (_, at) => at + 1));
  });

  test("gives a list of nothing", async () => {
    const service = await grpcService(OrderServiceDefinition, {
      readOrderBook: { stream: (call) => call.end() },
    });
    expect(await all((await memberOf(service)).stream(readBook, { tag: "t" }, PATIENT_MS))).toEqual([]);
  });

  test.each([
    {
      how: "fails",
      end: (call: Failing) => call.emit("error", { code: status.INTERNAL, details: "a shard is gone" }),
    },
    { how: "is late", end: () => {} },
  ])("whose list $how in the middle never passes it for a whole one", async ({ end }) => {
    const service = await grpcService(OrderServiceDefinition, {
      readOrderBook: {
        stream: (call) => {
          call.write(book(1));
          end(call);
        },
      },
    });
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const part of (await memberOf(service)).stream(readBook, { tag: "t" }, 500)) seen.push(part);
    })();
    expect(await failureOf(reading)).toBeInstanceOf(CallFailed);
    expect(seen).toHaveLength(1);
  });

  test("notices when nobody reads its list on", async () => {
    let wasLeft = false;
    const service = await grpcService(OrderServiceDefinition, {
      readOrderBook: {
        stream: (call) => {
          call.on("cancelled", () => (wasLeft = true));
          call.write(book(1));
        },
      },
    });
    for await (const _ of (await memberOf(service)).stream(readBook, { tag: "t" }, PATIENT_MS)) break;
    await expect.poll(() => wasLeft, { timeout: PATIENT_MS }).toBe(true);
  });
});

interface Failing {
  emit(event: "error", error: object): void;
}

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = [];
  for await (const value of values) seen.push(value);
  return seen;
}
