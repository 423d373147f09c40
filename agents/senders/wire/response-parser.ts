/**
 * An incremental parser of HTTP/1.x answers over bytes, one answer at a time, split wherever the network likes.
 *
 * It accepts what llhttp (Node's own parser, version 9) accepts in strict mode, so no folded fields, no bare LF and no
 * doubtful lengths, and refuses in addition what could only help to confuse us about where an answer ends: CR CR after
 * the status line, a Transfer-Encoding among the trailers, and any status 101.
 *
 * Nothing is allocated for an answer that comes in one piece.
 */
import { extensionAfter, extensionBad, extensionEnd, extensionStart } from "./chunk-extension.ts";
import { HeadMemo } from "./head-memo.ts";
import { HeadParser, headLimitBytes } from "./head-parser.ts";
import { KeptBody } from "./kept-body.ts";
import { cr, hexOf, lf, semicolon } from "./octets.ts";

/** What `read` and `end` say. */
export const unfinished = 0;
export const complete = 1;
export const malformed = 2;
export type Progress = typeof unfinished | typeof complete | typeof malformed;

// States, in the order in which they are met.
const inHead = 0;
const bodyOfLength = 1;
const bodyUntilClose = 2;
const chunkSizeFirst = 3;
const chunkSize = 4;
const chunkExtension = 5;
const chunkLf = 6;
const chunkData = 7;
const chunkDataCr = 8;
const chunkDataLf = 9;
const inTrailers = 10;
const done = 11;

export class ResponseParser {
  readonly head: HeadParser;
  readonly body = new KeptBody();
  /** Whether the connection may carry another request. Good when complete. */
  isKeptAlive = false;
  /** Bytes of the last `read` that belong to the answer; behind them is what nobody asked for. */
  consumed = 0;
  /** Whether a byte of this answer has come. */
  isBegun = false;
  /** What is wrong with the answer, when it is malformed. */
  problem = "";
  #isHead = false;
  #wantsBody = false;
  #state = done;
  /** Bytes still to come: of the body, or of the chunk. */
  #left = 0;
  #extension = extensionStart;
  #extensionBytes = 0;

  /** @param memo may be shared with other parsers */
  constructor(memo: HeadMemo = new HeadMemo()) {
    this.head = new HeadParser(memo);
  }

  /** Gets ready for the answer to one request. */
  begin(isHead: boolean, wantsBody: boolean): void {
    this.#isHead = isHead;
    this.#wantsBody = wantsBody;
    this.isBegun = false;
    this.problem = "";
    this.#extensionBytes = 0;
    this.#state = inHead;
    this.head.beginHead();
    this.body.clear();
  }

  /** Lets go of what it holds. */
  release(): void {
    this.#state = done;
    this.head.release();
    this.body.clear();
  }

  /** Reads the first `length` of `bytes`, which may be reused once the answer has been looked at. */
  read(bytes: Buffer, length: number): Progress {
    let at = 0;
    if (length > 0) this.isBegun = true;
    while (at < length) {
      const state = this.#state;
      if (state === inHead || state === inTrailers) {
        const over = this.head.read(bytes, at, length);
        if (over < 0) return this.#refuse(this.head.problem);
        if (over === 0) break;
        at = over;
        this.#state = state === inHead ? this.#afterHead() : done;
      } else if (state === done) {
        return this.#refuse("bytes nobody asked for");
      } else {
        at = this.#readBody(bytes, at, length);
        if (at < 0) return malformed;
      }
      if (this.#state === done) return this.#complete(at);
    }
    this.consumed = length;
    if (this.#state > inHead) this.head.retain();
    this.body.retain(this.#state === bodyOfLength ? this.#left : 0);
    return unfinished;
  }

  /** The connection was closed in good order. */
  end(): Progress {
    if (this.#state !== bodyUntilClose) return this.#refuse("closed before the answer was complete");
    this.#state = done;
    this.isKeptAlive = false;
    return complete;
  }

  /** The state behind the head (RFC 9112, 6.3). */
  #afterHead(): number {
    const { status, isChunked, hasEncoding, hasLength, length } = this.head.meaning;
    if (status >= 100 && status < 200) {
      if (status === 101) this.problem = "switches protocols unasked";
      else if (!this.#mayBeKept()) this.problem = "closes after an interim answer";
      if (this.problem !== "") return done;
      this.head.beginHead();
      return inHead;
    }
    if (this.#isHead || status === 204 || status === 304) return done;
    if (isChunked) {
      this.#left = 0;
      return chunkSizeFirst;
    }
    if (hasEncoding || !hasLength) return bodyUntilClose;
    this.#left = length;
    return length === 0 ? done : bodyOfLength;
  }

  /** Reads on from `at`; returns where it stopped, -1 when malformed. */
  #readBody(bytes: Buffer, from: number, length: number): number {
    let at = from;
    let state = this.#state;
    while (at < length && state < inTrailers) {
      switch (state) {
        case bodyOfLength:
        case chunkData: {
          const upTo = Math.min(length, at + this.#left);
          if (this.#wantsBody) this.body.add(bytes, at, upTo);
          this.#left -= upTo - at;
          at = upTo;
          if (this.#left === 0) state = state === bodyOfLength ? done : chunkDataCr;
          break;
        }
        case bodyUntilClose:
          if (this.#wantsBody) this.body.add(bytes, at, length);
          at = length;
          break;
        case chunkSizeFirst:
        case chunkSize: {
          const octet = bytes[at++]!;
          const digit = hexOf[octet]!;
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
        case chunkExtension:
          this.#extension = extensionAfter(this.#extension, bytes[at++]!);
          if (this.#extension === extensionBad) return this.#stop("invalid chunk extension");
          if (++this.#extensionBytes > headLimitBytes) return this.#stop("chunk extensions too long");
          if (this.#extension === extensionEnd) state = chunkLf;
          break;
        case chunkLf:
          if (bytes[at++] !== lf) return this.#stop("CR without LF");
          state = this.#left > 0 ? chunkData : inTrailers;
          if (state === inTrailers) this.head.beginTrailers();
          break;
        case chunkDataCr:
          if (bytes[at++] !== cr) return this.#stop("chunk longer than its size");
          state = chunkDataLf;
          break;
        default:
          if (bytes[at++] !== lf) return this.#stop("CR without LF");
          state = chunkSizeFirst;
      }
    }
    this.#state = state;
    return at;
  }

  #mayBeKept(): boolean {
    const { major, minor, hasClose, hasKeepAlive } = this.head.meaning;
    return !hasClose && (hasKeepAlive || (major > 0 && minor > 0));
  }

  #complete(at: number): Progress {
    if (this.problem !== "") return malformed;
    this.consumed = at;
    this.isKeptAlive = this.#mayBeKept();
    return complete;
  }

  #refuse(problem: string): Progress {
    this.problem = problem;
    this.#state = done;
    return malformed;
  }

  #stop(problem: string): -1 {
    this.#refuse(problem);
    return -1;
  }
}
