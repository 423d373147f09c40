/** How the wire sender treats its connections: when it uses them again, when it gives them up, what it tells then. */

import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { describe, expect, test } from "vitest";
import { WireSender, type WireSenderOptions } from "../../agents/senders/wire.ts";
import { systemClock } from "../../base/clock.ts";
import type { ShopRequest } from "../../scenarios/scenario.ts";
import { Heard } from "../fakes/heard-exchange.ts";
import { type Script, ScriptedServer } from "./wire-scripted-server.ts";

const get: ShopRequest = { method: "GET", path: "/" };
const post: ShopRequest = { method: "POST", path: "/" };
const answered = (text: string, fields = ""): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n${fields}\r\n${text}`;

function senderTo(url: string, options: Partial<WireSenderOptions> = {}): WireSender {
  return new WireSender({
    baseUrls: [url],
    maxConnections: 1,
    requestTimeoutMs: 5_000,
    clock: systemClock,
    ...options,
  });
}

function send(sender: WireSender, request: ShopRequest = get): Promise<Heard> {
  const heard = new Heard();
  sender.send(request, heard);
  return heard.over;
}

describe("a connection is used again", () => {
  test.each([
    { why: "after an answer with a length", fields: "", connections: 1 },
    { why: "not after Connection: close", fields: "Connection: close\r\n", connections: 2 },
    { why: "when the server will keep it for long", fields: "Keep-Alive: timeout=60\r\n", connections: 1 },
    {
      why: "not when the server may close it any moment",
      fields: "Keep-Alive: timeout=1\r\n",
      connections: 2,
    },
  ])("$why", async ({ fields, connections }) => {
    await using server = await ScriptedServer.start(() => ({ pieces: [answered("yes", fields)] }));
    await using sender = senderTo(server.url);
    await send(sender);
    // Whole milliseconds, because the limit is counted in them.
    const untilMs = systemClock.nowMs() + 2;
    while (systemClock.nowMs() < untilMs);
    expect((await send(sender)).answer?.text).toBe("yes");
    expect(server.connections).toBe(connections);
    expect(sender.breaks.size).toBe(0);
  });

  test("not after a request that asked to close it", async () => {
    await using server = await ScriptedServer.start(() => ({ pieces: [answered("yes")] }));
    await using sender = senderTo(server.url);
    await send(sender, { ...get, headers: { connection: "close" } });
    expect((await send(sender)).answer?.text).toBe("yes");
    expect(server.connections).toBe(2);
    expect(server.requests[0]!.text).toContain("connection: close\r\n");
  });

  test("not when more came than was asked for, which could pass for the next answer", async () => {
    await using server = await ScriptedServer.start((_, number) => ({
      pieces: [number === 0 ? answered("one") + answered("forged") : answered("two")],
    }));
    await using sender = senderTo(server.url);
    expect((await send(sender)).answer?.text).toBe("one");
    expect((await send(sender)).answer?.text).toBe("two");
    expect(server.connections).toBe(2);
    expect([...sender.breaks]).toEqual([["bytes nobody asked for", 1]]);
  });

  test("not when something came on it while it was idle", async () => {
    await using server = await ScriptedServer.start((_, number) => ({
      pieces: [answered(`answer ${number}`), ...(number === 0 ? ["", "", answered("forged")] : [])],
    }));
    await using sender = senderTo(server.url);
    await send(sender);
    await expect.poll(() => server.sockets.size).toBe(0);
    expect((await send(sender)).answer?.text).toBe("answer 1");
  });
});

describe("a connection that breaks after we wrote and before a byte came back", () => {
  const breaking = (number: number): Script =>
    number === 0
      ? { pieces: [answered("first")] }
      : number === 1
        ? { pieces: [], last: "end" }
        : { pieces: [answered("third")] };

  test("costs the request when nothing is to be sent twice", async () => {
    await using server = await ScriptedServer.start((_, number) => breaking(number));
    await using sender = senderTo(server.url, { resendsIdempotent: false });
    await send(sender);
    expect((await send(sender)).failure).toEqual({ how: "disconnected", isSent: true });
    expect(server.requests).toHaveLength(2);
    expect([...sender.breaks]).toEqual([["closed before the answer was complete", 1]]);
  });

  test.each(["end", "reset"] as const)("(%s) is overcome by asking again, and told", async (last) => {
    await using server = await ScriptedServer.start((_, number) => ({
      ...breaking(number),
      ...(number === 1 ? { last } : {}),
    }));
    await using sender = senderTo(server.url);
    await send(sender);
    const { answer, events } = await send(sender);
    expect(answer?.text).toBe("third");
    expect(events).toEqual(["fired", "answered"]);
    expect(server.requests.map(({ connection }) => connection)).toEqual([0, 0, 1]);
    expect([sender.inFlight, sender.waiting]).toEqual([0, 0]);
    expect(sender.oddity).toMatch(
      /^connections broke under requests: .+ \(1\); 1 of these .+ sent once more$/,
    );
  });

  test("costs the request when that changes something", async () => {
    await using server = await ScriptedServer.start((_, number) => breaking(number));
    await using sender = senderTo(server.url);
    await send(sender);
    expect((await send(sender, post)).failure).toEqual({ how: "disconnected", isSent: true });
    expect(server.requests).toHaveLength(2);
  });

  test("costs the request when the connection was new: then it was no coincidence", async () => {
    await using server = await ScriptedServer.start(() => ({ pieces: [], last: "end" }));
    await using sender = senderTo(server.url);
    expect((await send(sender)).failure).toEqual({ how: "disconnected", isSent: true });
    expect(server.requests).toHaveLength(1);
  });

  test("costs the request the second time", async () => {
    await using server = await ScriptedServer.start((_, number) =>
      number === 0 ? { pieces: [answered("first")] } : { pieces: [], last: "end" },
    );
    await using sender = senderTo(server.url);
    await send(sender);
    const { failure, events } = await send(sender);
    expect(failure).toEqual({ how: "disconnected", isSent: true });
    expect(events).toEqual(["fired", "failed"]);
    expect(server.requests).toHaveLength(3);
  });

  test("costs the request when a byte has come", async () => {
    await using server = await ScriptedServer.start((_, number) =>
      number === 0 ? { pieces: [answered("first")] } : { pieces: ["H"], last: "end" },
    );
    await using sender = senderTo(server.url);
    await send(sender);
    expect((await send(sender)).failure).toEqual({ how: "disconnected", isSent: true });
    expect(server.requests).toHaveLength(2);
  });
});

describe("why requests failed is counted", () => {
  test.each([
    { script: { pieces: ["HTTP/1.1 200 OK\nA: b\r\n\r\n"] }, reason: "malformed: line without CR" },
    {
      script: { pieces: [answered("x").slice(0, -1)], last: "end" as const },
      reason: "closed before the answer was complete",
    },
    { script: { pieces: [answered("x").slice(0, -1)], last: "reset" as const }, reason: "ECONNRESET" },
    { script: { pieces: [] }, reason: "no answer in time" },
    { script: { pieces: ["HTTP/1.1 2"] }, reason: "answer not complete in time" },
  ])("$reason", async ({ script, reason }) => {
    await using server = await ScriptedServer.start(() => script);
    await using sender = senderTo(server.url, { requestTimeoutMs: 100 });
    const { failure } = await send(sender);
    expect(failure).toEqual({ how: reason.endsWith("in time") ? "timeout" : "disconnected", isSent: true });
    expect([...sender.breaks]).toEqual([[reason, 1]]);
  });

  test("a handshake that never ends is a time-out with nothing sent", async () => {
    const silent = createTcpServer((socket) => socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    {
      const { port } = silent.address() as AddressInfo;
      await using sender = senderTo(`https://127.0.0.1:${port}`, { requestTimeoutMs: 100 });
      const { failure, events } = await send(sender);
      expect(failure).toEqual({ how: "timeout", isSent: false });
      expect(events).toEqual(["failed"]);
      expect([...sender.breaks.keys()]).toEqual(["TLS handshake took too long"]);
    }
    await new Promise((resolve) => silent.close(resolve));
  });
});

