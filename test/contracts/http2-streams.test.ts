/** What is HTTP/2's own: streams that share sessions, goodbyes, refusals, and sessions that die without a word. */
import { createServer as createHttp1Server } from "node:http";
import { createSecureServer, type Http2Session } from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { Http2Sender, type Http2SenderOptions } from "../../agents/senders/http2.ts";
import { systemClock } from "../../base/clock.ts";
import { fork } from "../../base/random.ts";
import type { ShopRequest } from "../../scenarios/scenario.ts";
import { Cable } from "../fakes/cable.ts";
import { Heard } from "../fakes/heard-exchange.ts";
import { localhostCertificate } from "../fakes/localhost-certificate.ts";
import { MisbehavingHttp2Server } from "../fakes/misbehaving-http2-server.ts";

const get = (path: string): ShopRequest => ({ method: "GET", path });

interface Scene {
  readonly sender: Http2Sender;
  readonly server: MisbehavingHttp2Server;
  send(path: string): Promise<Heard>;
}

async function scene(
  act: (scene: Scene) => Promise<void>,
  { maxStreams = 100, ...options }: Partial<Http2SenderOptions> & { readonly maxStreams?: number } = {},
): Promise<void> {
  const server = new MisbehavingHttp2Server(maxStreams);
  await server.listen();
  const sender = new Http2Sender({
    baseUrls: [server.url],
    maxConnections: 1,
    requestTimeoutMs: 5_000,
    clock: systemClock,
    ...options,
  });
  try {
    await act({ sender, server, send: (path) => sent(sender, get(path)) });
  } finally {
    await sender[Symbol.asyncDispose]();
    await server.close();
  }
}

function sent(sender: Http2Sender, request: ShopRequest): Promise<Heard> {
  const heard = new Heard();
  sender.send(request, heard);
  return heard.over;
}

const times = (count: number, make: () => Promise<Heard>): Promise<Heard>[] =>
  Array.from({ length: count }, make);

describe("streams", () => {
  test("no more are under way on a session than the server allows; the rest waits and knows how long", () =>
    scene(
      async ({ sender, server, send }) => {
        await sender.warm(1, 1000);
        const all = times(7, () => send("/after-200-ms"));
        expect([sender.inFlight, sender.waiting]).toEqual([3, 4]);
        const heard = await Promise.all(all);
        for (const { events } of heard) expect(events).toEqual(["fired", "answered"]);
        expect(heard.map(({ waitedMs }) => waitedMs! > 0)).toEqual([
          ...[false, false, false],
          ...[true, true, true, true],
        ]);
        expect([server.mostAtOnce, server.connections]).toEqual([3, 1]);
      },
      { maxStreams: 3 },
    ));

  test("no more are under way than we allow; then come further sessions, and then the line", () =>
    scene(
      async ({ sender, server, send }) => {
        const flying = times(4, () => send("/after-200-ms"));
        const line = times(3, () => send("/length"));
        await expect.poll(() => sender.inFlight).toBe(4);
        expect(sender.waiting).toBe(3);
        sender.dropWaiting();
        for (const { events } of await Promise.all(line)) expect(events).toEqual(["dropped"]);
        for (const { events } of await Promise.all(flying)) expect(events).toEqual(["fired", "answered"]);
        expect([server.mostAtOnce, server.carried]).toEqual([2, [2, 2]]);
      },
      { maxStreamsPerSession: 2, maxConnections: 2 },
    ));

  test("requests are spread over the sessions that are open", () =>
    scene(
      async ({ sender, server, send }) => {
        await sender.warm(4, 1000);
        await Promise.all(times(20, () => send("/after-200-ms")));
        expect(server.carried).toEqual([5, 5, 5, 5]);
      },
      { maxConnections: 4 },
    ));

  test("streams that went well are not cancelled behind the answer's back", () =>
    scene(async ({ sender, server }) => {
      // nghttp2's servers end a session on which more than a thousand streams in a row are cancelled.
      const requests = [get("/length"), get("/204"), { ...get("/"), method: "HEAD" } as const];
      let sentSoFar = 0;
      const shopper = async (): Promise<void> => {
        while (sentSoFar < 1_500) {
          const { events } = await sent(sender, requests[sentSoFar++ % requests.length]!);
          expect(events).toEqual(["fired", "answered"]);
        }
      };
      await Promise.all(Array.from({ length: 64 }, shopper));
      expect(server.codes.filter(({ code }) => code !== 0)).toEqual([]);
      expect(server.connections).toBe(1);
    }));

  test("trailers and interim answers do not disturb", () =>
    scene(async ({ send }) => {
      expect((await send("/trailers")).answer).toMatchObject({ status: 200, text: "with trailers" });
      expect((await send("/hints")).answer).toMatchObject({ status: 200, text: "after a hint" });
    }));

  test("a body larger than the server's windows arrives whole", () =>
    scene(async ({ sender }) => {
      const body = "x".repeat(3_000_000);
      const { answer } = await sent(sender, { method: "POST", path: "/slow-reader", body });
      expect(answer).toMatchObject({ status: 200, text: "3000000" });
    }));

  test("an answer that does not wait for the body is one, and the stream is free again", () =>
    scene(
      async ({ sender, server, send }) => {
        const body = "x".repeat(3_000_000);
        expect((await sent(sender, { method: "POST", path: "/early", body })).answer).toMatchObject({
          status: 413,
          text: "too much",
        });
        expect((await send("/length")).answer).toMatchObject({ text: "hello" });
        expect(server.connections).toBe(1);
      },
      { maxStreamsPerSession: 1 },
    ));
});

