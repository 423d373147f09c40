/**
 * An incremental parser of HTTP/1.x answers over bytes, one answer at a time, split wherever the network likes.
 *
 * It accepts what llhttp (Node's own parser) accepts in strict mode, and refuses in addition what could only help to
 * confuse us about where an answer ends: CR CR after the status line, a folded Content-Length, Transfer-Encoding or
 * Connection, and a Transfer-Encoding among the trailers. Nothing is allocated for an answer that comes in one piece.
 */

import { extensionAfter, extensionBad, extensionEnd, extensionStart } from "./chunk-extension.ts";
import {
  connection,
  connectionFlags,
  contentLength,
  fieldOf,
  idleSecondsOf,
  isChunkedLast,
  keepAlive,
  lengthOf,
  otherField,
  transferEncoding,
} from "./framing.ts";
import { HeadMemo } from "./head-memo.ts";
import { colon, cr, hexOf, htab, isText, isToken, lf, semicolon, space } from "./octets.ts";

/** What `read` and `end` say. */
export const unfinished = 0;
export const complete = 1;
export const malformed = 2;
export type Progress = typeof unfinished | typeof complete | typeof malformed;

/** Status line and fields of one answer, and likewise all its trailers. Four times what Node allows by default; our choice. */
export const headLimitBytes = 64 * 1024;

/** A judge sees at most the first 1 MiB of a body; memory must not depend on what a target answers. */
export const keptBodyBytes = 1024 * 1024;

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
const lineStart = 9;
const headLf = 10;
const bodyOfLength = 11;
const bodyUntilClose = 12;
const chunkSizeFirst = 13;
const chunkSize = 14;
const chunkExtension = 15;
const chunkLf = 16;
const chunkData = 17;
const chunkDataCr = 18;
const chunkDataLf = 19;
const done = 20;

const nothing = Buffer.alloc(0);
const versionPrefix = Buffer.from("HTTP/");

export class ResponseParser {
  status = 0;
  /** Whether the connection may carry another request. Good when complete. */
  isKeptAlive = false;
  /** Seconds after which the server closes an idle connection; -1 when it did not say. */
  idleS = -1;
  /** Bytes of the last `read` that belong to the answer; behind them is what nobody asked for. */
  consumed = 0;
  /** Whether a byte of this answer has come. */
  isBegun = false;
  /** What is wrong with the answer, when it is malformed. */
  problem = "";
  /** Status line and fields are [headFrom, headTo) of `head`, the kept body is [bodyFrom, bodyTo) of `body`. */
  head: Buffer = nothing;
  headFrom = 0;
  headTo = 0;
  body: Buffer = nothing;
  bodyFrom = 0;
  bodyTo = 0;

  readonly #memo: HeadMemo;
  #isHead = false;
  #wantsBody = false;
  #state = done;
  /** Head or current trailer line from earlier reads, while it is unfinished. */
  #pending: Buffer = nothing;
  /** Where what is pending begins in the buffer that is being read. */
  #from = 0;
  #nameFrom = 0;
  #valueFrom = 0;
  #valueTo = 0;
  #field = otherField;
  /** How much of the status line was seen. */
  #seen = 0;
  #major = 0;
  #minor = 0;
  #hasLength = false;
  #hasEncoding = false;
  #isChunked = false;
  #isTrailing = false;
  #extension = extensionStart;
  #connection = 0;
  /** Bytes still to come: of the body, or of the chunk. */
  #left = 0;
  /** Of trailers and chunk extensions together. */
  #extraBytes = 0;
  /** Whether `head` and `body` are our own copies rather than the buffer that will be read into again. */
  #ownsHead = false;
  #ownsBody = false;

  /** @param memo may be shared with other parsers */
  constructor(memo: HeadMemo = new HeadMemo()) {
    this.#memo = memo;
  }

  /** Gets ready for the answer to one request. */
  begin(isHead: boolean, wantsBody: boolean): void {
    this.#isHead = isHead;
    this.#wantsBody = wantsBody;
    this.isBegun = false;
    this.idleS = -1;
    this.body = nothing;
    this.bodyFrom = 0;
    this.bodyTo = 0;
    this.#ownsBody = false;
    this.#extraBytes = 0;
    this.#pending = nothing;
    this.problem = "";
    this.#from = 0;
    this.#isTrailing = false;
    this.#state = start;
  }

  /** Lets go of what it holds. */
  release(): void {
    this.head = nothing;
    this.body = nothing;
    this.#pending = nothing;
    this.#state = done;
  }

