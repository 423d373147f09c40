/** Reads status line and fields of an answer, and likewise its trailers, over bytes that come in pieces. */
import {
  connection,
  connectionFlags,
  contentLength,
  fieldOf,
  hasClose,
  hasKeepAlive,
  idleSecondsOf,
  isChunkedLast,
  keepAlive,
  lengthOf,
  otherField,
  transferEncoding,
} from "./framing.ts";
import { HeadMeaning, type HeadMemo } from "./head-memo.ts";
import { colon, cr, dot, htab, isText, isToken, lf, space } from "./octets.ts";

/** Status line and fields together, and likewise all trailers. Four times what Node allows by default; our choice. */
export const headLimitBytes = 64 * 1024;

// States, in the order in which they are met.
const start = 0;
const statusLine = 1;
const reason = 2;
const statusLineLf = 3;
const fieldStart = 4;
const fieldName = 5;
const valueStart = 6;
const value = 7;
const valueLf = 8;
const headLf = 9;

const nothing = Buffer.alloc(0);
const versionPrefix = Buffer.from("HTTP/");

export class HeadParser {
  readonly meaning = new HeadMeaning();
  /** What is wrong with it, when it is malformed. */
  problem = "";
  /** The head is [from, to) of `bytes`. */
  bytes: Buffer = nothing;
  from = 0;
  to = 0;
  #isOwn = false;
  readonly #memo: HeadMemo;
  #state = start;
  #isTrailing = false;
  /** Head or trailers from earlier reads, while they are unfinished. */
  #pending: Buffer = nothing;
  /** Where head or trailers begin in what is being read. */
  #begin = 0;
  #nameFrom = 0;
  #valueFrom = 0;
  #valueTo = 0;
  #field = otherField;
  /** How much of version and status was seen. */
  #seen = 0;

  constructor(memo: HeadMemo) {
    this.#memo = memo;
  }

  beginHead(): void {
    this.problem = "";
    this.#isTrailing = false;
    this.#state = start;
    this.#pending = nothing;
  }

  /** What they say about the connection is added to the meaning of the head. */
  beginTrailers(): void {
    this.#isTrailing = true;
    this.#state = fieldStart;
  }

