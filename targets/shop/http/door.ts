/** The door: sockets in, answers out, with the limit on requests in hand and the time of each. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { NotDone } from "../data/not-done.ts";
import type { Defects } from "../defects.ts";
import type { Log } from "../log.ts";
import { after } from "./after.ts";
import { type Answer, absent, busy, failed, gone, json, notAllowed, tooLarge } from "./answer.ts";
import { BadRequest, Call } from "./call.ts";
import { type Match, type RoutePattern, Router } from "./router.ts";

export interface Route extends RoutePattern {
  /** Operation name, as metrics show it. */
  readonly name: string;
  /** False for the shop's own questions about itself, which are answered even when shoppers are shed. */
  readonly isShed: boolean;
  /** A plain answer where it is known at once: hot pages cost no promise. */
  handle(call: Call): Answer | Promise<Answer>;
}

export interface DoorOptions {
  readonly routes: readonly Route[];
  /** Requests in hand above which shoppers are shed, at this moment. */
  inFlightLimit(): number;
  /** Whether an operation is switched off at this moment: it is answered as when shed. */
  isSwitchedOff(operation: string): boolean;
  /** Planted on purpose, in what shoppers ask; the shop's answers about itself are as they should be. */
  readonly defects?: Pick<Defects, "fails" | "extraMs">;
  readonly log: Log;
  /** Called once per request, when its answer is handed to the socket. */
  observe(operation: string, status: number, seconds: number): void;
  nowMs(): number;
}

const BODY_LIMIT_BYTES = 64 * 1024;
/** Longer than the 60 s for which nginx keeps idle upstream connections by default, so that it closes them first. */
const KEEP_ALIVE_MS = 75_000;

export class Door {
  readonly #options: DoorOptions;
  readonly #router: Router<Route>;
  readonly #server: Server;
  #inFlight = 0;
  #isClosing = false;

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#router = new Router(options.routes);
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, (request, response) =>
      this.#receive(request, response),
    );
  }

  /** Requests in hand, not counting the shop's questions about itself. */
  get inFlight(): number {
    return this.#inFlight;
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

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? "/";
    const mark = url.indexOf("?");
    const path = mark < 0 ? url : url.slice(0, mark);
    const match = this.#router.find(request.method ?? "GET", path);
    if (match) {
      this.#admit(match, request, response, mark < 0 ? "" : url.slice(mark + 1));
    } else {
      const isKnown = this.#router.find("GET", path) ?? this.#router.find("POST", path);
      send(response, isKnown ? notAllowed : absent, this.#isClosing);
    }
  }

  #admit(match: Match<Route>, request: IncomingMessage, response: ServerResponse, search: string): void {
    const { isShed, name } = match.route;
    const startedAtMs = this.#options.nowMs();
    const { inFlightLimit, isSwitchedOff, defects } = this.#options;
    if (isShed && (this.#inFlight >= inFlightLimit() || isSwitchedOff(name))) {
      this.#options.observe(name, busy.status, 0);
      send(response, busy, this.#isClosing);
      return;
    }
    if (isShed) this.#inFlight++;
    let isOpen = true;
    const finishNow = (answer: Answer) => {
      if (!isOpen) return;
      isOpen = false;
      if (isShed) this.#inFlight--;
      send(response, answer, this.#isClosing);
      this.#options.observe(name, answer.status, (this.#options.nowMs() - startedAtMs) / 1_000);
    };
    const finish = (answer: Answer) => {
      const extraMs = isShed ? (defects?.extraMs(this.#options.nowMs() - startedAtMs) ?? 0) : 0;
      if (extraMs > 0) after(extraMs, () => finishNow(answer));
      else finishNow(answer);
    };
    if (!hasBody(request)) {
      this.#handle(match, request, search, "", finish);
      return;
    }
    collect(request, (bodyText) => {
      if (bodyText === undefined) finish(tooLarge);
      else this.#handle(match, request, search, bodyText, finish);
    });
    // A caller who leaves in the middle of the body never reaches the handler: what is in hand must still go down.
    request.once("close", () => {
      if (!request.complete) finishNow(gone);
    });
  }

  #handle(
    { route, param }: Match<Route>,
    request: IncomingMessage,
    search: string,
    bodyText: string,
    finish: (answer: Answer) => void,
  ): void {
    if (route.isShed && this.#options.defects?.fails() === true) {
      finish(failed);
      return;
    }
    try {
      const answer = route.handle(new Call(request.headers, param, search, bodyText));
      if (answer instanceof Promise) {
        answer.then(finish, (error) => finish(this.#answerTo(error, route)));
      } else {
        finish(answer);
      }
    } catch (error) {
      finish(this.#answerTo(error, route));
    }
  }

  /** 503 says that nothing was done; only an error that knows so may become one. */
  #answerTo(error: unknown, { name }: Route): Answer {
    if (error instanceof BadRequest) return json(400, { status: "bad-request", problems: error.problems });
    this.#options.log.error(error instanceof NotDone ? "shed" : "failed", error, { operation: name });
    return error instanceof NotDone ? busy : failed;
  }
}

function send(response: ServerResponse, answer: Answer, isClosing: boolean): void {
  if (response.destroyed) return;
  const { status, body, type = "application/json", headers } = answer;
  if (isClosing) response.setHeader("connection", "close");
  if (status === 304) {
    // It has neither type nor length: those are of what the caller has already.
    response.writeHead(status, headers).end();
  } else if (typeof body === "string" || Buffer.isBuffer(body)) {
    const bytes = Buffer.byteLength(body);
    response.writeHead(status, { "content-type": type, "content-length": bytes, ...headers }).end(body);
  } else {
    response.writeHead(status, { "content-type": type, ...headers });
    stream(response, body);
  }
}

/** Writes as fast as the reader reads; a source that fails tears the connection, so a cut answer cannot pass for a whole one. */
async function stream(response: ServerResponse, parts: AsyncIterable<string>): Promise<void> {
  try {
    for await (const part of parts) {
      if (response.destroyed) return;
      if (!response.write(part)) await drained(response);
    }
    response.end();
  } catch {
    response.destroy();
  }
}

const drained = (response: ServerResponse) =>
  new Promise<void>((resolve) => {
    const go = () => {
      response.off("drain", go).off("close", go);
      resolve();
    };
    response.on("drain", go).on("close", go);
  });

const hasBody = ({ headers }: IncomingMessage) =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/** Calls back with the whole body as text, or undefined when it is larger than the limit. */
function collect(request: IncomingMessage, then: (bodyText: string | undefined) => void): void {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  request.on("data", (part: Buffer) => {
    sizeBytes += part.length;
    if (sizeBytes <= BODY_LIMIT_BYTES) parts.push(part);
  });
  request.on("end", () =>
    then(sizeBytes > BODY_LIMIT_BYTES ? undefined : Buffer.concat(parts).toString("utf8")),
  );
}
