/**
 * HdrHistogram's V2 compressed form in base64, which interval logs hold and every HdrHistogram port reads. Source:
 * HdrHistogram, AbstractHistogram.encodeIntoByteBuffer, encodeIntoCompressedByteBuffer and ZigZagEncoding.
 */
import { deflateSync, inflateSync } from "node:zlib";
import type { BucketCounts } from "./bucket-counts.ts";
import { buckets, highestUs, significantDigits } from "./hdr-buckets.ts";

/** The base numbers of the format, with the bit that says that counts have up to nine bytes. */
const cookie = 0x1c849303 | 0x10;
const compressedCookie = 0x1c849304 | 0x10;
const headerBytes = 40;
const outerHeaderBytes = 8;
const wordBytes = 9;

const scratch = Buffer.alloc(headerBytes + buckets * wordBytes);

/** Equal counts have equal texts. */
export function hdrV2Of(counts: BucketCounts): string {
  const end = putCounts(counts, headerBytes);
  scratch.writeUInt32BE(cookie, 0);
  scratch.writeUInt32BE(end - headerBytes, 4);
  // By how many buckets the counts are shifted. hdr-histogram-js 3.0.1 writes 1 here, and the next double as an integer;
  // it reads neither, but HdrHistogram does.
  scratch.writeUInt32BE(0, 8);
  scratch.writeUInt32BE(significantDigits, 12);
  scratch.writeBigUInt64BE(1n, 16);
  scratch.writeBigUInt64BE(BigInt(highestUs), 24);
  scratch.writeDoubleBE(1, 32);
  // Level 1: half the time of the default for 3 % more bytes.
  const compressed = deflateSync(scratch.subarray(0, end), { level: 1 });
  const whole = Buffer.allocUnsafe(outerHeaderBytes + compressed.length);
  whole.writeUInt32BE(compressedCookie, 0);
  whole.writeUInt32BE(compressed.length, 4);
  compressed.copy(whole, outerHeaderBytes);
  return whole.toString("base64");
}

/**
 * Adds what `encoded` holds to `counts`.
 * @throws when it is not that form, or its buckets are not ours
 */
export function addHdrV2(encoded: string, counts: BucketCounts): void {
  const whole = Buffer.from(encoded, "base64");
  if (whole.length < outerHeaderBytes || whole.readUInt32BE(0) !== compressedCookie) {
    throw new Error(`no HDR V2 compressed histogram: ${JSON.stringify(encoded.slice(0, 24))}`);
  }
  const compressed = whole.subarray(outerHeaderBytes, outerHeaderBytes + whole.readUInt32BE(4));
  const bytes = inflateSync(compressed, { maxOutputLength: scratch.length });
  const [digits, lowest] = [bytes.readUInt32BE(12), bytes.readBigUInt64BE(16)];
  if (bytes.readUInt32BE(0) !== cookie || digits !== significantDigits || lowest !== 1n) {
    throw new Error(`an HDR histogram with ${digits} digits from ${lowest} up has other buckets than ours`);
  }
  const end = headerBytes + bytes.readUInt32BE(4);
  let at = headerBytes;
  let bucket = 0;
  while (at < end) {
    let value = 0;
    let byte = 0x80;
    for (let nth = 0; byte >= 0x80 && nth < wordBytes; nth++) {
      byte = bytes.readUInt8(at++);
      // The ninth byte is used whole.
      value += (nth < wordBytes - 1 ? byte & 0x7f : byte) * 128 ** nth;
    }
    // Even: twice a count. Odd: one less than twice the length of a run of empty buckets.
    if (value % 2 === 1) {
      bucket += (value + 1) / 2;
      continue;
    }
    if (value > 0) counts.add(bucket, value / 2);
    bucket++;
  }
}

/** Up to the last bucket that is not empty; two and more empty ones in a row are one word. Returns where it ends. */
function putCounts(counts: BucketCounts, from: number): number {
  let at = from;
  let after = 0;
  for (let bucket = counts.next(0); bucket >= 0; bucket = counts.next(after)) {
    const empty = bucket - after;
    if (empty === 1) at = put(at, 0);
    else if (empty > 1) at = put(at, empty * 2 - 1);
    at = put(at, counts.of(bucket) * 2);
    after = bucket + 1;
  }
  // A blank histogram is one empty bucket, as the reference writes it.
  return after === 0 ? put(at, 0) : at;
}

function put(from: number, value: number): number {
  let at = from;
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) scratch[at++] = (rest % 128) + 128;
  scratch[at++] = rest;
  return at;
}
