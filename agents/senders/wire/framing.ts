/** The few header fields that say where an answer ends and whether its connection may be used again. */
import { comma, htab, space } from "./octets.ts";

export const otherField = 0;
export const contentLength = 1;
export const transferEncoding = 2;
export const connection = 3;
export const keepAlive = 4;

const fields = [
  { field: contentLength, name: Buffer.from("content-length") },
  { field: transferEncoding, name: Buffer.from("transfer-encoding") },
  { field: connection, name: Buffer.from("connection") },
  { field: keepAlive, name: Buffer.from("keep-alive") },
];
const chunked = Buffer.from("chunked");
const close = Buffer.from("close");
const timeout = Buffer.from("timeout=");

/** Which of the fields above has the name at [from, to). */
export function fieldOf(bytes: Buffer, from: number, to: number): number {
  const length = to - from;
  // Most fields of most answers leave here.
  if (length !== 10 && length !== 14 && length !== 17) return otherField;
  for (const { field, name } of fields) if (isWord(bytes, from, to, name)) return field;
  return otherField;
}

/** The number at [from, to), with spaces allowed around it; -1 when it is none, or more than a number can hold exactly. */
export function lengthOf(bytes: Buffer, from: number, to: number): number {
  let length = 0;
  let at = from;
  for (; at < to; at++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) break;
    length = length * 10 + digit;
    if (length > Number.MAX_SAFE_INTEGER) return -1;
  }
  return at > from && afterSpaces(bytes, at, to) === to ? length : -1;
}

/** Whether the last of the codings at [from, to) is `chunked`. */
export function isChunkedLast(bytes: Buffer, from: number, to: number): boolean {
  let last = from;
  for (let at = from; at < to; at++) if (bytes[at] === comma) last = at + 1;
  return isListed(bytes, last, to, chunked);
}

export const hasClose = 1;
export const hasKeepAlive = 2;

/** Which of the two the list at [from, to) has, as bits. */
export function connectionFlags(bytes: Buffer, from: number, to: number): number {
  let flags = 0;
  for (let at = from; at < to; ) {
    let end = at;
    while (end < to && bytes[end] !== comma) end++;
    if (isListed(bytes, at, end, close)) flags |= hasClose;
    else if (isListed(bytes, at, end, fields[3]!.name)) flags |= hasKeepAlive;
    at = end + 1;
  }
  return flags;
}

/** Seconds after which the server says it closes an idle connection; -1 when it does not say. */
export function idleSecondsOf(bytes: Buffer, from: number, to: number): number {
  for (let at = from; at + timeout.length <= to; at++) {
    if (!isWord(bytes, at, at + timeout.length, timeout)) continue;
    let seconds = -1;
    for (let digitAt = at + timeout.length; digitAt < to; digitAt++) {
      const digit = bytes[digitAt]! - 48;
      if (digit < 0 || digit > 9) break;
      seconds = Math.max(0, seconds) * 10 + digit;
    }
    return seconds;
  }
  return -1;
}

/** Whether [from, to) is `word` with white space before it, as llhttp reads it, and spaces behind. */
function isListed(bytes: Buffer, from: number, to: number, word: Buffer): boolean {
  let at = from;
  while (at < to && (bytes[at] === space || bytes[at] === htab)) at++;
  const end = at + word.length;
  return end <= to && isWord(bytes, at, end, word) && afterSpaces(bytes, end, to) === to;
}

function isWord(bytes: Buffer, from: number, to: number, word: Buffer): boolean {
  if (to - from !== word.length) return false;
  // Only letters of `word` have upper-case forms: a byte that differs by more than that bit is another one.
  for (let at = 0; at < word.length; at++) {
    const wanted = word[at]!;
    const seen = bytes[from + at]!;
    if (seen !== wanted && !(wanted >= 97 && seen === wanted - 32)) return false;
  }
  return true;
}

function afterSpaces(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] === space) at++;
  return at;
}
