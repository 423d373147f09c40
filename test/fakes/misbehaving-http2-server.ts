/** A real HTTP/2 server that goes wrong on request, as its HTTP/1.1 brother does. */
import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo, Socket } from "node:net";

/** Its paths name what goes wrong; any other path is answered with "ok". */
export class MisbehavingHttp2Server {
  readonly requests: { method: string; url: string; body: string; headers: IncomingHttpHeaders }[] = [];
  /** Requests that came on each connection ever made, in the order of the connections. */
  readonly carried: number[] = [];
  /** The most streams that were ever open at a time on one connection. */
  mostAtOnce = 0;
  /** Codes of the streams that were closed. */
  readonly codes: { url: string; code: number }[] = [];
  readonly #server: Http2Server;
  /** Open connections with their numbers. */
  readonly #sockets = new Map<Socket, number>();
  readonly #sessions = new Map<ServerHttp2Session, Socket>();

  /** @param maxStreams what it announces as SETTINGS_MAX_CONCURRENT_STREAMS */
  constructor(maxStreams = 100) {
    this.#server = createServer({ settings: { maxConcurrentStreams: maxStreams } });
    let socketOfSession: Socket;
    // Before the server makes a session of it, in the same turn. A session's own `socket` cannot be reset.
    this.#server.prependListener("connection", (socket: Socket) => {
      socketOfSession = socket;
      this.#sockets.set(socket, this.carried.push(0) - 1);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => {});
    });
    this.#server.on("session", (session) => {
      const socket = socketOfSession;
      this.#sessions.set(session, socket);
      session.on("close", () => this.#sessions.delete(session));
      // The client's going wrong is what we are here for.
      session.on("error", () => {});
    });
    const atOnce = new Map<unknown, number>();
    const count = (session: unknown, change: 1 | -1): void => {
      const now = (atOnce.get(session) ?? 0) + change;
      atOnce.set(session, now);
      this.mostAtOnce = Math.max(this.mostAtOnce, now);
    };
    this.#server.on("stream", (stream, headers) => {
      const { session } = stream;
      count(session, 1);
      stream.on("close", () => count(session, -1));
      stream.on("error", () => {});
      stream.on("close", () => this.codes.push({ url: headers[":path"]!, code: stream.rstCode }));
      const socket = this.#sessions.get(stream.session as ServerHttp2Session)!;
      void this.#answer(stream, headers, socket).catch(() => {});
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get connections(): number {
    return this.carried.length;
  }

  get open(): number {
    return this.#sockets.size;
  }

  /** Resets every connection that is open now, or ends it: with a GOAWAY and then without a word more. */
  disconnect(how: "reset" | "end"): void {
    for (const socket of this.#sockets.keys()) {
      if (how === "reset") socket.resetAndDestroy();
      else socket.end();
    }
  }

  /** Says goodbye on every session: what is under way may end when `code` is 0. */
  sayGoodbye(code: number, lastStreamId: number): void {
    for (const session of this.#sessions.keys()) {
      if (!session.destroyed) session.goaway(code, lastStreamId);
    }
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.keys()) session.destroy();
    for (const socket of this.#sockets.keys()) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, socket: Socket): Promise<void> {
    const { ":method": method = "", ":path": url = "" } = headers;
    this.carried[this.#sockets.get(socket)!]!++;
    if (url === "/early") {
      // While the body is still coming.
      stream.respond({ ":status": 413 });
      stream.end("too much");
      return;
    }
    let body = "";
    for await (const chunk of stream) {
      body += String(chunk);
      // The client sees to its windows, or this never ends.
      if (url === "/slow-reader") await new Promise((resolve) => setImmediate(resolve));
    }
    this.requests.push({ method, url, body, headers });
    switch (url) {
      case "/length":
        stream.respond({ ":status": 200, "content-length": 5 });
        stream.end("hello");
        return;
      case "/chunked":
        stream.respond({ ":status": 200 });
        stream.write("one,");
        setImmediate(() => stream.end("two"));
        return;
      case "/slow-reader":
        stream.respond({ ":status": 200 });
        stream.end(String(body.length));
        return;
      case "/204":
      case "/304":
        stream.respond({ ":status": Number(url.slice(1)) }, { endStream: true });
        return;
      case "/500":
        stream.respond({ ":status": 500 });
        stream.end("<h1>oops</h1>");
        return;
      case "/header":
        stream.respond({ ":status": 200, "x-thing": "value" }, { endStream: true });
        return;
      case "/hints":
        stream.additionalHeaders({ ":status": 103, link: "</a.css>" });
        stream.respond({ ":status": 200 });
        stream.end("after a hint");
        return;
      case "/trailers":
        stream.respond({ ":status": 200 }, { waitForTrailers: true });
        stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "1" }));
        stream.end("with trailers");
        return;
      case "/big":
        stream.respond({ ":status": 200 });
        stream.end("x".repeat(3 * 1024 * 1024));
        return;
      case "/after-200-ms":
        setTimeout(() => {
          if (stream.destroyed) return;
          stream.respond({ ":status": 200 });
          stream.end("at last");
        }, 200);
        return;
      case "/close":
        stream.respond({ ":status": 200 });
        stream.end("bye");
        // Says goodbye now, and hangs up when the answer is out. Not to be asked for beside other requests: a stream that
        // comes to a closed session makes Node 20's server use memory it has given back.
        stream.session!.close();
        return;
      case "/slow-headers":
        return;
      case "/slow-body":
        stream.respond({ ":status": 200 });
        stream.write("the rest never comes");
        return;
      case "/reset-before-headers":
        socket.resetAndDestroy();
        return;
      case "/reset-in-body":
        stream.respond({ ":status": 200, "content-length": 100 });
        stream.write("only this");
        setTimeout(() => socket.resetAndDestroy(), 20);
        return;
      case "/end-in-body":
        stream.respond({ ":status": 200, "content-length": 100 });
        stream.write("only this");
        setTimeout(() => socket.end(), 20);
        return;
      case "/garbage":
        socket.end("220 smtp.example.org ready\r\n\r\n");
        return;
      case "/refused":
        stream.close(7);
        return;
      case "/broken-off-with-no-error":
        stream.respond({ ":status": 200 });
        stream.write("only this");
        setTimeout(() => stream.destroy(), 20);
        return;
      case "/broken-off-with-internal-error":
        stream.respond({ ":status": 200 });
        stream.write("only this");
        setTimeout(() => stream.destroy(new Error("oops")), 20);
        return;
      default:
        stream.respond({ ":status": 200 });
        stream.end(method === "HEAD" ? undefined : "ok");
    }
  }
}
