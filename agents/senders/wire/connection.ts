/** One connection to one origin, opened again when it was closed, and the request that it carries. */
import { once } from "node:events";
import type { Socket } from "node:net";
import type { Clock } from "../../../base/clock.ts";
import type { ShopRequest } from "../../../scenarios/scenario.ts";
import type { Timed } from "../deadlines.ts";
import type { Exchange } from "../sender.ts";
import type { WireAnswer } from "./answer.ts";
import type { HeadMemo } from "./head-memo.ts";
import { openedEvent, openSocket, readBufferFor, type TlsTrust } from "./opening.ts";
import type { WireOrigin } from "./origin.ts";
import { malformed, ResponseParser, unfinished } from "./response-parser.ts";

/**
 * An idle connection is not used again after this long, unless the server announced less in `Keep-Alive`. Below nginx's
 * default keepalive_timeout of 75 s, so that the server rarely closes just as we send.
 */
const keepAliveMs = 60_000;

/**
 * After this long a server may well have hung up (keep-alive limits are counted in seconds), and after a stall of ours
 * its word may lie unread in the kernel. Requests on younger connections are not held up by asking.
 */
const restedLongMs = 500;

/** How much earlier than it announced the server is taken to close: its clock started when it sent, not when we received. */
const keepAliveMarginMs = 1000;

const unasked = "bytes nobody asked for";

/** Who keeps the books of connections. */
export interface ConnectionOwner {
  readonly clock: Clock;
  readonly isClosed: boolean;
  readonly trust: TlsTrust;
  readonly connectTimeoutMs: number;
  readonly resendsIdempotent: boolean;
  /** The one that all connections hand out, one after the other. */
  readonly answer: WireAnswer;
  /** Shared, because what one connection hears the next one is told too. */
  readonly memo: HeadMemo;
  onFired(connection: WireConnection, atMs: number): void;
  /** Its request is over in one way or another. */
  onOver(connection: WireConnection, wasFired: boolean): void;
  /** It can carry the next one. */
  onFree(connection: WireConnection): void;
  onBreak(reason: string): void;
  /** What broke is sent once more. */
  onResent(): void;
}

export class WireConnection implements Timed<WireConnection> {
  deadlineMs = Number.NaN;
  before: WireConnection | undefined = undefined;
  after: WireConnection | undefined = undefined;
  readonly origin: WireOrigin;
  readonly #owner: ConnectionOwner;
  readonly #parser: ResponseParser;
  readonly #buffer: Buffer;
  #socket: Socket | undefined = undefined;
  /** Connected, and shaken hands. */
  #isOpen = false;
  #giveUpOpening: (() => void) | undefined = undefined;
  #onOpened: ((isOpen: boolean) => void) | undefined = undefined;
  #restsSinceMs = 0;
  #restLimitMs = keepAliveMs;
  /** Whether this socket has carried an answer before. */
  #isProven = false;
  // What it carries now.
  #exchange: Exchange | undefined = undefined;
  #text: string | Buffer = "";
  #isHead = false;
  #isIdempotent = false;
  #isLast = false;
  #isFired = false;
  #isResent = false;
  #sentAtMs = 0;
  #hasWaited = false;
  /** Whether it is being found out if the server is still there. */
  #isAsking = false;

