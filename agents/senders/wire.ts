/** HTTP/1.1 straight on sockets: one request at a time on each, no redirects, nothing allocated for a request that runs well. */
import type { Clock } from "../../base/clock.ts";
import type { ShopRequest } from "../../scenarios/scenario.ts";
import { Deadlines } from "./deadlines.ts";
import type { Names } from "./names.ts";
import { Queue } from "./queue.ts";
import type { Exchange, Sender } from "./sender.ts";
import { openAhead } from "./warming.ts";
import { WireAnswer } from "./wire/answer.ts";
import { type ConnectionOwner, WireConnection } from "./wire/connection.ts";
import { HeadMemo } from "./wire/head-memo.ts";
import type { TlsTrust } from "./wire/opening.ts";
import { originsOf, type WireOrigin } from "./wire/origin.ts";

export interface WireSenderOptions {
  /** Origins; connections and requests are spread over them evenly. */
  readonly baseUrls: readonly string[];
  /** Over all origins together; more requests than that wait in line. */
  readonly maxConnections: number;
  /** From the fired instant to the last byte. Making a connection, TLS included, has as long again, but at most 3 s. */
  readonly requestTimeoutMs: number;
  readonly clock: Clock;
  readonly trust?: TlsTrust;
  /** Finds the addresses of names in `baseUrls`, anew for every connection; absent: the system does. */
  readonly names?: Pick<Names, "lookup">;
  /**
   * Whether a GET or HEAD is sent once more when a connection that was used before is closed after we wrote and before a
   * byte of the answer came, as browsers do (RFC 9112, 9.3.1). Its clocks go on. Default: it is.
   */
  readonly resendsIdempotent?: boolean;
}

/** Whoever cannot be connected to in this time would not be waited for by a shopper either. Our choice. */
const connectLimitMs = 3000;

/** Kinds of breaking that are told at the end of a drive. */
const reasonsAtMost = 3;

export class WireSender implements Sender, ConnectionOwner {
  readonly clock: Clock;
  readonly trust: TlsTrust;
  readonly connectTimeoutMs: number;
  readonly resendsIdempotent: boolean;
  readonly answer = new WireAnswer();
  readonly memo = new HeadMemo();
  /** Why connections broke under requests, and how often. */
  readonly breaks = new Map<string, number>();
  #resent = 0;
  readonly #maxConnections: number;
  readonly #origins: readonly WireOrigin[];
  readonly #line = new Queue<Waiting>();
  /** Places in line that nobody stands on. */
  readonly #spare: Waiting[] = [];
  readonly #deadlines: Deadlines<WireConnection>;
  #turn = 0;
  #connections = 0;
  /** Given to a connection and not fired yet. */
  #boarding = 0;
  #inFlight = 0;
  #isClosed = false;

