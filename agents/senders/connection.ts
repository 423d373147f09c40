/** One connection to one origin, and the call it carries. */
import type { Socket } from "node:net";
import { buildConnector, Client, type Dispatcher } from "undici";
import type { Clock } from "../../base/clock.ts";
import type { Answer, ShopRequest } from "../../scenarios/scenario.ts";
import type { Timed } from "./deadlines.ts";
import type { Queue } from "./queue.ts";
import type { Exchange } from "./sender.ts";

/**
 * An idle connection is closed by us after this long, unless the server announced less in `Keep-Alive`, which undici
 * heeds. Below nginx's default keepalive_timeout of 75 s, so that the server rarely closes just as we send.
 */
const keepAliveMs = 60_000;

/**
 * After this long a server may well have hung up (keep-alive limits are counted in seconds), and after a stall of ours
 * its word may lie unread in the kernel. Requests on younger connections are not held up by asking.
 */
const restedLongMs = 500;

/** A judge sees at most the first 1 MiB of a body; memory must not depend on what a target answers. */
const keptBodyBytes = 1024 * 1024;

/** One base URL with its connections. */
export interface Origin {
  readonly url: URL;
  readonly idle: Queue<Connection>;
  readonly all: Connection[];
}

export class Connection {
  readonly origin: Origin;
  /** What it carries now. */
  call: Call | undefined;
  readonly #clock: Clock;
  readonly #client: Client;
  readonly #connector: buildConnector.connector;
  /** Opened before there was a request for it. */
  #opened: Socket | undefined;
  #isConnected = false;
  #isClosed = false;
  #restsSinceMs: number;

  constructor(origin: Origin, connectTimeoutMs: number, clock: Clock) {
    this.origin = origin;
    this.#clock = clock;
    this.#restsSinceMs = clock.nowMs();
    this.#connector = buildConnector({ timeout: connectTimeoutMs });
    this.#client = new Client(origin.url.origin, {
      pipelining: 1,
      keepAliveTimeout: keepAliveMs,
      // Time-outs are ours, over the whole request; undici's count from byte to byte and to half a second.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (options, callback) => this.#connect(options, callback),
    });
    this.#client.on("connect", () => {
      this.#isConnected = true;
    });
    this.#client.on("disconnect", () => {
      this.#isConnected = false;
      this.call?.waitForConnection();
    });
  }

  get isOpen(): boolean {
    return this.#isConnected || (this.#opened !== undefined && !this.#opened.destroyed);
  }

  /** Opens it ahead of its first request; resolves to whether that worked. A target that refuses is found out later. */
  open(): Promise<boolean> {
    if (this.isOpen || this.call !== undefined) return Promise.resolve(this.isOpen);
    const { hostname, host, protocol, port } = this.origin.url;
    return new Promise((resolve) => {
      this.#connector(
        { hostname: hostname.replace(/^\[|\]$/g, ""), host, protocol, port },
        (error, socket) => {
          if (error !== null) return resolve(false);
          if (this.#isClosed) {
            socket.destroy();
            return resolve(false);
          }
          this.#opened = socket;
          // Read, so that we hear when the server closes it before it is used.
          socket.on("end", () => socket.destroy());
          socket.resume();
          resolve(true);
        },
      );
    });
  }

  /** Takes a call; `atMs` is now. */
  carry(call: Call, request: ShopRequest, atMs: number): void {
    this.call = call;
    if (atMs - this.#restsSinceMs < restedLongMs) this.#dispatch(call, request);
    // Two turns, so that all of the loop's reading lies between now and then: a connection that was closed is made anew.
    else this.#clock.soon(() => this.#clock.soon(() => this.#dispatch(call, request)));
  }

  /** It carries nothing any more. */
  rest(atMs: number): void {
    this.call = undefined;
    this.#restsSinceMs = atMs;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#opened?.destroy();
    await this.#client.destroy();
  }

  #dispatch(call: Call, request: ShopRequest): void {
    // A warm one may have been closed meanwhile; making another is a wait for a connection.
    if (!this.isOpen) call.waitForConnection();
    const { method, path, body } = request;
    this.#client.dispatch({ method, path, body: body ?? null, headers: headersOf(request) }, call);
  }

  #connect(options: buildConnector.Options, callback: buildConnector.Callback): void {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened === undefined || opened.destroyed) this.#connector(options, callback);
    // Not at once: the client is in the middle of asking.
    else queueMicrotask(() => callback(null, opened));
  }
}

/** Who keeps the books of calls. */
export interface CallOwner {
  readonly clock: Clock;
  readonly isClosed: boolean;
  onFired(call: Call, atMs: number): void;
  onOver(call: Call, wasFired: boolean): void;
  onFree(connection: Connection): void;
}

/** One request on its connection: undici's events on one side, the exchange's on the other. Ends exactly once. */
export class Call implements Dispatcher.DispatchHandler, Timed<Call> {
  deadlineMs = Number.NaN;
  before: Call | undefined;
  after: Call | undefined;
  readonly #owner: CallOwner;
  readonly #connection: Connection;
  readonly #exchange: Exchange;
  readonly #sentAtMs: number;
  #hasWaited: boolean;
  #isFired = false;
  #isOver = false;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: HeadersSeen = {};
  #chunks: Buffer[] | undefined;
  #keptBytes = 0;

