/** The wire sender against six real servers: it hears what Node's own client hears, and uses connections as it may. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WireSender } from "../../agents/senders/wire.ts";
import { systemClock } from "../../base/clock.ts";
import type { ShopRequest } from "../../scenarios/scenario.ts";
import { askByWire, type WireEnd } from "./wire-asking.ts";
import { comparable, compare, cut, retold } from "./wire-comparison.ts";
import { askedOfAll, expecting, toldOfExpecting } from "./wire-exchanges.ts";
import { type RealServer, RunningServer } from "./wire-server.ts";
import { apache, haproxy, nginx, node, varnishCache } from "./wire-server-list.ts";
import { earlyLink, Site } from "./wire-site.ts";
import { WireTap } from "./wire-tap.ts";
import { tomcatServer } from "./wire-tomcat.ts";

const servers: readonly RealServer[] = [node, nginx, haproxy, apache, varnishCache, tomcatServer];

let site: Site;
beforeAll(async () => {
  site = await Site.open();
});
afterAll(() => site[Symbol.asyncDispose]());

const senderTo = (url: string, maxConnections: number, resendsIdempotent = false): WireSender =>
  new WireSender({
    baseUrls: [url],
    maxConnections,
    resendsIdempotent,
    requestTimeoutMs: 10_000,
    clock: systemClock,
  });

/** Connections that are asked once more within 6 ms around the instant at which the server closes them. */
const racers = 48;
const small: ShopRequest = { method: "GET", path: "/length" };
const hello = { status: 200, text: "hello" };
const lost: WireEnd = { failed: "disconnected", isSent: true };