  constructor(origin: WireOrigin, owner: ConnectionOwner) {
    this.origin = origin;
    this.#owner = owner;
    this.#parser = new ResponseParser(owner.memo);
    this.#buffer = readBufferFor(origin);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Opens it ahead of its first request; resolves to whether that worked. A target that refuses is found out later. */
  open(): Promise<boolean> {
    if (this.#socket !== undefined || this.#owner.isClosed) return Promise.resolve(this.#isOpen);
    return new Promise((resolve) => {
      this.#onOpened = resolve;
      this.#open();
    });
  }

  /**
   * Takes a request while it carries none; false when that cannot be sent, whose exchange has then heard so.
   * `sentAtMs` is when the request began to wait for a connection, NaN when it did not.
   */
  carry(request: ShopRequest, exchange: Exchange, sentAtMs: number): boolean {
    const { texts } = this.origin;
    const text = texts.compose(request);
    if (text === undefined) {
      exchange.impossible(texts.because);
      return false;
    }
    const { method } = request;
    this.#exchange = exchange;
    this.#text = text;
    this.#isLast = texts.isLast;
    this.#isHead = method === "HEAD";
    this.#isIdempotent = method === "GET" || method === "HEAD";
    this.#isFired = false;
    this.#isResent = false;
    const nowMs = this.#owner.clock.nowMs();
    this.#hasWaited = !Number.isNaN(sentAtMs);
    this.#sentAtMs = this.#hasWaited ? sentAtMs : nowMs;
    const restedMs = nowMs - this.#restsSinceMs;
    if (this.#isOpen && restedMs > this.#restLimitMs) this.#shut();
    if (this.#socket === undefined) this.#open();
    else if (this.#isOpen && restedMs < restedLongMs) this.#fire(nowMs);
    else if (this.#isOpen) this.#ask();
    return true;
  }

  /** Its time is over. */
  expire(): void {
    this.#owner.onBreak(this.#parser.isBegun ? "answer not complete in time" : "no answer in time");
    // What would still come on it is nobody's answer.
    this.#shut();
    this.#fail("timeout");
  }

  /** Gives the request up if no byte of it has left; the connection goes on opening. */
  dropUnfired(atMs: number): void {
    const exchange = this.#exchange;
    if (exchange === undefined || this.#isFired) return;
    this.#exchange = undefined;
    this.#owner.onOver(this, false);
    exchange.dropped(atMs);
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#shut();
    this.#onOpened?.(false);
    this.#onOpened = undefined;
    if (!socket.closed) await once(socket, "close");
  }

  #open(): void {
    if (!this.#isFired) this.#hasWaited ||= this.#exchange !== undefined;
    const { clock, trust, connectTimeoutMs } = this.#owner;
    const socket = openSocket(this.origin, trust, {
      buffer: this.#buffer,
      callback: (length) => {
        if (this.#socket === socket) this.#onBytes(length);
        return true;
      },
    });
    this.#socket = socket;
    this.#isProven = false;
    this.#restLimitMs = keepAliveMs;
    this.#giveUpOpening = clock.after(connectTimeoutMs, () => {
      this.#lost(
        socket,
        socket.connecting ? "connecting took too long" : "TLS handshake took too long",
        "timeout",
      );
    });
    socket.once(openedEvent(this.origin), () => {
      if (this.#socket === socket) this.#opened(socket);
    });
    socket.on("end", () => {
      if (this.#socket === socket) this.#onEnd(socket);
    });
    socket.on("error", (error: NodeJS.ErrnoException) => this.#lost(socket, error.code ?? error.message));
    socket.on("close", () => this.#lost(socket, "closed before the answer was complete"));
  }

  /** Two turns, so that all of the loop's reading lies between now and then: a connection that was closed is made anew. */
  #ask(): void {
    const { clock } = this.#owner;
    this.#isAsking = true;
    clock.soon(() => clock.soon(() => this.#asked()));
  }

  #asked(): void {
    if (!this.#isAsking) return;
    this.#isAsking = false;
    if (this.#owner.isClosed) return;
    if (this.#exchange === undefined) this.#owner.onFree(this);
    else this.#fire(this.#owner.clock.nowMs());
  }

  #opened(socket: Socket): void {
    socket.setNoDelay(true);
    this.#giveUpOpening?.();
    this.#giveUpOpening = undefined;
    this.#isOpen = true;
    const nowMs = this.#owner.clock.nowMs();
    this.#restsSinceMs = nowMs;
    const onOpened = this.#onOpened;
    this.#onOpened = undefined;
    onOpened?.(true);
    if (this.#isFired) this.#write();
    else if (this.#exchange !== undefined) this.#fire(nowMs);
    // Its request was dropped meanwhile. Who opened it ahead of time frees it himself.
    else if (onOpened === undefined) this.#owner.onFree(this);
  }

  #fire(nowMs: number): void {
    const exchange = this.#exchange!;
    this.#isFired = true;
    this.#parser.begin(this.#isHead, exchange.wantsBody);
    this.#owner.onFired(this, nowMs);
    exchange.fired(nowMs, this.#hasWaited ? nowMs - this.#sentAtMs : 0);
    this.#socket?.write(this.#text, "latin1");
  }

  /** The second time, which the exchange does not hear of. */
  #write(): void {
    this.#parser.begin(this.#isHead, this.#exchange!.wantsBody);
    this.#socket?.write(this.#text, "latin1");
  }

  #onBytes(length: number): void {
    const socket = this.#socket!;
    if (!this.#isFired) {
      this.#lost(socket, unasked);
      return;
    }
    const progress = this.#parser.read(this.#buffer, length);
    if (progress === unfinished) return;
    if (progress === malformed) this.#lost(socket, `malformed: ${this.#parser.problem}`);
    else this.#answered(this.#parser.consumed < length);
  }

  #onEnd(socket: Socket): void {
    if (this.#isFired && this.#parser.end() !== malformed) this.#answered(false);
    else this.#lost(socket, "closed before the answer was complete");
  }

  #answered(hasMore: boolean): void {
    const { clock, answer } = this.#owner;
    const nowMs = clock.nowMs();
    const parser = this.#parser;
    const exchange = this.#exchange!;
    answer.take(parser);
    parser.release();
    this.#isFired = false;
    this.#exchange = undefined;
    this.#owner.onOver(this, true);
    if (hasMore) this.#owner.onBreak(unasked);
    if (hasMore || this.#isLast || !parser.isKeptAlive) {
      this.#shut();
    } else {
      this.#isProven = true;
      this.#restsSinceMs = nowMs;
      const { idleS } = parser.head.meaning;
      if (idleS >= 0) this.#restLimitMs = Math.min(keepAliveMs, idleS * 1000 - keepAliveMarginMs);
    }
    this.#owner.onFree(this);
    exchange.answered(answer, nowMs);
  }

  /** The socket is of no more use. What that means depends on what was going on. */
  #lost(socket: Socket, reason: string, how: "disconnected" | "timeout" = "disconnected"): void {
    if (this.#socket !== socket) return;
    const wasOpening = !this.#isOpen;
    const mayResend = this.#mayResend();
    this.#shut();
    if (this.#owner.isClosed) return;
    const onOpened = this.#onOpened;
    this.#onOpened = undefined;
    onOpened?.(false);
    if (this.#exchange === undefined) {
      // An idle one is still in line; one whose request was dropped while it was opening is not.
      if (wasOpening && onOpened === undefined) this.#owner.onFree(this);
      return;
    }
    if (!wasOpening && !this.#isFired) {
      // Not a byte of the request has left.
      this.#isAsking = false;
      this.#open();
      return;
    }
    this.#owner.onBreak(reason);
    if (mayResend) {
      this.#isResent = true;
      this.#owner.onResent();
      this.#open();
    } else {
      this.#fail(how);
    }
  }

  /** A server that closes an idle connection may do so just as we send: then it has read nothing, most probably. */
  #mayResend(): boolean {
    return (
      this.#owner.resendsIdempotent &&
      this.#isFired &&
      this.#isIdempotent &&
      this.#isProven &&
      !this.#isResent &&
      !this.#parser.isBegun
    );
  }

  #fail(how: "disconnected" | "timeout"): void {
    const nowMs = this.#owner.clock.nowMs();
    const exchange = this.#exchange;
    const wasFired = this.#isFired;
    if (exchange === undefined) return;
    this.#parser.release();
    this.#exchange = undefined;
    this.#isFired = false;
    this.#owner.onOver(this, wasFired);
    this.#owner.onFree(this);
    exchange.failed(how, wasFired, nowMs);
  }

  #shut(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#isOpen = false;
    this.#giveUpOpening?.();
    this.#giveUpOpening = undefined;
    socket?.destroy();
  }
}
