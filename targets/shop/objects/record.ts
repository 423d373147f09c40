/**
 * How an object lies in a block: a header of fixed length, then its name, its type and its bytes. Pure.
 *
 *     magic u32 | name length u16 | type length u16 | size u32 | checksum u32 | name | type | bytes
 *
 * The checksum covers everything behind it, so a record that was only half written is not taken for one.
 */
import { crc32 } from "node:zlib";

const MAGIC = 0x6f62_6a31;
export const HEADER_BYTES = 16;

export interface RecordHeader {
  readonly nameBytes: number;
  readonly typeBytes: number;
  readonly sizeBytes: number;
  readonly checksum: number;
}

export function recordOf(name: string, type: string, bytes: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(name), Buffer.from(type), bytes]);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(MAGIC, 0);
  header.writeUInt16BE(Buffer.byteLength(name), 4);
  header.writeUInt16BE(Buffer.byteLength(type), 6);
  header.writeUInt32BE(bytes.length, 8);
  header.writeUInt32BE(crc32(rest), 12);
  return Buffer.concat([header, rest]);
}

/** The header at `at`; undefined where there is no whole one. */
export function headerAt(block: Buffer, at: number): RecordHeader | undefined {
  if (at + HEADER_BYTES > block.length || block.readUInt32BE(at) !== MAGIC) return undefined;
  return {
    nameBytes: block.readUInt16BE(at + 4),
    typeBytes: block.readUInt16BE(at + 6),
    sizeBytes: block.readUInt32BE(at + 8),
    checksum: block.readUInt32BE(at + 12),
  };
}

export const recordBytes = ({ nameBytes, typeBytes, sizeBytes }: RecordHeader): number =>
  HEADER_BYTES + nameBytes + typeBytes + sizeBytes;

export interface Placed {
  readonly name: string;
  readonly type: string;
  /** Where its bytes begin. */
  readonly at: number;
  readonly sizeBytes: number;
  readonly checksum: number;
}

/** Every whole record from `at` on, and where the first that is not whole begins. */
export function recordsIn(
  block: Buffer,
  from = 0,
): { readonly records: readonly Placed[]; readonly end: number } {
  const records: Placed[] = [];
  let at = from;
  for (;;) {
    const header = headerAt(block, at);
    if (header === undefined || at + recordBytes(header) > block.length) return { records, end: at };
    const rest = block.subarray(at + HEADER_BYTES, at + recordBytes(header));
    if (crc32(rest) !== header.checksum) return { records, end: at };
    const { nameBytes, typeBytes, sizeBytes, checksum } = header;
    records.push({
      name: rest.toString("utf8", 0, nameBytes),
      type: rest.toString("utf8", nameBytes, nameBytes + typeBytes),
      at: at + HEADER_BYTES + nameBytes + typeBytes,
      sizeBytes,
      checksum,
    });
    at += recordBytes(header);
  }
}
