/** One exchange by Node's own client and by the wire sender over the same road, and the wire's answer told again to both. */
import { Agent } from "node:http";
import { expect } from "vitest";
import { WireSender } from "../../agents/senders/wire.ts";
import { systemClock } from "../../base/clock.ts";
import type { ShopRequest } from "../../scenarios/scenario.ts";
import { one, seen } from "../agents/wire-seen.ts";
import { askByNode, askByWire, type HeardAnswer, type WireEnd, type WitnessedAnswer } from "./wire-asking.ts";
import { ScriptedServer } from "./wire-scripted-server.ts";
import { WireTap } from "./wire-tap.ts";

export interface Comparison {
  /** Undefined when Node's client was given no complete answer. */
  readonly byNode: WitnessedAnswer | undefined;
  readonly byWire: WireEnd;
  /** The bytes that the wire sender was sent, interim answers included. */
  readonly bytes: Buffer;
  /** Why the wire sender's connections broke. */
  readonly breaks: readonly string[];
  /** Whether the wire sender's next request went over the same connection. */
  readonly isKept: boolean;
}

/** Said about an answer's framing and its connection; looked for always. */
const framing = ["content-length", "transfer-encoding"];
const always = [...framing, "connection", "keep-alive", "date"];

export async function compare(port: number, request: ShopRequest): Promise<Comparison> {
  await using tap = await WireTap.before(port);
  const byNode = await witness(tap.port, request);
  await using sender = new WireSender({
    baseUrls: [tap.url],
    maxConnections: 1,
    requestTimeoutMs: 10_000,
    clock: systemClock,
  });
  const before = tap.connections.length;
  const byWire = await askByWire(sender, request, new Set([...Object.keys(byNode?.fields ?? {}), ...always]));
  const bytes = tap.connections[before]!.passages.at(-1)!.bytes;
  const breaks = [...sender.breaks.keys()];
  expect(await askByWire(sender, { method: "GET", path: "/length" })).toMatchObject({ text: "hello" });
  return { byNode, byWire, bytes, breaks, isKept: tap.connections.length === before + 1 };
}

/** Of two answers to the same request these may differ: when it was made, by which thread, and with luck how it is framed. */
export function comparable({ status, fields, text }: HeardAnswer, framingVaries: boolean): HeardAnswer {
  const left = new Set(["date", "x-varnish", "age", ...(framingVaries ? framing : [])]);
  return {
    status,
    text,
    fields: Object.fromEntries(Object.entries(fields).filter(([name]) => !left.has(name))),
  };
}

/** What Node's client makes of the very bytes that the wire sender was sent. */
export async function retold(bytes: Buffer, isHead: boolean): Promise<HeardAnswer> {
  await using server = await ScriptedServer.start(() => ({ pieces: [bytes], last: "end" }));
  const heard = await witness(server.port, { method: isHead ? "HEAD" : "GET", path: "/" });
  const { status, fields, text } = heard!;
  return { status, fields, text };
}

/** Longer ones are cut into pieces of these sizes only: what an Ethernet frame takes, and a little less than 16 KiB. */
const cutEverywhereBytes = 8 * 1024;
const pieceBytes = [1460, 16_381];

/** What the wire's parser makes of the bytes when the network cuts them: each different outcome once. */
export function cut(bytes: Buffer, isHead: boolean): ReadonlySet<string> {
  const ways =
    bytes.length > cutEverywhereBytes
      ? pieceBytes.map((size) => inPieces(bytes, size))
      : [one(bytes), ...Array.from(bytes, (_, at) => [bytes.subarray(0, at), bytes.subarray(at)])];
  return new Set(ways.map((pieces) => JSON.stringify(seen(pieces, { isHead, ends: true }))));
}

function inPieces(bytes: Buffer, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

async function witness(port: number, request: ShopRequest): Promise<WitnessedAnswer | undefined> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    return await askByNode(port, request, agent);
  } catch {
    return undefined;
  } finally {
    agent.destroy();
  }
}