  /** @throws {Failure} `usage` when there is no base URL, or one is not the origin of a web server */
  constructor(options: WireSenderOptions) {
    this.clock = options.clock;
    this.trust = options.trust ?? {};
    this.connectTimeoutMs = Math.min(connectLimitMs, options.requestTimeoutMs);
    this.resendsIdempotent = options.resendsIdempotent ?? true;
    this.#maxConnections = options.maxConnections;
    this.#origins = originsOf(options.baseUrls, options.names?.lookup);
    this.#deadlines = new Deadlines(options.requestTimeoutMs, options.clock, (connection) =>
      connection.expire(),
    );
  }

  get waiting(): number {
    return this.#line.size + this.#boarding;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  send(request: ShopRequest, exchange: Exchange): void {
    const connection = this.#idleConnection();
    if (connection === undefined) this.#line.push(this.#placeFor(request, exchange));
    else if (!this.#board(connection, request, exchange, Number.NaN)) this.onFree(connection);
  }

  async warm(connections: number, withinMs: number, signal?: AbortSignal): Promise<number> {
    const wanted = Math.min(connections, this.#maxConnections);
    await openAhead(
      {
        isMissing: () => this.#connections < wanted,
        openOne: async () => {
          const fresh = this.#add(this.#nextOrigin());
          await fresh.open();
          this.onFree(fresh);
        },
      },
      { withinMs, clock: this.clock, signal },
    );
    return this.#origins.flatMap(({ all }) => all).filter((connection) => connection.isOpen).length;
  }

  dropWaiting(): void {
    const atMs = this.clock.nowMs();
    for (let next = this.#line.shift(); next !== undefined; next = this.#line.shift()) {
      const { exchange } = next;
      this.#leave(next);
      exchange!.dropped(atMs);
    }
    for (const { all } of this.#origins) for (const connection of all) connection.dropUnfired(atMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#deadlines.clear();
    await Promise.all(this.#origins.flatMap(({ all }) => all).map((connection) => connection.close()));
  }

  // What its connections tell it.

  get isClosed(): boolean {
    return this.#isClosed;
  }

  onFired(connection: WireConnection, atMs: number): void {
    this.#boarding--;
    this.#inFlight++;
    this.#deadlines.add(connection, atMs);
  }

  onOver(connection: WireConnection, wasFired: boolean): void {
    if (wasFired) {
      this.#inFlight--;
      this.#deadlines.remove(connection);
    } else {
      this.#boarding--;
    }
  }

  onFree(connection: WireConnection): void {
    if (this.#isClosed) return;
    for (let next = this.#line.shift(); next !== undefined; next = this.#line.shift()) {
      const { request, exchange, atMs } = next;
      this.#leave(next);
      if (this.#board(connection, request!, exchange!, atMs)) return;
    }
    connection.origin.idle.push(connection);
  }

  get oddity(): string | undefined {
    if (this.breaks.size === 0) return undefined;
    const reasons = [...this.breaks].sort(([, a], [, b]) => b - a);
    const told = reasons.slice(0, reasonsAtMost).map(([reason, times]) => `${reason} (${times})`);
    const more =
      reasons.length > reasonsAtMost ? `, and ${reasons.length - reasonsAtMost} other reasons` : "";
    const again =
      this.#resent === 0 ? "" : `; ${this.#resent} of these requests changed nothing and were sent once more`;
    return `connections broke under requests: ${told.join(", ")}${more}${again}`;
  }

  onResent(): void {
    this.#resent++;
  }

  onBreak(reason: string): void {
    this.breaks.set(reason, (this.breaks.get(reason) ?? 0) + 1);
  }

  #board(connection: WireConnection, request: ShopRequest, exchange: Exchange, atMs: number): boolean {
    this.#boarding++;
    if (connection.carry(request, exchange, atMs)) return true;
    this.#boarding--;
    return false;
  }

  #placeFor(request: ShopRequest, exchange: Exchange): Waiting {
    const place = this.#spare.pop() ?? { request, exchange, atMs: 0 };
    place.request = request;
    place.exchange = exchange;
    place.atMs = this.clock.nowMs();
    return place;
  }

  #leave(place: Waiting): void {
    place.request = undefined;
    place.exchange = undefined;
    this.#spare.push(place);
  }

  /**
   * The idle connection that has rested longest, of the origin whose turn it is: so all of them are used alike, and a
   * balancer that chooses per connection sees many. Makes a new one when none is idle.
   */
  #idleConnection(): WireConnection | undefined {
    for (let tried = 0; tried < this.#origins.length; tried++) {
      const origin = this.#nextOrigin();
      const idle = origin.idle.shift();
      if (idle !== undefined) return idle;
      if (this.#connections < this.#maxConnections) return this.#add(origin);
    }
    return undefined;
  }

  #nextOrigin(): WireOrigin {
    this.#turn = this.#turn + 1 < this.#origins.length ? this.#turn + 1 : 0;
    return this.#origins[this.#turn]!;
  }

  #add(origin: WireOrigin): WireConnection {
    const connection = new WireConnection(origin, this);
    origin.all.push(connection);
    this.#connections++;
    return connection;
  }
}

interface Waiting {
  request: ShopRequest | undefined;
  exchange: Exchange | undefined;
  atMs: number;
}
