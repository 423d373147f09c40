/**
 * The form in which histograms travel from agent to controller: only the buckets that are not empty, in order. For each,
 * the number of empty ones before it, doubled, plus 1 when it holds more than one sample; then, if it does, how many more
 * than two. Both as LEB128: seven bits a byte, lowest first. Nothing else, so a blank histogram is no bytes.
 *
 * Beside HDR's V2 form it needs no inflating, no base64 and no second histogram to be added from: docs/decisions/0007.
 */
import { Failure } from "../base/failure.ts";
import type { BucketCounts } from "./bucket-counts.ts";
import { buckets } from "./hdr-buckets.ts";

/** Three bytes say which bucket, eight a count of 2^53. */
const scratch = Buffer.alloc(buckets * 11);

/** Of the eighth byte, with which numbers go up to 2^56: larger ones were never counts. */
const mostWeight = 2 ** 49;

/** Equal counts have equal bytes. */
export function packedOf(counts: BucketCounts): Uint8Array {
  let length = 0;
  let after = 0;
  for (let bucket = counts.next(0); bucket >= 0; bucket = counts.next(after)) {
    const count = counts.of(bucket);
    length = put(length, (bucket - after) * 2 + (count > 1 ? 1 : 0));
    if (count > 1) length = put(length, count - 2);
    after = bucket + 1;
  }
  return Buffer.from(scratch.subarray(0, length));
}

/**
 * Adds them to `counts`.
 * @throws {Failure} `agents` when it is no packed histogram; part of it may have been added then
 */
export function addPacked(packed: Uint8Array, counts: BucketCounts): void {
  const { length } = packed;
  let after = 0;
  let value = 0;
  let weight = 1;
  /** The bucket whose count is being read; -1 while it is said which. */
  let bucket = -1;
  for (let at = 0; at < length; at++) {
    const byte = packed[at]!;
    value += (byte & 0x7f) * weight;
    if (byte >= 0x80) {
      weight *= 128;
      if (weight > mostWeight) throw broken("has a number beyond 2^53");
      continue;
    }
    if (bucket >= 0) {
      counts.add(bucket, value + 2);
      bucket = -1;
    } else {
      const next = after + Math.floor(value / 2);
      if (next >= buckets) throw broken(`has a bucket ${next}, beyond 1 h`);
      after = next + 1;
      if (value % 2 === 0) counts.add(next, 1);
      else bucket = next;
    }
    value = 0;
    weight = 1;
  }
  if (weight > 1 || bucket >= 0) throw broken("ends in the middle");
}

function broken(because: string): Failure {
  return new Failure("agents", `a packed histogram ${because}`);
}

/** Returns the new length. */
function put(length: number, value: number): number {
  let at = length;
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) scratch[at++] = (rest % 128) + 128;
  scratch[at++] = rest;
  return at;
}
