/** One request in one stream. Ends exactly once. */
import { type ClientHttp2Stream, constants } from "node:http2";
import type { Clock } from "../../../base/clock.ts";
import type { Timed } from "../deadlines.ts";
import type { Exchange } from "../sender.ts";
import type { Composed, Reading } from "./dialect.ts";
import type { Link } from "./link.ts";

/** Who keeps the books of calls. */
export interface CallOwner {
  readonly clock: Clock;
  readonly isClosed: boolean;
  onFired(call: Call, atMs: number): void;
  /** It is over, and its stream, if it had one, is free again. `link` is undefined when it was not fired. */
  onOver(call: Call, link: Link | undefined): void;
  /** A complete answer has come on `link`. */
  onAnswered(link: Link, atMs: number): void;
  /** It ran out of time: the session may be dead without a word. */
  onTimeout(link: Link): void;
  /** Its stream was broken off. */
  onBreak(reason: string): void;
}

export class Call implements Timed<Call> {
  deadlineMs = Number.NaN;
  before: Call | undefined = undefined;
  after: Call | undefined = undefined;
  /** Whether there was a moment without a free stream for it. */
  hasWaited: boolean;
  readonly #owner: CallOwner;
  readonly #exchange: Exchange;
  readonly #composed: Composed;
  readonly #reading: Reading;
  readonly #sentAtMs: number;
  #link: Link | undefined = undefined;
  #stream: ClientHttp2Stream | undefined = undefined;
  #hasHead = false;
  /** When the server ended the stream by its own will. */
  #wholeAtMs = Number.NaN;
  #isOver = false;

  /** `sentAtMs` is when the sender was asked. */
  constructor(
    owner: CallOwner,
    exchange: Exchange,
    composed: Composed,
    reading: Reading,
    sentAtMs: number,
    hasWaited: boolean,
  ) {
    this.#owner = owner;
    this.#exchange = exchange;
    this.#composed = composed;
    this.#reading = reading;
    this.#sentAtMs = sentAtMs;
    this.hasWaited = hasWaited;
  }

  /** Begins its stream on a usable link. The bytes go to the socket with all others of this turn of the loop. */
  fire(link: Link, nowMs: number): void {
    const { fields, body } = this.#composed;
    this.#link = link;
    this.#owner.onFired(this, nowMs);
    this.#exchange.fired(nowMs, this.hasWaited ? nowMs - this.#sentAtMs : 0);
    const stream = link.http2.request(fields, { endStream: body === undefined });
    this.#stream = stream;
    stream.on("response", (head) => {
      this.#hasHead = true;
      this.#reading.head(head);
    });
    stream.on("trailers", (trailers) => this.#reading.trailers(trailers));
    // The failure itself is told when it closes.
    stream.on("error", (error: NodeJS.ErrnoException) => this.#owner.onBreak(error.message));
    stream.on("close", () => this.#closed());
    this.#listenTo(stream);
    if (body !== undefined) stream.end(body);
  }

  /** Its time is over. */
  expire(): void {
    const link = this.#link!;
    this.#stream!.close(constants.NGHTTP2_CANCEL);
    this.#fail("timeout", true, this.#owner.clock.nowMs());
    this.#owner.onTimeout(link);
  }

  /** Gives it up before it is fired. */
  drop(atMs: number): void {
    this.#isOver = true;
    this.#owner.onOver(this, undefined);
    this.#exchange.dropped(atMs);
  }

  /** There is no session for it. */
  failUnfired(how: "timeout" | "disconnected", atMs: number): void {
    this.#fail(how, false, atMs);
  }

  /**
   * Takes what node:http2 pushes where it is pushed. Behind that, the end of an answer and a stream broken off with
   * NO_ERROR (as Node's own server does on `destroy`) look alike; here the second is one that was closed before.
   */
  #listenTo(stream: ClientHttp2Stream): void {
    const push = stream.push;
    stream.push = (chunk: Uint8Array | null, encoding?: BufferEncoding): boolean => {
      if (chunk !== null) {
        this.#reading.data(chunk);
      } else if (!stream.closed && Number.isNaN(this.#wholeAtMs)) {
        this.#wholeAtMs = this.#owner.clock.nowMs();
        // Heads and trailers are told on ticks that were planned before this one.
        process.nextTick(() => this.#answered());
      }
      return push.call(stream, chunk, encoding);
    };
    stream.resume();
  }

  #answered(): void {
    if (this.#isOver || this.#owner.isClosed) return;
    const stream = this.#stream!;
    if (!this.#hasHead) {
      this.#fail("disconnected", true, this.#wholeAtMs);
      return;
    }
    this.#isOver = true;
    // The rest of a body that the server did not wait for is of no use, and would keep the stream. Not at once: this tick
    // may be within nghttp2's reading, which is about to close a stream whose two sides have ended.
    if (!stream.closed && !stream.writableFinished) {
      this.#owner.clock.soon(() => stream.close(constants.NGHTTP2_CANCEL));
    }
    this.#owner.onAnswered(this.#link!, this.#wholeAtMs);
    this.#owner.onOver(this, this.#link);
    this.#exchange.answered(this.#reading, this.#wholeAtMs);
  }

  #closed(): void {
    if (this.#isOver || this.#owner.isClosed) return;
    if (!Number.isNaN(this.#wholeAtMs)) {
      this.#answered();
      return;
    }
    this.#fail("disconnected", !this.#isRefused(), this.#owner.clock.nowMs());
  }

  /** Whether the server has said that it has done nothing about this request (RFC 9113, 8.7). */
  #isRefused(): boolean {
    const { rstCode, id } = this.#stream!;
    return rstCode === constants.NGHTTP2_REFUSED_STREAM || (id ?? 0) > this.#link!.lastProcessedId;
  }

  #fail(how: "timeout" | "disconnected", isSent: boolean, atMs: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#owner.onOver(this, this.#link);
    this.#exchange.failed(how, isSent, atMs);
  }
}
