/** HTTP/1.1 by undici: one `Client` per connection, one request at a time on each, no retries, no redirects. */
import type { Clock } from "../../base/clock.ts";
import { Failure, sentenceOf } from "../../base/failure.ts";
import type { ShopRequest } from "../../scenarios/scenario.ts";
import { Call, type CallOwner, Connection, type Origin } from "./connection.ts";
import { Deadlines } from "./deadlines.ts";
import { Queue } from "./queue.ts";
import type { Exchange, Sender } from "./sender.ts";
import { openAhead } from "./warming.ts";

export interface HttpSenderOptions {
  /** Origins; connections and requests are spread over them evenly. */
  readonly baseUrls: readonly string[];
  /** Over all origins together; more requests than that wait in line. */
  readonly maxConnections: number;
  /** From the fired instant to the last byte; making a connection has as long again. */
  readonly requestTimeoutMs: number;
  readonly clock: Clock;
}

export class HttpSender implements Sender, CallOwner {
  readonly #options: HttpSenderOptions;
  readonly #origins: readonly Origin[];
  readonly #waiting = new Queue<Waiting>();
  readonly #deadlines: Deadlines<Call>;
  readonly clock: Clock;
  #turn = 0;
  #connections = 0;
  /** Given to a connection and not fired yet. */
  #boarding = 0;
  #inFlight = 0;
  #isClosed = false;

  /** @throws {Failure} `usage` when there is no base URL, or one is not the origin of a web server */
  constructor(options: HttpSenderOptions) {
    this.#options = options;
    this.clock = options.clock;
    const problems = options.baseUrls.flatMap(originProblems);
    if (options.baseUrls.length === 0) problems.push("no base URL was given");
    if (problems.length > 0) throw new Failure("usage", "there is nowhere to send requests to", { problems });
    this.#origins = options.baseUrls.map((url) => ({ url: new URL(url), idle: new Queue(), all: [] }));
    this.#deadlines = new Deadlines(options.requestTimeoutMs, options.clock, (call) => call.expire());
  }

  readonly oddity = undefined;

  get waiting(): number {
    return this.#waiting.size + this.#boarding;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  send(request: ShopRequest, exchange: Exchange): void {
    const atMs = this.clock.nowMs();
    const connection = this.#idleConnection();
    if (connection === undefined) this.#waiting.push({ request, exchange, atMs });
    else this.#board(connection, { request, exchange, atMs }, atMs, false);
  }

  async warm(connections: number, withinMs: number, signal?: AbortSignal): Promise<number> {
    const wanted = Math.min(connections, this.#options.maxConnections);
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
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      next.exchange.dropped(atMs);
    }
    for (const { all } of this.#origins) for (const connection of all) connection.call?.dropUnfired(atMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#deadlines.clear();
    await Promise.all(this.#origins.flatMap(({ all }) => all).map((connection) => connection.close()));
  }

  // What its calls tell it.

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

  onFree(connection: Connection): void {
    if (this.#isClosed) return;
    const next = this.#waiting.shift();
    if (next === undefined) connection.origin.idle.push(connection);
    else this.#board(connection, next, this.clock.nowMs(), true);
  }

  #board(connection: Connection, waiting: Waiting, nowMs: number, hasWaited: boolean): void {
    const { request, exchange, atMs } = waiting;
    this.#boarding++;
    connection.carry(new Call(this, connection, exchange, atMs, hasWaited), request, nowMs);
  }

  /**
   * The idle connection that has rested longest, of the origin whose turn it is: so all of them are used alike, and a
   * balancer that chooses per connection sees many. Makes a new one when none is idle.
   */
  #idleConnection(): Connection | undefined {
    for (let tried = 0; tried < this.#origins.length; tried++) {
      const origin = this.#nextOrigin();
      const idle = origin.idle.shift();
      if (idle !== undefined) return idle;
      if (this.#connections < this.#options.maxConnections) return this.#add(origin);
    }
    return undefined;
  }

  #nextOrigin(): Origin {
    this.#turn = (this.#turn + 1) % this.#origins.length;
    return this.#origins[this.#turn]!;
  }

  #add(origin: Origin): Connection {
    const connection = new Connection(origin, this.#options.requestTimeoutMs, this.clock);
    origin.all.push(connection);
    this.#connections++;
    return connection;
  }
}

interface Waiting {
  readonly request: ShopRequest;
  readonly exchange: Exchange;
  readonly atMs: number;
}

function originProblems(text: string): string[] {
  try {
    const { protocol, pathname, search, hash } = new URL(text);
    if (protocol !== "http:" && protocol !== "https:") return [`"${text}" is neither http nor https`];
    if (pathname !== "/" || search !== "" || hash !== "") return [`"${text}" must end after the host`];
    return [];
  } catch (error) {
    return [`"${text}" is not a URL: ${sentenceOf(error)}`];
  }
}