describe.each(servers)("with $name", (server) => {
  const missing = server.missing();
  if (missing !== undefined) {
    test("answers are understood and connections kept", (context) => context.skip(missing));
    return;
  }

  let running: RunningServer;
  beforeAll(async () => {
    running = await RunningServer.start(server, site.ports);
  });
  afterAll(() => running?.[Symbol.asyncDispose]());

  test.each(askedOfAll)("$why is heard as Node's client hears it", async ({ request, heard, ...row }) => {
    const { byNode, byWire, bytes, breaks, isKept } = await compare(running.ports.patient, request);
    expect(byNode).toMatchObject(heard);
    const answer = answerOf(byWire);
    const framingVaries = row.framingVaries ?? false;
    expect(comparable(answer, framingVaries)).toEqual(comparable(byNode!, framingVaries));
    const isHead = request.method === "HEAD";
    expect(answer).toEqual(await retold(bytes, isHead));
    const [outcome, ...others] = cut(bytes, isHead);
    expect(others).toEqual([]);
    expect(JSON.parse(outcome!)).toMatchObject({
      status: answer.status,
      text: answer.text,
      isKeptAlive: isKept,
    });
    expect(isKept).toBe(answer.fields["connection"]?.toLowerCase() !== "close");
    expect(breaks).toEqual([]);
  });

  test("chunks are on the wire where a server cannot know the length", async () => {
    const { byNode, bytes } = await compare(running.ports.patient, { method: "GET", path: "/large-chunked" });
    expect(byNode).toMatchObject({ fields: { "transfer-encoding": "chunked" } });
    expect(bytes.toString("latin1", bytes.length - 5)).toBe("0\r\n\r\n");
  });

  test(`trailers: ${server.trailers}`, async () => {
    const { byNode, byWire, bytes, breaks, isKept } = await compare(running.ports.patient, {
      method: "GET",
      path: "/trailers",
    });
    if (server.trailers === "answer broken off") {
      // If the server has not sent its head when the trailers come, it can still say 503.
      const is503 = "status" in byWire && byWire.status === 503;
      if (byNode !== undefined) expect(byNode.status).toBe(503);
      if (!is503) expect(byWire).toEqual(lost);
      expect(breaks).toEqual(is503 ? [] : ["closed before the answer was complete"]);
      return;
    }
    expect(byNode?.trailers).toEqual(server.trailers === "dropped" ? {} : { "x-checksum": "42" });
    expect(bytes.includes("\r\n0\r\nx-checksum: 42\r\n\r\n")).toBe(server.trailers === "passed on");
    expect(answerOf(byWire)).toMatchObject({ status: 200, text: "summed" });
    expect(answerOf(byWire)).toEqual(await retold(bytes, false));
    expect(cut(bytes, false).size).toBe(1);
    expect(isKept).toBe(true);
  });

  test(`early hints: ${server.earlyHints}`, async () => {
    const { byNode, byWire, bytes, isKept } = await compare(running.ports.patient, {
      method: "GET",
      path: "/early",
    });
    const answer = answerOf(byWire);
    if (server.earlyHints === "refused") {
      expect(answer.status).toBe(503);
    } else {
      expect(byNode?.interim).toEqual([103]);
      expect(bytes.toString("latin1")).toMatch(/^HTTP\/1\.1 103 /);
      expect(bytes.includes(earlyLink)).toBe(true);
      expect(answer).toMatchObject({ status: 200, text: "later" });
      expect(comparable(answer, false)).toEqual(comparable(byNode!, false));
    }
    expect(answer).toEqual(await retold(bytes, false));
    expect(cut(bytes, false).size).toBe(1);
    expect(isKept).toBe(answer.fields["connection"]?.toLowerCase() !== "close");
  });

  test("a server may say 100 before it answers a request that expects it to", async () => {
    const { byNode, byWire, bytes, isKept } = await compare(running.ports.patient, expecting);
    if (server.saysContinue) {
      expect(byNode?.interim).toEqual([100]);
      expect(bytes.toString("latin1")).toMatch(/^HTTP\/1\.1 100 /);
    }
    const answer = answerOf(byWire);
    expect(answer).toMatchObject({ status: 200, text: toldOfExpecting });
    expect(answer).toEqual(await retold(bytes, false));
    expect(cut(bytes, false).size).toBe(1);
    expect(isKept).toBe(true);
  });

  test("one connection carries hundreds of requests of all kinds", async () => {
    await using tap = await WireTap.before(running.ports.patient);
    await using sender = senderTo(tap.url, 1);
    const closing = ["/until-close", "/last"];
    const kept = askedOfAll.filter(
      ({ request: { path, headers } }) => !closing.includes(path) && headers?.["connection"] !== "close",
    );
    for (let round = 0; round < 20; round++) {
      for (const { request, heard } of kept) {
        if (round > 0 && request.path.startsWith("/large")) continue;
        const { status, text } = heard;
        expect(await askByWire(sender, request)).toMatchObject({ status, text });
      }
    }
    expect(tap.connections.length).toBe(1);
    expect([...sender.breaks]).toEqual([]);
  });

  test("each of many requests at once hears its own answer", async () => {
    await using tap = await WireTap.before(running.ports.patient);
    await using sender = senderTo(tap.url, 8);
    const bodies = Array.from({ length: 400 }, (_, number) => `number ${number}`);
    const ends = await Promise.all(
      bodies.map((body) => askByWire(sender, { method: "POST", path: "/echo", body })),
    );
    expect(ends.map((end) => answerOf(end).text.split("\n").at(-1))).toEqual(bodies);
    expect(tap.connections.length).toBe(8);
    expect([...sender.breaks]).toEqual([]);
  });

  test("no request is on the wire before the answer to the one before it is complete", async () => {
    await using tap = await WireTap.before(running.ports.patient);
    tap.holdMs = 5;
    await using sender = senderTo(tap.url, 2);
    const ends = await Promise.all(Array.from({ length: 20 }, () => askByWire(sender, small)));
    for (const end of ends) expect(end).toMatchObject(hello);
    expect(tap.connections.length).toBe(2);
    const passages = tap.connections.flatMap((connection) => connection.passages);
    expect(passages.length).toBe(40);
    for (const { from, bytes } of passages) {
      const text = bytes.toString("latin1");
      if (from === "client") expect(text).toMatch(/^GET \/length HTTP\/1\.1\r\n[\s\S]*\r\n\r\n$/);
      else expect(text).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\n\r\nhello$/);
      expect(text.match(/ HTTP\/1\.1\r\n|HTTP\/1\.1 200 /g)).toHaveLength(1);
    }
  });

  // These wait for the server most of the time, so they wait together.
  describe.concurrent("an idle connection", () => {
    test("is not used again once the server has closed it", async () => {
      await using tap = await WireTap.before(running.ports.hasty);
      await using sender = senderTo(tap.url, 1);
      expect(await askByWire(sender, small)).toMatchObject(hello);
      await tap.connections[0]!.clientClosed;
      expect(await askByWire(sender, small)).toMatchObject(hello);
      expect(tap.connections.length).toBe(2);
      expect([...sender.breaks]).toEqual([]);
    });

    test.each([
      { what: "a GET is lost", method: "GET", resends: false, end: lost, connections: 1, broken: 1 },
      {
        what: "a GET is sent again when told to",
        method: "GET",
        resends: true,
        end: hello,
        connections: 2,
        broken: 1,
      },
      {
        what: "a POST is never sent again",
        method: "POST",
        resends: true,
        end: lost,
        connections: 1,
        broken: 1,
      },
    ] as const)(
      "whose closing crosses our request: $what",
      async ({ method, resends, end, connections, broken }) => {
        await using tap = await WireTap.before(running.ports.hasty);
        tap.crosses = true;
        await using sender = senderTo(tap.url, 1, resends);
        expect(await askByWire(sender, small)).toMatchObject(hello);
        await tap.connections[0]!.serverClosed;
        expect(await askByWire(sender, { method, path: "/length" })).toMatchObject(end);
        expect(tap.connections.length).toBe(connections);
        expect([...sender.breaks.values()]).toEqual([broken]);
      },
    );

    test.each([false, true])(
      "around the instant of its closing carries each request to one end (resends: %s)",
      async (resends) => {
        const closesAfterMs = await idleLimitMs(running.ports.hasty);
        await using sender = senderTo(`http://127.0.0.1:${running.ports.hasty}`, racers, resends);
        const ask = () => askByWire(sender, small);
        await Promise.all(Array.from({ length: 24 }, ask));
        const ends = await Promise.all(
          Array.from({ length: racers }, async (_, index) => {
            await new Promise((resolve) => setTimeout(resolve, closesAfterMs - 4 + index / 8));
            return ask();
          }),
        );
        const failed = ends.filter((end) => "failed" in end);
        for (const end of failed) expect(end).toEqual(lost);
        for (const end of ends) if (!("failed" in end)) expect(end).toMatchObject(hello);
        if (resends) expect(failed).toEqual([]);
        const broken = [...sender.breaks.values()].reduce((sum, count) => sum + count, 0);
        if (!resends) expect(broken).toBe(failed.length);
        expect([sender.waiting, sender.inFlight]).toEqual([0, 0]);
      },
    );
  });
});

/** As found out: Node adds a second to what it is told, Tomcat looks once a second. */
async function idleLimitMs(port: number): Promise<number> {
  await using tap = await WireTap.before(port);
  await using sender = senderTo(tap.url, 1);
  await askByWire(sender, small);
  const sinceMs = systemClock.nowMs();
  await tap.connections[0]!.serverClosed;
  return systemClock.nowMs() - sinceMs;
}

function answerOf(end: WireEnd): Exclude<WireEnd, { readonly failed: string }> {
  if ("failed" in end) throw new Error(`no answer: ${JSON.stringify(end)}`);
  return end;
}