describe("a stream that is broken off", () => {
  test.each([
    { path: "/refused", isSent: false, why: "the server says that it did nothing" },
    { path: "/broken-off-with-internal-error", isSent: true, why: "nobody knows what was done" },
    {
      path: "/broken-off-with-no-error",
      isSent: true,
      why: "half an answer is none, though no error is named",
    },
  ])("$path: sent is $isSent, for $why; its neighbours go on", ({ path, isSent }) =>
    scene(async ({ server, sender, send }) => {
      await sender.warm(1, 1000);
      const neighbour = send("/after-200-ms");
      const { events, failure } = await send(path);
      expect(events).toEqual(["fired", "failed"]);
      expect(failure).toEqual({ how: "disconnected", isSent });
      expect((await neighbour).answer).toMatchObject({ text: "at last" });
      expect((await send("/length")).answer).toMatchObject({ text: "hello" });
      expect(server.connections).toBe(1);
    }),
  );

  test("by us, when its time is over, is cancelled; its neighbours and the session go on", () =>
    scene(
      async ({ server, send }) => {
        const late = send("/slow-body");
        await new Promise((resolve) => setTimeout(resolve, 150));
        const neighbour = send("/after-200-ms");
        expect((await late).failure).toEqual({ how: "timeout", isSent: true });
        expect((await neighbour).answer).toMatchObject({ text: "at last" });
        expect(server.codes).toContainEqual({ url: "/slow-body", code: 8 });
        expect(server.connections).toBe(1);
      },
      { requestTimeoutMs: 300 },
    ));
});

describe("a goodbye", () => {
  test("lets what is under way end; what comes after goes to a new session", () =>
    scene(async ({ server, sender, send }) => {
      const early = times(3, () => send("/after-200-ms"));
      await expect.poll(() => server.requests.length).toBe(3);
      server.sayGoodbye(0, 2 ** 31 - 1);
      await expect.poll(() => [...sender.breaks.keys()]).toEqual(["the server said goodbye with code 0"]);
      expect((await send("/length")).answer).toMatchObject({ text: "hello" });
      for (const { events } of await Promise.all(early)) expect(events).toEqual(["fired", "answered"]);
      expect(server.carried).toEqual([3, 1]);
      await expect.poll(() => server.open).toBe(1);
    }));

  test.each([
    { code: 0, first: "answered" },
    { code: 2, first: { how: "disconnected", isSent: true } },
  ])("with code $code says which requests were not looked at: those were never sent", ({ code, first }) =>
    scene(async ({ server, sender, send }) => {
      await sender.warm(1, 1000);
      const [known, ...ignored] = times(3, () => send("/after-200-ms"));
      await expect.poll(() => server.requests.length).toBe(3);
      server.sayGoodbye(code, 1);
      for (const { failure } of await Promise.all(ignored)) {
        expect(failure).toEqual({ how: "disconnected", isSent: false });
      }
      const { failure } = await known!;
      expect(failure ?? "answered").toEqual(first);
      expect((await send("/length")).answer).toMatchObject({ text: "hello" });
      expect([sender.inFlight, sender.waiting]).toEqual([0, 0]);
    }),
  );
});

test("a session that has fallen silent is asked after a time-out, and made anew when it does not say a word", async () => {
  const server = new MisbehavingHttp2Server();
  await server.listen();
  const cable = await Cable.to(server.url);
  try {
    const options = { baseUrls: [cable.url], maxConnections: 1, requestTimeoutMs: 200, clock: systemClock };
    await using sender = new Http2Sender(options);
    expect((await sent(sender, get("/length"))).events).toEqual(["fired", "answered"]);
    cable.cut();
    expect((await sent(sender, get("/length"))).failure).toEqual({ how: "timeout", isSent: true });
    const after = await sent(sender, get("/length"));
    expect(after.answer).toMatchObject({ text: "hello" });
    // The ping had as long as a request has.
    expect(after.waitedMs).toBeGreaterThanOrEqual(190);
    expect(sender.breaks.get("no pong in time")).toBe(1);
  } finally {
    await cable[Symbol.asyncDispose]();
    await server.close();
  }
});