  /** Makes the head independent of the buffer that was read into. */
  retain(): void {
    if (this.#isOwn) return;
    this.bytes = Buffer.from(this.bytes.subarray(this.from, this.to));
    this.to -= this.from;
    this.from = 0;
    this.#isOwn = true;
  }

  release(): void {
    this.bytes = nothing;
    this.#pending = nothing;
  }

  /** Reads on from `at`. Returns where head or trailers are over, 0 when that is not before `length`, -1 when malformed. */
  read(bytes: Buffer, at: number, length: number): number {
    const before = this.#pending.length;
    if (before === 0) {
      this.#begin = at;
      return this.#run(bytes, at, length);
    }
    const joined = Buffer.concat([this.#pending, bytes.subarray(at, length)]);
    this.#pending = nothing;
    const over = this.#run(joined, before, joined.length);
    return over > 0 ? over - before + at : over;
  }

  #run(bytes: Buffer, from: number, length: number): number {
    let at = from;
    if (this.#state === start) {
      while (at < length && (bytes[at] === cr || bytes[at] === lf)) at++;
      if (at === length) return 0;
      this.#begin = at;
      const known = this.#memo.lengthAt(bytes, at, length);
      if (known > 0) {
        this.meaning.copy(this.#memo.meaning);
        return this.#found(bytes, at + known);
      }
      this.meaning.clear();
      this.#seen = 0;
      this.#state = statusLine;
    }
    if (this.#state < fieldStart) {
      at = this.#readStatusLine(bytes, at, length);
      if (at < 0) return -1;
    }
    const over = at < length ? this.#readFields(bytes, at, length) : 0;
    if (over < 0) return -1;
    if ((over === 0 ? length : over) - this.#begin > headLimitBytes) {
      return this.#refuse(this.#isTrailing ? "trailers too long" : "head too long");
    }
    if (over === 0) return this.#suspend(bytes, length);
    if (this.#isTrailing) return over;
    this.#memo.learn(bytes, this.#begin, over, this.meaning);
    return this.#found(bytes, over);
  }

  // The two below read on from `at`. Their steps stand in the order in which they are met, so that a whole line runs
  // through without coming back.

  /** Returns where it stopped, -1 when malformed. */
  #readStatusLine(bytes: Buffer, from: number, length: number): number {
    let at = from;
    let state = this.#state;
    if (state === statusLine) {
      for (; at < length && this.#seen < 12; at++) {
        if (!this.#takeStatus(bytes[at]!)) return this.#refuse("invalid status line");
      }
      if (at === length) return at;
      if (bytes[at] === space) state = reason;
      else if (bytes[at] === cr) state = statusLineLf;
      else return this.#refuse("invalid status line");
      at++;
    }
    if (state === reason) {
      while (at < length && bytes[at] !== cr && bytes[at] !== lf) at++;
      if (at < length) {
        if (bytes[at] === lf) return this.#refuse("line without CR");
        state = statusLineLf;
        at++;
      }
    }
    if (state === statusLineLf && at < length) {
      if (bytes[at] !== lf) return this.#refuse("CR without LF");
      state = fieldStart;
      at++;
    }
    this.#state = state;
    return at;
  }

  /** Returns where the last line is over, 0 when it has not come, -1 when malformed. */
  #readFields(bytes: Buffer, from: number, length: number): number {
    let at = from;
    let state = this.#state;
    while (at < length) {
      if (state === fieldStart) {
        if (bytes[at] === cr) {
          state = headLf;
          if (++at === length) break;
        } else {
          this.#nameFrom = at;
          state = fieldName;
        }
      }
      if (state === headLf) return bytes[at] === lf ? at + 1 : this.#refuse("CR without LF");
      if (state === fieldName) {
        while (at < length && isToken[bytes[at]!] === 1) at++;
        if (at === length) break;
        if (bytes[at] !== colon || at === this.#nameFrom) return this.#refuse("invalid field name");
        this.#field = fieldOf(bytes, this.#nameFrom, at);
        state = valueStart;
        if (++at === length) break;
      }
      if (state === valueStart) {
        while (at < length && (bytes[at] === space || bytes[at] === htab)) at++;
        if (at === length) break;
        this.#valueFrom = at;
        state = value;
      }
      if (state === value) {
        while (at < length && isText[bytes[at]!] === 1) at++;
        if (at === length) break;
        if (bytes[at] !== cr) {
          return this.#refuse(bytes[at] === lf ? "line without CR" : "invalid field value");
        }
        this.#valueTo = at;
        state = valueLf;
        if (++at === length) break;
      }
      if (state === valueLf) {
        if (bytes[at] !== lf) return this.#refuse("CR without LF");
        at++;
        if (this.#field !== otherField && !this.#heedField(bytes)) return -1;
        state = fieldStart;
      }
    }
    this.#state = state;
    return 0;
  }

  #takeStatus(octet: number): boolean {
    const { meaning } = this;
    const digit = octet - 48;
    const seen = this.#seen++;
    if (seen < 5) return octet === versionPrefix[seen];
    if (seen === 6) return octet === dot;
    if (seen === 8) return octet === space;
    if (digit < 0 || digit > 9) return false;
    if (seen === 5) {
      meaning.major = digit;
    } else if (seen === 7) {
      meaning.minor = digit;
      const version = meaning.major * 10 + digit;
      return version === 11 || version === 10 || version === 20 || version === 9;
    } else {
      meaning.status = meaning.status * 10 + digit;
    }
    return true;
  }

  /** False when it is wrong. */
  #heedField(bytes: Buffer): boolean {
    const { meaning } = this;
    const from = this.#valueFrom;
    const to = this.#valueTo;
    switch (this.#field) {
      case contentLength: {
        if (this.#isTrailing) return this.#isWrong("framing field among the trailers");
        if (meaning.hasEncoding) return this.#isWrong("Content-Length with Transfer-Encoding");
        if (meaning.hasLength) return this.#isWrong("two Content-Lengths");
        const length = lengthOf(bytes, from, to);
        if (length === -1) return this.#isWrong("invalid Content-Length");
        meaning.hasLength = true;
        meaning.length = length;
        return true;
      }
      case transferEncoding:
        if (this.#isTrailing) return this.#isWrong("framing field among the trailers");
        if (meaning.hasLength) return this.#isWrong("Content-Length with Transfer-Encoding");
        // An empty one says nothing.
        if (to === from) return true;
        meaning.hasEncoding = true;
        meaning.isChunked = isChunkedLast(bytes, from, to);
        return true;
      case connection: {
        const flags = connectionFlags(bytes, from, to);
        // It has no business among trailers: whoever sends it there is not to be trusted with another request.
        if ((flags & hasClose) !== 0 || this.#isTrailing) meaning.hasClose = true;
        if ((flags & hasKeepAlive) !== 0) meaning.hasKeepAlive = true;
        return true;
      }
      case keepAlive:
        if (!this.#isTrailing) meaning.idleS = idleSecondsOf(bytes, from, to);
        return true;
      default:
        return true;
    }
  }

  #found(bytes: Buffer, to: number): number {
    this.bytes = bytes;
    this.from = this.#begin;
    this.to = to;
    this.#isOwn = false;
    return to;
  }

  /** What has been read and is not over is copied. */
  #suspend(bytes: Buffer, length: number): 0 {
    const begin = this.#begin;
    this.#pending = Buffer.from(bytes.subarray(begin, length));
    this.#begin = 0;
    this.#nameFrom -= begin;
    this.#valueFrom -= begin;
    this.#valueTo -= begin;
    return 0;
  }

  #refuse(problem: string): -1 {
    this.problem = problem;
    return -1;
  }

  #isWrong(problem: string): false {
    this.problem = problem;
    return false;
  }
}