test("an address of IPv6 and a name are found", async (context) => {
  const server = await ScriptedServer.start(() => ({ pieces: [answered("six")] }), "::1").catch(
    () => undefined,
  );
  if (server === undefined) return context.skip("this machine has no ::1");
  await using open = server;
  await using sender = senderTo(`http://[::1]:${open.port}`);
  expect((await send(sender)).answer?.text).toBe("six");
  expect(open.requests[0]!.text).toContain(`host: [::1]:${open.port}\r\n`);
  await using named = await ScriptedServer.start(() => ({ pieces: [answered("name")] }));
  await using other = senderTo(`http://localhost:${named.port}`);
  expect((await send(other)).answer?.text).toBe("name");
});

describe("over TLS", () => {
  // For localhost, 127.0.0.1 and ::1; worth nothing elsewhere. Valid from 2020 to 2120.
  const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7YGBWpCaj7Bv5MRp
UENYV1tjfvdgJfBrg79huJ6L5lqhRANCAAQQrCImB+2R4hR7wmzUPyMv/KDUKypx
YnLPr7qqRoE+2utJSm7mUHDQJDFDKTOTuKULaMJTCY9bMqqb80spbG69
-----END PRIVATE KEY-----`;
  const cert = `-----BEGIN CERTIFICATE-----
MIIBdzCCARygAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBCsIiYH7ZHiFHvC
bNQ/Iy/8oNQrKnFics+vuqpGgT7a60lKbuZQcNAkMUMpM5O4pQtowlMJj1syqpvz
Sylsbr2jXTBbMCwGA1UdEQQlMCOCCWxvY2FsaG9zdIcEfwAAAYcQAAAAAAAAAAAA
AAAAAAAAATAMBgNVHRMEBTADAQH/MB0GA1UdDgQWBBRdXAkBTnlzFfBll3vKhe9B
zkaxFTAKBggqhkjOPQQDAgNJADBGAiEAryp0eJmPy1MYTaCN7fiOc0m+X2IJDAfX
xRrNLi9UEUICIQDndxIz2sS51rATpthfQxHqDDY8ode7YJTHY/SfRxsdvg==
-----END CERTIFICATE-----`;

  async function tlsServer(use: (url: string, sockets: TLSSocket[]) => Promise<void>): Promise<void> {
    const sockets: TLSSocket[] = [];
    const server = createTlsServer({ key, cert, ALPNProtocols: ["h2", "http/1.1"] }, (socket) => {
      sockets.push(socket);
      socket.on("error", () => socket.destroy());
      socket.on("data", () => socket.write(answered("x".repeat(40_000))));
    });
    server.on("tlsClientError", () => {});
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      await use(`:${(server.address() as AddressInfo).port}`, sockets);
    } finally {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  test("a server is asked for by name, in HTTP/1.1, and answers of several records are whole", () =>
    tlsServer(async (at, sockets) => {
      await using sender = senderTo(`https://localhost${at}`, { trust: { ca: cert } });
      for (let n = 0; n < 3; n++) expect((await send(sender)).answer?.text).toHaveLength(40_000);
      expect(sockets).toHaveLength(1);
      expect(sockets[0]).toMatchObject({ servername: "localhost", alpnProtocol: "http/1.1" });
    }));

  test("an address is not asked for by name", () =>
    tlsServer(async (at, sockets) => {
      await using sender = senderTo(`https://127.0.0.1${at}`, { trust: { ca: cert } });
      expect((await send(sender)).answer?.status).toBe(200);
      expect(sockets[0]!.servername).toBeFalsy();
    }));

  test("a server that nobody vouches for is sent nothing, unless it is trusted all the same", () =>
    tlsServer(async (at, sockets) => {
      {
        await using sender = senderTo(`https://localhost${at}`);
        expect((await send(sender)).failure).toEqual({ how: "disconnected", isSent: false });
        expect([...sender.breaks.keys()]).toEqual(["DEPTH_ZERO_SELF_SIGNED_CERT"]);
      }
      await using sender = senderTo(`https://localhost${at}`, { trust: { rejectUnauthorized: false } });
      expect((await send(sender)).answer?.status).toBe(200);
      expect(sockets.length).toBeGreaterThan(0);
    }));
});