test("a session that rested for a moment is used again, one that rested for over a minute is made anew", async () => {
  let aheadMs = 0;
  const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs };
  await scene(
    async ({ server, send }) => {
      await send("/length");
      aheadMs += 1_000;
      const rested = await send("/length");
      expect([rested.waitedMs, server.carried]).toEqual([0, [2]]);
      aheadMs += 61_000;
      expect((await send("/length")).waitedMs).toBeGreaterThan(0);
      expect(server.carried).toEqual([2, 1]);
    },
    { clock },
  );
});

test("a server that accepts and says nothing is given up in time, and was sent nothing", async () => {
  const sockets = new Set<Socket>();
  const silent = createTcpServer((socket) => sockets.add(socket));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const baseUrls = [`http://127.0.0.1:${(silent.address() as AddressInfo).port}`];
  {
    const options = { baseUrls, maxConnections: 1, requestTimeoutMs: 100, clock: systemClock };
    await using sender = new Http2Sender(options);
    const { events, failure } = await sent(sender, get("/"));
    expect(events).toEqual(["failed"]);
    expect(failure).toEqual({ how: "timeout", isSent: false });
    expect([...sender.breaks]).toEqual([["opening a session took too long", 1]]);
  }
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => silent.close(resolve));
});

test("whatever the server does, every request ends once", async () => {
  const seed = 20_260_801;
  const random = fork(seed, 0);
  const paths = ["/length", "/chunked", "/refused", "/reset-in-body", "/broken-off-with-no-error", "/big"];
  await scene(
    async ({ sender, server, send }) => {
      const all = Array.from({ length: 400 }, async () => {
        await new Promise((resolve) => setTimeout(resolve, random.next() * 400));
        if (random.next() < 0.02) server.disconnect(random.next() < 0.5 ? "end" : "reset");
        return send(paths[Math.floor(random.next() * paths.length)]!);
      });
      for (const { events } of await Promise.all(all)) {
        expect(
          events.filter((event) => event !== "fired"),
          `seed ${seed}`,
        ).toHaveLength(1);
      }
      expect([sender.inFlight, sender.waiting]).toEqual([0, 0]);
    },
    { maxConnections: 3, maxStreams: 5 },
  );
});

describe("whom it meets", () => {
  async function at(server: Server, use: (port: number) => Promise<void>): Promise<void> {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      await use((server.address() as AddressInfo).port);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  }

  async function asked(baseUrl: string, trust = {}): Promise<Heard> {
    const options = {
      baseUrls: [baseUrl],
      maxConnections: 1,
      requestTimeoutMs: 2_000,
      clock: systemClock,
      trust,
    };
    await using sender = new Http2Sender(options);
    return await sent(sender, get("/"));
  }

  test("over TLS a server that agrees on h2", () => {
    const server = createSecureServer(localhostCertificate, (_, response) => response.end("secure"));
    const sessions = new Set<Http2Session>();
    server.on("session", (session) => sessions.add(session));
    return at(server, async (port) => {
      const trust = { ca: localhostCertificate.cert };
      expect((await asked(`https://localhost:${port}`, trust)).answer).toMatchObject({ text: "secure" });
      expect((await asked(`https://127.0.0.1:${port}`, trust)).answer).toMatchObject({ text: "secure" });
      for (const session of sessions) session.destroy();
    });
  });

  test("over TLS a server that nobody vouches for gets nothing", () =>
    at(
      createSecureServer(localhostCertificate, (_, response) => response.end("secure")),
      async (port) => {
        const { events, failure } = await asked(`https://localhost:${port}`);
        expect(events).toEqual(["failed"]);
        expect(failure).toEqual({ how: "disconnected", isSent: false });
      },
    ));

  test.each([
    {
      whom: "speaks HTTP/1.1 only",
      make: () => createHttp1Server((_, response) => response.end("no")),
      scheme: "http",
    },
    {
      whom: "speaks HTTP/1.1 only over TLS",
      make: () => createHttpsServer(localhostCertificate, (_, response) => response.end("no")),
      scheme: "https",
    },
  ])("a server that $whom gets nothing", ({ make, scheme }) => {
    const server = make();
    return at(server, async (port) => {
      const { events, failure } = await asked(
        `${scheme}://localhost:${port}`.replace("localhost", "127.0.0.1"),
        {
          ca: localhostCertificate.cert,
        },
      );
      expect(events).toEqual(["failed"]);
      expect(failure).toEqual({ how: "disconnected", isSent: false });
      server.closeAllConnections();
    });
  });
});
