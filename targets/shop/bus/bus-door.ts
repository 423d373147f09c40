/** The way into the bus: HTTP/1.1. A call is a POST to its path; an answer is JSON, or a line of JSON for each message. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { callerKey } from "../services/caller-name.ts";
import type { Bus, BusCall } from "./bus.ts";
import { CallTime } from "./call-time.ts";
import { httpOf, type NotAnswered, undone } from "./grpc-status.ts";
import { timeoutMsOf } from "./grpc-wire.ts";

export interface BusDoorOptions {
  readonly bus: Bus;
  readonly bodyBytes: number;
  /** For a call that does not say how long it may take. */
  readonly usualMs: number;
  readonly longestMs: number;
  /** What is asked about the bus itself, by path: a status and a body of a type. */
  readonly own: ReadonlyMap<string, () => Promise<OwnAnswer>>;
  nowMs(): number;
  /** Something happened that should not. */
  onBug(error: unknown): void;
}

export interface OwnAnswer {
  readonly status: number;
  readonly body: string;
  readonly type: string;
}

/** Longer than the 4 s for which undici keeps idle connections, so that the callers close them first. */
const KEEP_ALIVE_MS = 75_000;

export class BusDoor {
  readonly #options: BusDoorOptions;
  readonly #server: Server;
  #isClosing = false;

  constructor(options: BusDoorOptions) {
    this.#options = options;
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, (request, response) => {
      this.#receive(request, response).catch((error) => {
        options.onBug(error);
        response.destroy();
      });
    });
  }

  /** Starts listening and gives the port. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ host, port, backlog: 4_096 }, () => {
        this.#server.off("error", reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** Stops accepting, lets what is in hand finish for at most `limitMs`, then closes what is left. */
  close(limitMs: number): Promise<void> {
    this.#isClosing = true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#server.closeAllConnections(), limitMs);
      this.#server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      this.#server.closeIdleConnections();
    });
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#isClosing) response.setHeader("connection", "close");
    const path = request.url ?? "/";
    const own = request.method === "GET" ? this.#options.own.get(path) : undefined;
    if (own !== undefined) {
      const { status, body, type } = await own();
      send(response, status, body, type);
      return;
    }
    const { usualMs, longestMs, nowMs } = this.#options;
    const named = request.headers["grpc-timeout"];
    const wishedMs = named === undefined ? usualMs : timeoutMsOf(String(named));
    if (request.method !== "POST")
      return refuse(request, response, 405, `a call is a POST, not a ${request.method}`);
    if (wishedMs === undefined)
      return refuse(request, response, 400, `grpc-timeout is "${named}"; it should be like 250m`);
    using time = new CallTime(Math.min(wishedMs, longestMs), nowMs);
    response.once("close", () => {
      if (!response.writableFinished) time.callerLeft();
    });
    const body = await bodyOf(request, this.#options.bodyBytes);
    if (body === undefined) {
      return refuse(request, response, 413, `a body may have ${this.#options.bodyBytes} bytes`);
    }
    const caller = request.headers[callerKey];
    await this.#carry(
      { path, text: body, time, ...(caller !== undefined && { caller: String(caller) }) },
      response,
    );
  }

  async #carry(call: Omit<BusCall, "onText">, response: ServerResponse): Promise<void> {
    const lines = new Lines(response);
    let only: string | undefined;
    const isStream = this.#options.bus.isStream(call.path);
    const told = await this.#options.bus.carry({
      ...call,
      onText: (answer) => {
        if (isStream) return lines.write(`{"result":${answer}}`);
        only = answer;
        return undefined;
      },
    });
    if (lines.hasBegun || (isStream && told === undefined)) {
      // The last line says how it ended, so that a list that was cut off cannot pass for a whole one.
      await lines.write(told === undefined ? '{"end":true}' : `{"error":${httpOf(told).body}}`);
      response.end();
    } else if (told !== undefined) {
      const { httpStatus, body } = httpOf(told);
      send(response, httpStatus, body);
    } else {
      send(response, 200, only!);
    }
  }
}

/** An answer of many messages, one in each line, as fast as its reader reads. */
class Lines {
  readonly #response: ServerResponse;
  hasBegun = false;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  write(line: string): Promise<void> | undefined {
    if (!this.hasBegun) {
      this.hasBegun = true;
      this.#response.writeHead(200, { "content-type": "application/x-ndjson" });
    }
    if (this.#response.destroyed || this.#response.write(`${line}\n`)) return undefined;
    return new Promise((resolve) => {
      const go = () => {
        this.#response.off("drain", go).off("close", go);
        resolve();
      };
      this.#response.on("drain", go).on("close", go);
    });
  }
}

/** The whole body as text; undefined when it is larger than the limit, and then the rest is read and thrown away. */
async function bodyOf(request: IncomingMessage, limitBytes: number): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      sizeBytes += part.length;
      if (sizeBytes <= limitBytes) parts.push(part);
    }
  } catch {
    // The caller left in the middle; whatever is answered, nobody reads it.
    return undefined;
  }
  return sizeBytes > limitBytes ? undefined : Buffer.concat(parts).toString("utf8");
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  httpStatus: number,
  message: string,
): void {
  const told: NotAnswered = { status: "INVALID_ARGUMENT", message, metadata: undone("undone") };
  request.resume();
  send(response, httpStatus, httpOf(told).body);
}

function send(response: ServerResponse, status: number, body: string, type = "application/json"): void {
  if (response.destroyed) return;
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);
}
