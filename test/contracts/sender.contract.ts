/** What every sender has to do, against a real web server that misbehaves on request. */
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Sender } from "../../agents/senders/sender.ts";
import { sleep, systemClock } from "../../base/clock.ts";
import type { ShopRequest } from "../../scenarios/scenario.ts";
import { DistantServer } from "../fakes/distant-server.ts";
import { Heard } from "../fakes/heard-exchange.ts";
import { MisbehavingServer } from "../fakes/misbehaving-server.ts";
import type { SenderUnderTest, ServersOfContract } from "./sender-under-test.ts";

const http1Servers: ServersOfContract = {
  misbehaving: () => new MisbehavingServer(),
  distant: (hangingUp) => DistantServer.start(hangingUp),
};

/** More than a loopback connection takes on any machine. */
const warmWithinMs = 5_000;

const get = (path: string): ShopRequest => ({ method: "GET", path });

export function senderContract(under: SenderUnderTest): void {
  describe(`sender "${under.name}"`, () => {
    const { misbehaving, distant: startDistant } = under.servers ?? http1Servers;
    const server = misbehaving();
    beforeAll(() => server.listen());
    afterAll(() => server.close());

    /** A sender for one test, closed after it. */
    async function using(
      use: (sender: Sender) => Promise<void>,
      { maxConnections = 4, requestTimeoutMs = 5_000, baseUrls = [server.url] } = {},
    ): Promise<void> {
      await using sender = under.make({ baseUrls, maxConnections, requestTimeoutMs });
      await use(sender);
    }

    function send(sender: Sender, request: ShopRequest, wantsBody = true): Promise<Heard> {
      const heard = new Heard(wantsBody);
      sender.send(request, heard);
      return heard.over;
    }

    /** A case about connections that carry one request at a time. */
    function testAlone(name: string, run: () => Promise<void>): void {
      const because = under.sharesBecause;
      test(name, (context) => (because === undefined ? run() : context.skip(because)));
    }

    test("a request is fired once and answered once, and nothing is left over", () =>
      using(async (sender) => {
        const all = await Promise.all(Array.from({ length: 50 }, () => send(sender, get("/length"))));
        for (const { events } of all) expect(events).toEqual(["fired", "answered"]);
        expect([sender.inFlight, sender.waiting]).toEqual([0, 0]);
      }));

    test("closing twice and dropping nothing are harmless", () =>
      using(async (sender) => {
        sender.dropWaiting();
        await sender[Symbol.asyncDispose]();
      }));

    if (under.noNetworkBecause !== undefined) {
      const because = under.noNetworkBecause;
      test("what it does with servers", (context) => context.skip(because));
      return;
    }

    test.each([
      { path: "/length", status: 200, text: "hello" },
      { path: "/chunked", status: 200, text: "one,two" },
      { path: "/204", status: 204, text: "" },
      { path: "/304", status: 304, text: "" },
      { path: "/500", status: 500, text: "<h1>oops</h1>" },
      { path: "/close", status: 200, text: "bye" },
    ])("$path is a complete answer with status $status", ({ path, status, text }) =>
      using(async (sender) => {
        const { answer, events } = await send(sender, get(path));
        expect(answer).toMatchObject({ status, text });
        expect(events).toEqual(["fired", "answered"]);
      }),
    );

    test("HEAD is complete without its body, and the next request is not disturbed", () =>
      using(
        async (sender) => {
          expect((await send(sender, { method: "HEAD", path: "/length" })).answer).toMatchObject({
            text: "",
          });
          expect((await send(sender, get("/length"))).answer).toMatchObject({ text: "hello" });
        },
        { maxConnections: 1 },
      ));

    test("headers are found whatever their case", () =>
      using(async (sender) => {
        const { answer } = await send(sender, get("/header"));
        expect([answer!.header("x-thing"), answer!.header("X-THING"), answer!.header("none")]).toEqual([
          "value",
          "value",
          undefined,
        ]);
      }));

    test("method, headers and body arrive as given, a body as JSON unless it says otherwise", () =>
      using(async (sender) => {
        const from = server.requests.length;
        const headers = { "x-user": "7" };
        await send(sender, { method: "POST", path: "/cart", body: '{"itemId":1}', headers });
        await send(sender, {
          method: "PUT",
          path: "/cart",
          body: "a=1",
          headers: { "Content-Type": "text/x" },
        });
        await send(sender, { method: "POST", path: "/cart" });
        expect(server.requests.slice(from)).toMatchObject([
          {
            method: "POST",
            body: '{"itemId":1}',
            headers: { "x-user": "7", "content-type": "application/json", "content-length": "12" },
          },
          { method: "PUT", body: "a=1", headers: { "content-type": "text/x" } },
          { method: "POST", body: "", headers: { "content-length": "0" } },
        ]);
      }));

    test("a body nobody asked for is not kept, and of one asked for at most 1 MiB", () =>
      using(async (sender) => {
        expect((await send(sender, get("/big"), false)).answer!.text).toBe("");
        expect((await send(sender, get("/big"))).answer!.text).toHaveLength(1024 * 1024);
      }));

    test.each(["/slow-headers", "/slow-body"])(
      "%s runs into the time-out, and the connection is not used again",
      (path) =>
        using(
          async (sender) => {
            const startedMs = systemClock.nowMs();
            const { failure, events } = await send(sender, get(path));
            expect(failure).toEqual({ how: "timeout", isSent: true });
            expect(events).toEqual(["fired", "failed"]);
            expect(systemClock.nowMs() - startedMs).toBeGreaterThanOrEqual(150);
            expect((await send(sender, get("/length"))).answer).toMatchObject({ text: "hello" });
          },
          { maxConnections: 1, requestTimeoutMs: 150 },
        ),
    );

    test.for(["/reset-before-headers", "/reset-in-body", "/end-in-body", "/garbage"])(
      "%s is a disconnection after sending, and is not tried again",
      (path, context) => {
        const because = under.missesGarbageBecause;
        if (path === "/garbage" && because !== undefined) context.skip(because);
        return using(
          async (sender) => {
            const from = server.requests.length;
            const { failure, events } = await send(sender, get(path));
            expect(failure).toEqual({ how: "disconnected", isSent: true });
            expect(events).toEqual(["fired", "failed"]);
            expect(server.requests.slice(from).map(({ url }) => url)).toEqual([path]);
            expect((await send(sender, get("/length"))).answer).toMatchObject({ text: "hello" });
          },
          { maxConnections: 1 },
        );
      },
    );

    test("a refused connection is a disconnection with nothing sent", async () => {
      const gone = misbehaving();
      await gone.listen();
      const { url } = gone;
      await gone.close();
      await using(
        async (sender) => {
          expect(await sender.warm(2, warmWithinMs)).toBe(0);
          const all = await Promise.all([1, 2, 3].map(() => send(sender, get("/"))));
          for (const { failure, events } of all) {
            expect(failure).toEqual({ how: "disconnected", isSent: false });
            expect(events).toEqual(["failed"]);
          }
          expect([sender.inFlight, sender.waiting]).toEqual([0, 0]);
        },
        { baseUrls: [url], maxConnections: 2 },
      );
    });

    test.each(["end", "reset"] as const)(
      "a kept connection that the server closed (%s) while idle costs a new connection, not the request",
      (how) =>
        using(
          async (sender) => {
            await send(sender, get("/length"));
            server.disconnect(how);
            await expect.poll(() => server.open).toBe(0);
            const { answer, events } = await send(sender, get("/length"));
            expect(answer).toMatchObject({ text: "hello" });
            expect(events).toEqual(["fired", "answered"]);
          },
          { maxConnections: 1 },
        ),
    );

    test.each(["end", "reset"] as const)(
      "a connection that was closed (%s) while our own loop stood still costs a new one, not the request",
      async (how) => {
        await using distant = await startDistant({ how, hangsUpAfterMs: 650 });
        const options = { baseUrls: [distant.url], maxConnections: 1, requestTimeoutMs: 5_000 };
        await using used = under.make(options);
        await using warm = under.make(options);
        await send(used, get("/"));
        await warm.warm(1, warmWithinMs);
        await sleep(550);
        // Longer than the rest of its patience, so that its word lies unread when we send.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
        for (const { events } of await Promise.all([send(used, get("/")), send(warm, get("/"))])) {
          expect(events).toEqual(["fired", "answered"]);
        }
      },
    );

    test("a server that closes just as we send what may change something is sent it once, and that is told once", () =>
      using(
        async (sender) => {
          for (let round = 0; round < 30; round++) {
            await send(sender, get("/length"));
            const from = server.requests.length;
            const again = send(sender, { method: "POST", path: "/length" });
            server.disconnect(round % 2 === 0 ? "end" : "reset");
            const { events, failure } = await again;
            expect(events.filter((event) => event !== "fired")).toHaveLength(1);
            expect(server.requests.length - from).toBeLessThanOrEqual(1);
            if (failure !== undefined) expect(failure.how).toBe("disconnected");
          }
          expect([sender.inFlight, sender.waiting]).toEqual([0, 0]);
        },
        { maxConnections: 1 },
      ));

    test("warm connections are open before the first request, which then waits for nothing", () =>
      using(async (sender) => {
        const before = server.connections;
        expect(await sender.warm(3, warmWithinMs)).toBe(3);
        await expect.poll(() => server.connections - before).toBe(3);
        const all = await Promise.all([1, 2, 3].map(() => send(sender, get("/length"))));
        expect(all.map(({ waitedMs }) => waitedMs)).toEqual([0, 0, 0]);
        expect(server.connections - before).toBe(3);
      }));

    test("a warm connection that the server closed meanwhile is not used", () =>
      using(
        async (sender) => {
          expect(await sender.warm(1, warmWithinMs)).toBe(1);
          await expect.poll(() => server.open).toBe(1);
          server.disconnect("end");
          await expect.poll(() => server.open).toBe(0);
          expect((await send(sender, get("/length"))).answer).toMatchObject({ text: "hello" });
        },
        { maxConnections: 1 },
      ));

    testAlone(
      "never more connections than allowed; who waits is served in order and knows how long it waited",
      () =>
        using(
          async (sender) => {
            const before = server.connections;
            const order: number[] = [];
            const all = await Promise.all(
              Array.from({ length: 10 }, async (_, number) => {
                const heard = await send(sender, get("/chunked"));
                order.push(number);
                return heard;
              }),
            );
            expect(server.connections - before).toBe(1);
            expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
            expect(all[9]!.waitedMs!).toBeGreaterThan(all[1]!.waitedMs!);
          },
          { maxConnections: 1 },
        ),
    );

    test("when one request follows another, all base URLs and all warm connections carry alike", async () => {
      const servers = [misbehaving(), misbehaving()];
      for (const each of servers) await each.listen();
      await using(
        async (sender) => {
          expect(await sender.warm(8, warmWithinMs)).toBe(8);
          for (let n = 0; n < 40; n++) await send(sender, get("/length"));
        },
        { baseUrls: servers.map(({ url }) => url), maxConnections: 100 },
      );
      expect(servers.map(({ carried }) => carried)).toEqual([
        [5, 5, 5, 5],
        [5, 5, 5, 5],
      ]);
      for (const each of servers) await each.close();
    });

    testAlone("when all connections are busy, further ones go to all base URLs alike", async () => {
      const servers = [misbehaving(), misbehaving(), misbehaving()];
      for (const each of servers) await each.listen();
      await using(
        async (sender) => {
          await Promise.all(Array.from({ length: 12 }, () => send(sender, get("/after-200-ms"))));
        },
        { baseUrls: servers.map(({ url }) => url), maxConnections: 100 },
      );
      expect(servers.map(({ carried }) => carried)).toEqual(servers.map(() => [1, 1, 1, 1]));
      for (const each of servers) await each.close();
    });

    test("a server that lets nobody in is not waited for longer than asked", async () => {
      // It accepts and says nothing, so that no TLS connection ever comes about.
      const held = new Set<Socket>();
      const silent = createServer((socket) => held.add(socket));
      await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
      const { port } = silent.address() as AddressInfo;
      await using(
        async (sender) => {
          expect(await sender.warm(3, 100)).toBe(0);
          const leaving = new AbortController();
          const warmed = sender.warm(4, 60_000, leaving.signal);
          leaving.abort(new Error("leaving"));
          await expect(warmed).rejects.toThrow("leaving");
        },
        { baseUrls: [`https://127.0.0.1:${port}`], requestTimeoutMs: 1_000 },
      );
      for (const socket of held) socket.destroy();
      await new Promise((resolve) => silent.close(resolve));
    });

    testAlone("what has not been fired can be dropped, the rest is answered", () =>
      using(
        async (sender) => {
          const flying = send(sender, get("/after-200-ms"));
          const line = [1, 2, 3].map(() => send(sender, get("/length")));
          await expect.poll(() => sender.inFlight).toBe(1);
          expect(sender.waiting).toBe(3);
          sender.dropWaiting();
          expect(sender.waiting).toBe(0);
          for (const { events } of await Promise.all(line)) expect(events).toEqual(["dropped"]);
          expect((await flying).events).toEqual(["fired", "answered"]);
        },
        { maxConnections: 1 },
      ),
    );

    test("a request dropped while its connection is being made is never sent", () =>
      using(
        async (sender) => {
          const from = server.requests.length;
          const early = send(sender, get("/length"));
          sender.dropWaiting();
          expect((await early).events).toEqual(["dropped"]);
          expect((await send(sender, get("/header"))).events).toEqual(["fired", "answered"]);
          expect(server.requests.slice(from).map(({ url }) => url)).toEqual(["/header"]);
          expect([sender.inFlight, sender.waiting]).toEqual([0, 0]);
        },
        { maxConnections: 1 },
      ));

    test.each([
      { why: "a space in the path", request: get("/search?q=red shoes") },
      { why: "a line break in a header", request: { ...get("/"), headers: { "x-user": "1\r\nx: y" } } },
    ])("$why cannot be sent, and is not the target's fault", ({ request }) =>
      using(async (sender) => {
        expect((await send(sender, request)).events).toEqual(["impossible"]);
        expect((await send(sender, get("/length"))).answer).toMatchObject({ text: "hello" });
      }),
    );

    test("after closing, what was in flight hears nothing, and no connection is left", async () => {
      const heard = new Heard();
      await using(
        async (sender) => {
          sender.send(get("/slow-headers"), heard);
          await expect.poll(() => heard.events).toEqual(["fired"]);
        },
        { requestTimeoutMs: 100 },
      );
      await expect.poll(() => server.open).toBe(0);
      expect(heard.events).toEqual(["fired"]);
    });
  });
}