  constructor(
    owner: CallOwner,
    connection: Connection,
    exchange: Exchange,
    sentAtMs: number,
    hasWaited: boolean,
  ) {
    this.#owner = owner;
    this.#connection = connection;
    this.#exchange = exchange;
    this.#sentAtMs = sentAtMs;
    this.#hasWaited = hasWaited;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#isFired || this.#isOver || this.#owner.isClosed) {
      // Given up meanwhile; or about to be sent a second time, which nobody asked for.
      controller.abort(new Error("not to be sent"));
      return;
    }
    this.#controller = controller;
    this.#isFired = true;
    const atMs = this.#owner.clock.nowMs();
    this.#owner.onFired(this, atMs);
    try {
      this.#exchange.fired(atMs, this.#hasWaited ? atMs - this.#sentAtMs : 0);
    } catch (error) {
      surface(error);
    }
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: HeadersSeen): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#exchange.wantsBody || this.#keptBytes >= keptBodyBytes) return;
    const kept = chunk.subarray(0, keptBodyBytes - this.#keptBytes);
    this.#keptBytes += kept.length;
    if (this.#chunks === undefined) this.#chunks = [kept];
    else this.#chunks.push(kept);
  }

  onResponseEnd(): void {
    const atMs = this.#owner.clock.nowMs();
    if (!this.#end("answered")) return;
    try {
      this.#exchange.answered(new HttpAnswer(this.#status, this.#headers, this.#chunks), atMs);
    } catch (error) {
      surface(error);
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    const atMs = this.#owner.clock.nowMs();
    const isFired = this.#isFired;
    if (!this.#end("broken")) return;
    const code = (error as NodeJS.ErrnoException).code;
    try {
      if (!isFired && (code === "UND_ERR_INVALID_ARG" || code === "UND_ERR_NOT_SUPPORTED")) {
        this.#exchange.impossible(error.message);
      } else {
        const how = code === "UND_ERR_CONNECT_TIMEOUT" ? "timeout" : "disconnected";
        this.#exchange.failed(how, isFired, atMs);
      }
    } catch (thrown) {
      surface(thrown);
    }
  }

  /** There is no connection. Before anything was fired that only means that one has to be made. */
  waitForConnection(): void {
    if (!this.#isFired) this.#hasWaited = true;
  }

  /** Its time is over. */
  expire(): void {
    const atMs = this.#owner.clock.nowMs();
    if (this.#isOver) return;
    this.#isOver = true;
    this.#owner.onOver(this, true);
    try {
      this.#exchange.failed("timeout", true, atMs);
    } catch (error) {
      surface(error);
    }
    // Closes the connection: what would still come on it is nobody's answer.
    this.#controller?.abort(new Error("timed out"));
  }

  /** Gives it up if no byte has left. The connection is free again when undici has noticed. */
  dropUnfired(atMs: number): void {
    if (this.#isFired || this.#isOver) return;
    this.#isOver = true;
    this.#owner.onOver(this, false);
    this.#exchange.dropped(atMs);
  }

  /** Ends the call and frees its connection; false when the exchange must hear nothing more. */
  #end(how: "answered" | "broken"): boolean {
    const wasOver = this.#isOver;
    this.#isOver = true;
    if (this.#owner.isClosed) return false;
    if (!wasOver) this.#owner.onOver(this, this.#isFired);
    if (how === "answered") this.#leave();
    // While undici clears a broken connection away, it must not be given the next request.
    else queueMicrotask(() => this.#leave());
    return !wasOver;
  }

  #leave(): void {
    if (this.#connection.call !== this) return;
    this.#connection.rest(this.#owner.clock.nowMs());
    this.#owner.onFree(this.#connection);
  }
}

type HeadersSeen = Readonly<Record<string, string | string[] | undefined>>;

class HttpAnswer implements Answer {
  readonly status: number;
  readonly #headers: HeadersSeen;
  readonly #chunks: readonly Buffer[] | undefined;
  #text: string | undefined;

  constructor(status: number, headers: HeadersSeen, chunks: readonly Buffer[] | undefined) {
    this.status = status;
    this.#headers = headers;
    this.#chunks = chunks;
  }

  header(name: string): string | undefined {
    const value = this.#headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  text(): string {
    const chunks = this.#chunks ?? [];
    this.#text ??= (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString("utf8");
    return this.#text;
  }
}

function headersOf({ body, headers }: ShopRequest): Readonly<Record<string, string>> | null {
  if (body === undefined) return headers ?? null;
  if (headers === undefined) return jsonHeaders;
  for (const name in headers) if (name.length === 12 && name.toLowerCase() === "content-type") return headers;
  return { ...jsonHeaders, ...headers };
}

const jsonHeaders: Readonly<Record<string, string>> = { "content-type": "application/json" };

/** undici takes an exception from a handler for an error of the connection. Ours is a bug and must surface as one. */
function surface(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
