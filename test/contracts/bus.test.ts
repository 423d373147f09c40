/** What only the bus does: routing, its own refusals, limits, lanes, registry, counters. Real servers on loopback, all in this process. */
import { connect, createServer, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { BusMember } from "../../targets/shop/bus/bus-member.ts";
import { NotDone } from "../../targets/shop/data/not-done.ts";
import { CallFailed } from "../../targets/shop/services/call-failed.ts";
import {
  OrderServiceDefinition,
  StockServiceDefinition,
  UserServiceDefinition,
} from "../../targets/shop/services/contract/generated/services.ts";
import { methodAt } from "../../targets/shop/services/service-member.ts";
import { busTo, failureOf, freeAddress, open, PATIENT_MS } from "./bus-to.ts";
import { bareService, grpcService } from "./grpc-services.ts";

const getStock = methodAt(StockServiceDefinition, StockServiceDefinition.methods.getStock);

describe("the bus", () => {
  const stockOf = (remaining: number) =>
    grpcService(StockServiceDefinition, { getStock: { unary: () => ({ remaining }) } });
  const post = (address: string, path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`http://${address}${path}`, { method: "POST", body, headers });

  test("brings each call to the service it is for, over one address", async () => {
    const stock = open(await stockOf(-5));
    const users = open(
      await grpcService(UserServiceDefinition, {
        getName: { unary: ({ userId }) => ({ name: `user ${userId}` }) },
      }),
    );
    const bus = await busTo({ stock: [stock.address], user: [users.address] });
    const answered = await post(bus, "/shop.v1.StockService/GetStock", '{"itemId":1}');
    expect([answered.status, await answered.json()]).toEqual([200, { remaining: "-5" }]);
    const named = await post(bus, "/shop.v1.UserService/GetName", '{"userId":9}');
    expect(await named.json()).toEqual({ name: "user 9" });
  });

  test("asks every member of a service, and leaves out those that are gone", async () => {
    const seen = new Set<number>();
    const members = await Promise.all([stockOf(1), stockOf(2)]);
    const member = new BusMember(await busTo({ stock: members.map(({ address }) => address) }));
    onTestFinished(() => member.close());
    open(members[0]!);
    const ask = () => member.unary(getStock, { itemId: 1 }, PATIENT_MS);
    await expect
      .poll(async () => seen.add((await ask()).remaining).size, { timeout: PATIENT_MS, interval: 1 })
      .toBe(2);
    await members[1]![Symbol.asyncDispose]();
    await expect.poll(() => ask().catch(() => undefined), { timeout: PATIENT_MS }).toBeDefined();
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(Array(3).fill({ remaining: 1 }));
  });

  test.each([
    { why: "nobody serves", path: "/shop.v1.StockService/Nothing", httpStatus: 501, says: "UNIMPLEMENTED" },
    { why: "is not registered", path: "/shop.v1.UserService/GetName", httpStatus: 503, says: "UNAVAILABLE" },
    { why: "is not JSON", body: "{", httpStatus: 400, says: "INVALID_ARGUMENT" },
    { why: "has a field too many", body: '{"itemID":1}', httpStatus: 400, says: "INVALID_ARGUMENT" },
    { why: "is too long", body: " ".repeat(200), httpStatus: 413, says: "INVALID_ARGUMENT" },
    { why: "names no time", headers: { "grpc-timeout": "soon" }, httpStatus: 400, says: "INVALID_ARGUMENT" },
    { why: "has no time", headers: { "grpc-timeout": "0m" }, httpStatus: 504, says: "DEADLINE_EXCEEDED" },
  ])("refuses what $why, and says that nothing was done", async (row) => {
    const { path = "/shop.v1.StockService/GetStock", body = "{}", headers = {}, httpStatus, says } = row;
    const stock = open(await stockOf(1));
    const limits = { inHand: 64, waiting: 64, bodyBytes: 100, usualMs: 2_000, longestMs: 60_000 };
    const answered = await post(await busTo({ stock: [stock.address] }, { limits }), path, body, headers);
    expect([answered.status, await answered.json()]).toMatchObject([
      httpStatus,
      { status: says, metadata: { outcome: "undone" } },
    ]);
  });

  test("says of an answer it does not understand that what was done is unknown", async () => {
    const odd = open(
      await bareService((stream) => {
        stream.respond(
          { ":status": 200, "content-type": "application/grpc+proto" },
          { waitForTrailers: true },
        );
        stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
        stream.end(Buffer.from([0, 0, 0, 0, 2, 0x0a, 0xff]));
      }),
    );
    const answered = await post(
      await busTo({ stock: [odd.address] }),
      "/shop.v1.StockService/GetStock",
      "{}",
    );
    expect([answered.status, await answered.json()]).toMatchObject([
      500,
      { status: "INTERNAL", metadata: {} },
    ]);
  });

  test("says of a call that its service refused on the wire that nothing was done", async () => {
    const refusing = open(await bareService((stream) => stream.close(0x7))); // REFUSED_STREAM
    const member = new BusMember(await busTo({ stock: [refusing.address] }));
    onTestFinished(() => member.close());
    expect(await failureOf(member.unary(getStock, { itemId: 1 }, PATIENT_MS))).toMatchObject({
      reason: "unreachable",
    });
  });

  test("does not take a program that hangs for one that is there", async () => {
    // It accepts connections, and never says a word.
    const hanging = createServer();
    await new Promise<void>((resolve) => hanging.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void hanging.close());
    const { port } = hanging.address() as { port: number };
    const bus = await busTo({ stock: [`127.0.0.1:${port}`] });
    const answered = await post(bus, "/shop.v1.StockService/GetStock", "{}", { "grpc-timeout": "200m" });
    expect(await answered.json()).toMatchObject({ metadata: { outcome: "undone", reason: "unreachable" } });
  });

  test("gives up a connection over which nothing comes any more, and knows then that nothing was done", async () => {
    const stock = open(await stockOf(1));
    const wire = open(await cuttable(stock.address));
    const member = new BusMember(await busTo({ stock: [wire.address] }));
    onTestFinished(() => member.close());
    const ask = () => failureOf(member.unary(getStock, { itemId: 1 }, 300));
    expect(await ask()).toEqual({ answered: { remaining: 1 } });
    wire.cut();
    // Sent, and never answered.
    expect(await ask()).toBeInstanceOf(CallFailed);
    await expect.poll(ask, { timeout: PATIENT_MS }).toBeInstanceOf(NotDone);
  });

  test.each([
    { lanes: "shared", bystander: 429 },
    { lanes: "separate", bystander: 200 },
  ])(
    "with $lanes lanes answers $bystander to others while one service has hung up all its turns",
    async (row) => {
      const { lanes, bystander } = row;
      const hung = open(
        await grpcService(OrderServiceDefinition, { placeOrder: { unary: () => new Promise(() => {}) } }),
      );
      const stock = open(await stockOf(1));
      const limits = { inHand: 4, waiting: 0, bodyBytes: 1_000, usualMs: 20_000, longestMs: 60_000 };
      const bus = await busTo({ order: [hung.address], stock: [stock.address] }, { lanes, limits });
      const leaving = new AbortController();
      const calls = Array.from({ length: 4 }, () =>
        fetch(`http://${bus}/shop.v1.OrderService/PlaceOrder`, {
          method: "POST",
          body: "{}",
          signal: leaving.signal,
        })
          .then(({ status: httpStatus }) => httpStatus)
          .catch(() => 0),
      );
      const inHand = async () =>
        sum(await metricsOf(bus), /^shop_bus_lane_calls\{.*state="in-hand".*\} (\d+)$/gm);
      await expect.poll(inHand, { timeout: PATIENT_MS }).toBe(lanes === "shared" ? 4 : 2);
      const ask = async () => (await post(bus, "/shop.v1.StockService/GetStock", "{}")).status;
      expect(await ask()).toBe(bystander);
      // Callers who leave give their turns back.
      leaving.abort();
      await Promise.all(calls);
      await expect.poll(inHand, { timeout: PATIENT_MS }).toBe(0);
      expect(await ask()).toBe(200);
    },
  );

  test("tells which services there are, where, and whether they are reached", async () => {
    const stock = open(await stockOf(1));
    const away = await freeAddress();
    const bus = await busTo({ stock: [stock.address], user: [away] });
    const health = await fetch(`http://${bus}/health`);
    expect([health.status, await health.json()]).toEqual([
      503,
      { status: "unwell", silent: ["shop.v1.UserService"] },
    ]);
    const { services } = (await (await fetch(`http://${bus}/registry`)).json()) as { services: object[] };
    expect(services).toContainEqual({
      service: "shop.v1.StockService",
      version: "v1",
      methods: ["GetStock"],
      members: [{ address: stock.address, isConnected: true }],
    });
    expect(services).toContainEqual(
      expect.objectContaining({
        service: "shop.v1.UserService",
        members: [{ address: away, isConnected: false }],
      }),
    );
  });

  test("counts calls by route, and apart those it refused itself", async () => {
    const stock = open(await stockOf(1));
    const bus = await busTo({ stock: [stock.address] });
    await post(bus, "/shop.v1.StockService/GetStock", "{}");
    await post(bus, "/shop.v1.StockService/GetStock", "nonsense");
    const text = await metricsOf(bus);
    expect(text).toMatch(
      /^shop_bus_calls_total\{service="shop.v1.StockService",version="v1",method="GetStock",status="OK".*\} 1$/m,
    );
    expect(text).toMatch(
      /^shop_bus_refusals_total\{service="shop.v1.StockService",status="INVALID_ARGUMENT".*\} 1$/m,
    );
    expect(text).toMatch(/^shop_bus_members\{service="shop.v1.StockService".*\} 1$/m);
  });

  test("does not start with a service that no descriptor tells of", async () => {
    await expect(busTo({ gift: ["127.0.0.1:1"] })).rejects.toThrow("gift");
  });
});

const metricsOf = async (address: string) => (await fetch(`http://${address}/metrics`)).text();

const sum = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].reduce((total, [, value]) => total + Number(value), 0);

/** A wire to `address` that can be cut: from then on nothing comes through, and nobody is told. */
async function cuttable(
  address: string,
): Promise<AsyncDisposable & { readonly address: string; cut(): void }> {
  const [host, port] = address.split(":");
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ host, port: Number(port) });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
    }
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${(server.address() as { port: number }).port}`,
    cut() {
      server.removeAllListeners("connection");
      server.on("connection", (socket) => sockets.add(socket.on("error", () => {})));
      for (const socket of sockets) socket.unpipe().pause();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
