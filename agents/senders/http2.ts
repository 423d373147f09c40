/** HTTP/2 by node:http2: several sessions to each origin, many requests at a time on each, no retries, no redirects. */
import type { Clock } from "../../base/clock.ts";
import type { ShopRequest } from "../../scenarios/scenario.ts";
import { Deadlines } from "./deadlines.ts";
import { Call } from "./http2/call.ts";
import type { Dialect } from "./http2/dialect.ts";
import { httpDialect } from "./http2/http-dialect.ts";
import type { LinkAddress } from "./http2/link.ts";
import { Session, type SessionOwner } from "./http2/session.ts";
import { Queue } from "./queue.ts";
import type { Exchange, Sender } from "./sender.ts";
import { openAhead } from "./warming.ts";
import type { TlsTrust } from "./wire/opening.ts";
import { originsOf } from "./wire/origin.ts";

export interface Http2SenderOptions {
  /** Origins; sessions and requests are spread over them evenly. http:// is HTTP/2 with prior knowledge, https:// by ALPN. */
  readonly baseUrls: readonly string[];
  /** Sessions over all origins together. More than `warm` opens are made only while all streams of the others are taken. */
  readonly maxConnections: number;
  /** From the fired instant to the last byte. Opening a session, TLS and settings included, has as long, but at most 3 s. */
  readonly requestTimeoutMs: number;
  readonly clock: Clock;
  readonly trust?: TlsTrust;
  /** Requests at a time on one session; the server's SETTINGS_MAX_CONCURRENT_STREAMS holds too. */
  readonly maxStreamsPerSession?: number;
  /** What is spoken in the streams. Default plain HTTP. */
  readonly dialect?: Dialect;
}

/** Servers are advised to allow no fewer (RFC 9113, 6.5.2). */
const defaultStreamsPerSession = 100;

/** Sessions opened ahead of time to each origin: a layer-4 balancer spreads connections, not requests. Our choice. */
const warmPerOrigin = 8;

/** Whoever cannot be connected to in this time would not be waited for by a shopper either. Our choice. */
const connectLimitMs = 3000;

export class Http2Sender implements Sender, SessionOwner {
  readonly clock: Clock;
  readonly trust: TlsTrust;
  readonly maxStreamsPerSession: number;
  readonly connectTimeoutMs: number;
  /** Why sessions and streams broke, and how often. */
  readonly breaks = new Map<string, number>();
  readonly #maxConnections: number;
  readonly #dialect: Dialect;
  readonly #origins: readonly Origin[];
  readonly #line = new Queue<Waiting>();
  readonly #deadlines: Deadlines<Call>;
  #turn = 0;
  #sessions = 0;
  /** Given to a session and not fired yet. */
  #boarding = 0;
  #inFlight = 0;
  #isClosed = false;

  /** @throws {Failure} `usage` when there is no base URL, or one is not the origin of a web server */
  constructor(options: Http2SenderOptions) {
    this.clock = options.clock;
    this.trust = options.trust ?? {};
    this.maxStreamsPerSession = options.maxStreamsPerSession ?? defaultStreamsPerSession;
    this.connectTimeoutMs = Math.min(connectLimitMs, options.requestTimeoutMs);
    this.#maxConnections = options.maxConnections;
    this.#dialect = options.dialect ?? httpDialect;
    const addresses = originsOf(options.baseUrls);
    this.#origins = addresses.map(({ isSecure, host, port, serverName }, index) => {
      const authority = new URL(options.baseUrls[index]!).host;
      return { address: { isSecure, host, port, serverName, authority }, sessions: [], turn: 0 };
    });
    this.#deadlines = new Deadlines(options.requestTimeoutMs, options.clock, (call) => call.expire());
  }

  readonly oddity = undefined;

  get waiting(): number {
    return this.#line.size + this.#boarding;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  send(request: ShopRequest, exchange: Exchange): void {
    const atMs = this.clock.nowMs();
    const session = this.#sessionWithRoom();
    if (session === undefined) this.#line.push({ request, exchange, atMs });
    else this.#board(session, { request, exchange, atMs }, false);
  }

  async warm(connections: number, withinMs: number, signal?: AbortSignal): Promise<number> {
    const wanted = Math.min(connections, this.#maxConnections, warmPerOrigin * this.#origins.length);
    await openAhead(
      { isMissing: () => this.#sessions < wanted, openOne: () => this.#add(this.#nextOrigin()).open() },
      { withinMs, clock: this.clock, signal },
    );
    return this.#allSessions().filter((session) => session.isOpen).length;
  }

  dropWaiting(): void {
    const atMs = this.clock.nowMs();
    for (let next = this.#line.shift(); next !== undefined; next = this.#line.shift()) {
      next.exchange.dropped(atMs);
    }
    for (const session of this.#allSessions()) session.dropUnfired(atMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#deadlines.clear();
    await Promise.all(this.#allSessions().map((session) => session.close()));
  }

  // What its sessions tell it.

  get isClosed(): boolean {
    return this.#isClosed;
  }

  onFired(call: Call, atMs: number): void {
    this.#boarding--;
    this.#inFlight++;
    this.#deadlines.add(call, atMs);
  }

  onOver(call: Call, wasFired: boolean): void {
    if (wasFired) {
      this.#inFlight--;
      this.#deadlines.remove(call);
    } else {
      this.#boarding--;
    }
  }

  onFree(session: Session): void {
    while (this.#line.size > 0 && session.room > 0 && !this.#isClosed) {
      this.#board(session, this.#line.shift()!, true);
    }
  }

  onBreak(reason: string): void {
    this.breaks.set(reason, (this.breaks.get(reason) ?? 0) + 1);
  }

  #board(session: Session, { request, exchange, atMs }: Waiting, hasWaited: boolean): void {
    const { isSecure, authority } = session.address;
    const composed = this.#dialect.compose(request, isSecure ? "https" : "http", authority);
    if (typeof composed === "string") {
      exchange.impossible(composed);
      return;
    }
    this.#boarding++;
    const reading = this.#dialect.newReading(exchange.wantsBody);
    session.carry(new Call(session, exchange, composed, reading, atMs, hasWaited));
  }

  /** A session of the origin whose turn it is, in turn too, so that all are used alike; a new one when all are full. */
  #sessionWithRoom(): Session | undefined {
    for (let tried = 0; tried < this.#origins.length; tried++) {
      const origin = this.#nextOrigin();
      const session = nextWithRoom(origin);
      if (session !== undefined) return session;
      if (this.#sessions < this.#maxConnections) return this.#add(origin);
    }
    return undefined;
  }

  #nextOrigin(): Origin {
    this.#turn = this.#turn + 1 < this.#origins.length ? this.#turn + 1 : 0;
    return this.#origins[this.#turn]!;
  }

  #add(origin: Origin): Session {
    const session = new Session(origin.address, this);
    origin.sessions.push(session);
    this.#sessions++;
    return session;
  }

  #allSessions(): Session[] {
    return this.#origins.flatMap(({ sessions }) => sessions);
  }
}

interface Origin {
  readonly address: LinkAddress;
  readonly sessions: Session[];
  turn: number;
}

interface Waiting {
  readonly request: ShopRequest;
  readonly exchange: Exchange;
  readonly atMs: number;
}

function nextWithRoom(origin: Origin): Session | undefined {
  const { sessions } = origin;
  for (let tried = 0; tried < sessions.length; tried++) {
    origin.turn = origin.turn + 1 < sessions.length ? origin.turn + 1 : 0;
    const session = sessions[origin.turn]!;
    if (session.room > 0) return session;
  }
  return undefined;
}