  /** Reads the first `length` of `bytes`, which may be reused once the answer has been looked at. */
  read(bytes: Buffer, length: number): Progress {
    if (length === 0) return unfinished;
    this.isBegun = true;
    const before = this.#pending.length;
    if (before === 0) return this.#run(bytes, 0, length);
    const joined = Buffer.concat([this.#pending, bytes.subarray(0, length)]);
    this.#pending = nothing;
    this.#from = 0;
    const progress = this.#run(joined, before, joined.length);
    this.consumed -= before;
    return progress;
  }

  /** The connection was closed in good order. */
  end(): Progress {
    if (this.#state !== bodyUntilClose) return this.#refuse("closed before the answer was complete");
    this.#state = done;
    this.isKeptAlive = false;
    return complete;
  }

  #run(bytes: Buffer, from: number, length: number): Progress {
    let at = from;
    while (at < length) {
      const state = this.#state;
      if (state <= statusLineLf) at = this.#readStatusLine(bytes, at, length);
      else if (state <= headLf) at = this.#readFields(bytes, at, length);
      else if (state !== done) at = this.#readBody(bytes, at, length);
      else return this.#refuse("bytes nobody asked for");
      if (at < 0) {
        if (this.problem !== "") return malformed;
        this.consumed = -at;
        this.isKeptAlive = this.#mayBeKept();
        return complete;
      }
    }
    this.consumed = length;
    return this.#suspend(bytes, length);
  }

  // The three below read on from `at` and return where they stopped: below 0 when the answer is over there, good or bad.
  // Their steps stand in the order in which they are met, so that a whole line runs through without coming back.

  #readStatusLine(bytes: Buffer, from: number, length: number): number {
    let at = from;
    let state = this.#state;
    if (state === start) {
      while (at < length && (bytes[at] === cr || bytes[at] === lf)) at++;
      if (at === length) return at;
      const known = this.#memo.lengthAt(bytes, at, length);
      if (known > 0) {
        this.#recall(at);
        this.#state = this.#endHead(bytes, at + known);
        return this.#state === done ? this.#finish(at + known) : at + known;
      }
      this.#beginHead(at);
      state = statusLine;
    }
    if (state === statusLine) {
      while (at < length && this.#seen < 12) {
        if (!this.#takeStatusLine(bytes[at]!)) return this.#stop("invalid status line");
        at++;
      }
      if (at < length) {
        if (bytes[at] === space) state = reason;
        else if (bytes[at] === cr) state = statusLineLf;
        else return this.#stop("invalid status line");
        at++;
      }
    }
    if (state === reason) {
      while (at < length && bytes[at] !== cr && bytes[at] !== lf) at++;
      if (at < length) {
        if (bytes[at] === lf) return this.#stop("line without CR");
        state = statusLineLf;
        at++;
      }
    }
    if (state === statusLineLf && at < length) {
      if (bytes[at] !== lf) return this.#stop("CR without LF");
      state = fieldStart;
      at++;
    }
    this.#state = state;
    return at;
  }

  /** Fields of the head, or the trailers. */
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
      if (state === headLf) {
        if (bytes[at] !== lf) return this.#stop("CR without LF");
        at++;
        if (this.#isTrailing) return this.#finish(at);
        this.#memorize(bytes, at);
        this.#state = this.#endHead(bytes, at);
        return this.#state === done ? this.#finish(at) : at;
      }
      if (state === fieldName) {
        while (at < length && isToken[bytes[at]!] === 1) at++;
        if (at === length) break;
        if (bytes[at] !== colon || at === this.#nameFrom) return this.#stop("invalid field name");
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
          return this.#stop(bytes[at] === lf ? "line without CR" : "invalid field value");
        }
        this.#valueTo = at;
        state = valueLf;
        if (++at === length) break;
      }
      if (state === valueLf) {
        if (bytes[at] !== lf) return this.#stop("CR without LF");
        state = lineStart;
        if (++at === length) break;
      }
      // In state `lineStart`: only now is it known whether the value goes on.
      if (bytes[at] === space || bytes[at] === htab) {
        if (this.#field !== otherField && this.#field !== keepAlive) {
          return this.#stop("folded framing field");
        }
        if (this.#valueTo === this.#valueFrom) return this.#stop("invalid field value");
        state = value;
      } else {
        if (this.#field !== otherField && !this.#endField(bytes)) return -1;
        if (this.#isTrailing) {
          this.#extraBytes += at - this.#from;
          if (this.#extraBytes > headLimitBytes) return this.#stop("trailers too long");
          this.#from = at;
        }
        state = fieldStart;
      }
    }
    this.#state = state;
    return at;
  }

  #readBody(bytes: Buffer, from: number, length: number): number {
    let at = from;
    let state = this.#state;
    while (at < length) {
      switch (state) {
        case bodyOfLength:
        case chunkData: {
          const upTo = Math.min(length, at + this.#left);
          this.#keep(bytes, at, upTo);
          this.#left -= upTo - at;
          at = upTo;
          if (this.#left > 0) break;
          if (state === bodyOfLength) return this.#finish(at);
          state = chunkDataCr;
          break;
        }
        case bodyUntilClose:
          this.#keep(bytes, at, length);
          at = length;
          break;
        case chunkSizeFirst:
        case chunkSize: {
          const octet = bytes[at]!;
          const digit = hexOf[octet]!;
          at++;
          if (digit !== 255) {
            this.#left = this.#left * 16 + digit;
            if (this.#left > Number.MAX_SAFE_INTEGER) return this.#stop("invalid chunk size");
            state = chunkSize;
          } else if (state === chunkSizeFirst) {
            return this.#stop("invalid chunk size");
          } else if (octet === cr) {
            state = chunkLf;
          } else if (octet === semicolon) {
            state = chunkExtension;
            this.#extension = extensionStart;
          } else {
            return this.#stop("invalid chunk size");
          }
          break;
        }
        case chunkExtension: {
          const extension = extensionAfter(this.#extension, bytes[at]!);
          if (extension === extensionBad) return this.#stop("invalid chunk extension");
          if (++this.#extraBytes > headLimitBytes) return this.#stop("chunk extensions too long");
          this.#extension = extension;
          if (extension === extensionEnd) state = chunkLf;
          at++;
          break;
        }
        case chunkLf:
          if (bytes[at] !== lf) return this.#stop("CR without LF");
          at++;
          if (this.#left > 0) {
            state = chunkData;
          } else {
            this.#isTrailing = true;
            this.#from = at;
            state = fieldStart;
          }
          break;
        case chunkDataCr:
          if (bytes[at] !== cr) return this.#stop("chunk longer than its size");
          state = chunkDataLf;
          at++;
          break;
        case chunkDataLf:
          if (bytes[at] !== lf) return this.#stop("CR without LF");
          this.#left = 0;
          state = chunkSizeFirst;
          at++;
          break;
      }
      if (state <= headLf) break;
    }
    this.#state = state;
    return at;
  }

  #takeStatusLine(octet: number): boolean {
    const digit = octet - 48;
    const seen = this.#seen++;
    if (seen < 5) return octet === versionPrefix[seen];
    if (seen === 6) return octet === 46;
    if (seen === 8) return octet === space;
    if (digit < 0 || digit > 9) return false;
    if (seen === 5) {
      this.#major = digit;
    } else if (seen === 7) {
      this.#minor = digit;
      const version = this.#major * 10 + digit;
      return version === 11 || version === 10 || version === 20 || version === 9;
    } else {
      this.status = this.status * 10 + digit;
    }
    return true;
  }

  /** Heeds the field whose line has ended. */
  #endField(bytes: Buffer): boolean {
    if (this.#isTrailing) return this.#endTrailer();
    const from = this.#valueFrom;
    const to = this.#valueTo;
    switch (this.#field) {
      case contentLength: {
        if (this.#hasEncoding) return this.#isWrong("Content-Length with Transfer-Encoding");
        if (this.#hasLength) return this.#isWrong("two Content-Lengths");
        const length = lengthOf(bytes, from, to);
        if (length === -1) return this.#isWrong("invalid Content-Length");
        this.#hasLength = true;
        this.#left = length;
        return true;
      }
      case transferEncoding:
        if (this.#hasLength) return this.#isWrong("Content-Length with Transfer-Encoding");
        // An empty one says nothing.
        if (to === from) return true;
        this.#hasEncoding = true;
        this.#isChunked = isChunkedLast(bytes, from, to);
        return true;
      case connection:
        this.#connection |= connectionFlags(bytes, from, to);
        return true;
      case keepAlive:
        this.idleS = idleSecondsOf(bytes, from, to);
        return true;
      default:
        return true;
    }
  }

  #endTrailer(): boolean {
    if (this.#field === contentLength || this.#field === transferEncoding) {
      return this.#isWrong("framing field among the trailers");
    }
    // It has no business there; whoever sends it is not to be trusted with another request.
    if (this.#field === connection) this.#connection |= 1;
    return true;
  }

  /** The head ends before `at`. Returns the state that follows; `done` also when there is a problem. */
  #endHead(bytes: Buffer, at: number): number {
    const { status } = this;
    if (at - this.#from > headLimitBytes) return this.#isOver("head too long");
    if (status >= 100 && status < 200) {
      if (status === 101) return this.#isOver("switches protocols unasked");
      return this.#mayBeKept() ? start : this.#isOver("closes after an interim answer");
    }
    this.head = bytes;
    this.headFrom = this.#from;
    this.headTo = at;
    this.#ownsHead = false;
    if (this.#isHead || status === 204 || status === 304) return done;
    if (this.#isChunked) {
      this.#left = 0;
      return chunkSizeFirst;
    }
    if (this.#hasEncoding || !this.#hasLength) return bodyUntilClose;
    return this.#left === 0 ? done : bodyOfLength;
  }

  #beginHead(at: number): void {
    this.#from = at;
    this.status = 0;
    this.#seen = 0;
    this.#hasLength = false;
    this.#hasEncoding = false;
    this.#isChunked = false;
    this.#isTrailing = false;
    this.#connection = 0;
    this.#left = 0;
  }

  #recall(at: number): void {
    const { meaning } = this.#memo;
    this.#from = at;
    this.status = meaning.status;
    this.#major = meaning.major;
    this.#minor = meaning.minor;
    this.#connection = meaning.connection;
    this.#hasLength = meaning.hasLength;
    this.#hasEncoding = meaning.hasEncoding;
    this.#isChunked = meaning.isChunked;
    this.#left = meaning.length;
    this.idleS = meaning.idleS;
    this.#isTrailing = false;
  }

  #memorize(bytes: Buffer, to: number): void {
    if (!this.#memo.remembers(bytes, this.#from, to)) return;
    const { meaning } = this.#memo;
    meaning.status = this.status;
    meaning.major = this.#major;
    meaning.minor = this.#minor;
    meaning.connection = this.#connection;
    meaning.hasLength = this.#hasLength;
    meaning.hasEncoding = this.#hasEncoding;
    meaning.isChunked = this.#isChunked;
    meaning.length = this.#left;
    meaning.idleS = this.idleS;
  }

  #mayBeKept(): boolean {
    if ((this.#connection & 1) === 1) return false;
    return (this.#major > 0 && this.#minor > 0) || (this.#connection & 2) === 2;
  }

  #keep(bytes: Buffer, from: number, to: number): void {
    if (!this.#wantsBody) return;
    const keptBytes = this.bodyTo - this.bodyFrom;
    const upTo = Math.min(to, from + keptBodyBytes - keptBytes);
    if (this.#ownsBody) {
      this.#own(upTo - from);
      this.bodyTo += bytes.copy(this.body, this.bodyTo, from, upTo);
    } else if (keptBytes === 0) {
      this.body = bytes;
      this.bodyFrom = from;
      this.bodyTo = upTo;
    } else if (this.bodyTo === from) {
      this.bodyTo = upTo;
    } else {
      this.#own(upTo - from);
      this.bodyTo += bytes.copy(this.body, this.bodyTo, from, upTo);
    }
  }

  /** Moves the kept body into memory of its own, with room for `more` bytes. */
  #own(more: number): void {
    const keptBytes = this.bodyTo - this.bodyFrom;
    if (this.#ownsBody && keptBytes + more <= this.body.length) return;
    const roomBytes = Math.max(keptBytes + more, Math.min(keptBodyBytes, 2 * (keptBytes + more)));
    const own = Buffer.allocUnsafe(roomBytes);
    this.body.copy(own, 0, this.bodyFrom, this.bodyTo);
    this.body = own;
    this.bodyFrom = 0;
    this.bodyTo = keptBytes;
    this.#ownsBody = true;
  }

  /** The read is over and the answer is not: what must be remembered of `bytes` is copied. */
  #suspend(bytes: Buffer, length: number): Progress {
    const state = this.#state;
    if (state > start && state <= headLf) {
      const from = this.#from;
      if (length - from > headLimitBytes) return this.#refuse("head too long");
      this.#pending = Buffer.from(bytes.subarray(from, length));
      this.#from = 0;
      this.#nameFrom -= from;
      this.#valueFrom -= from;
      this.#valueTo -= from;
    }
    if (state > headLf || this.#isTrailing) {
      if (!this.#ownsHead) {
        this.head = Buffer.from(this.head.subarray(this.headFrom, this.headTo));
        this.headTo -= this.headFrom;
        this.headFrom = 0;
        this.#ownsHead = true;
      }
      if (!this.#ownsBody && this.bodyTo > this.bodyFrom) {
        const isOfLength = state === bodyOfLength;
        this.#own(isOfLength ? Math.min(this.#left, keptBodyBytes - (this.bodyTo - this.bodyFrom)) : 0);
      }
    }
    return unfinished;
  }

  #finish(at: number): number {
    this.#state = done;
    return -at;
  }

  #stop(problem: string): number {
    this.#refuse(problem);
    return -1;
  }

  #refuse(problem: string): Progress {
    this.problem = problem;
    this.#state = done;
    return malformed;
  }

  #isWrong(problem: string): false {
    this.#refuse(problem);
    return false;
  }

  #isOver(problem: string): number {
    this.#refuse(problem);
    return done;
  }
}
