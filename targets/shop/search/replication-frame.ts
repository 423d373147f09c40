/**
 * The envelopes of the streaming replication protocol: what the server wraps its news in, and our answers. Pure.
 * Source: PostgreSQL manual, "Streaming Replication Protocol".
 */
import { microsecondsOf } from "./pgoutput.ts";

export type Frame =
  | { readonly kind: "data"; readonly walEndLsn: bigint; readonly payload: Buffer }
  | { readonly kind: "keepalive"; readonly walEndLsn: bigint; readonly wantsAnswer: boolean };

/** @throws {Error} for any other envelope */
export function frameOf(bytes: Buffer): Frame {
  switch (bytes[0]) {
    case 0x77: // w
      return { kind: "data", walEndLsn: bytes.readBigUInt64BE(9), payload: bytes.subarray(25) };
    case 0x6b: // k
      return { kind: "keepalive", walEndLsn: bytes.readBigUInt64BE(1), wantsAnswer: bytes[17] === 1 };
    default:
      throw new Error(`the change stream sent an envelope that begins with ${bytes[0]}`);
  }
}

/** Says that everything before `lsn` is kept here, so that the server may forget it. */
export function standing(lsn: bigint, epochMs: number): Buffer {
  const bytes = Buffer.alloc(34);
  bytes.write("r");
  for (const at of [1, 9, 17]) bytes.writeBigUInt64BE(lsn, at); // Written, flushed, applied.
  bytes.writeBigInt64BE(microsecondsOf(epochMs), 25);
  return bytes;
}
