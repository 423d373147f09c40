/**
 * The few messages of ZooKeeper's client protocol that a watched configuration needs. Pure.
 * Source: zookeeper.jute and ZooDefs.java of Apache ZooKeeper 3.8.
 */
import { type JuteReader, JuteWriter } from "./jute.ts";

/** What was asked for and came to nothing, as the server says it. */
export type ZooKeeperRefusal = "no-node" | "node-exists" | "bad-version" | "other";

export class ZooKeeperError extends Error {
  readonly refusal: ZooKeeperRefusal;
  constructor(code: number, what: string) {
    const refusal = refusals.get(code) ?? "other";
    super(`${what}: ZooKeeper answered ${refusal} (${code})`);
    this.name = "ZooKeeperError";
    this.refusal = refusal;
  }
}

const refusals: ReadonlyMap<number, ZooKeeperRefusal> = new Map([
  [-101, "no-node"],
  [-103, "bad-version"],
  [-110, "node-exists"],
]);

const PROTOCOL_VERSION = 0;
const PASSWORD_BYTES = 16;
const opcodes = { create: 1, getData: 4, setData: 5, ping: 11, close: -11 } as const;

/** Numbers that are not those of a request: answers to pings, and events nobody asked for just now. */
export const PING_XID = -2;
export const EVENT_XID = -1;

/** Asks for a session of its own. Always a new one: nothing of ours hangs on a session but watches, which are set anew. */
export function connectRequest(timeoutMs: number): Buffer {
  return (
    new JuteWriter()
      .int(PROTOCOL_VERSION)
      // The newest change seen. Not told: a server that came back without its data must still be let answer.
      .long(0n)
      .int(timeoutMs)
      .long(0n)
      .bytes(Buffer.alloc(PASSWORD_BYTES))
      .bool(false)
      .frame()
  );
}

/** The time-out the server grants, in milliseconds; 0 when it refuses the session. */
export function readConnected(reader: JuteReader): number {
  reader.int();
  return reader.int();
}

export const pingRequest = (): Buffer => new JuteWriter().int(PING_XID).int(opcodes.ping).frame();
export const closeRequest = (xid: number): Buffer => new JuteWriter().int(xid).int(opcodes.close).frame();

export function getRequest(xid: number, path: string, isWatched: boolean): Buffer {
  return new JuteWriter().int(xid).int(opcodes.getData).text(path).bool(isWatched).frame();
}

export interface Znode {
  readonly data: Buffer;
  /** Counts the changes of its data. */
  readonly version: number;
}

export function readZnode(reader: JuteReader): Znode {
  const data = reader.bytes();
  return { data, version: readVersion(reader) };
}

/** `version` is the one that is to be replaced; -1 replaces any. */
export function setRequest(xid: number, path: string, data: Buffer, version: number): Buffer {
  return new JuteWriter().int(xid).int(opcodes.setData).text(path).bytes(data).int(version).frame();
}

/** The version out of a Stat: three instants and a time lie before it. */
export function readVersion(reader: JuteReader): number {
  reader.long();
  reader.long();
  reader.long();
  reader.long();
  return reader.int();
}

/** Everybody may do everything with it. */
const ALL_PERMISSIONS = 31;

export function createRequest(xid: number, path: string, data: Buffer): Buffer {
  const writer = new JuteWriter().int(xid).int(opcodes.create).text(path).bytes(data);
  // One entry of access control, and no flags: it stays when we are gone.
  return writer.int(1).int(ALL_PERMISSIONS).text("world").text("anyone").int(0).frame();
}

export interface ReplyHeader {
  readonly xid: number;
  /** 0 when all went well. */
  readonly code: number;
}

export function readHeader(reader: JuteReader): ReplyHeader {
  const xid = reader.int();
  reader.long();
  return { xid, code: reader.int() };
}

/** The path of what has changed. */
export function readEvent(reader: JuteReader): string {
  reader.int();
  reader.int();
  return reader.text();
}
