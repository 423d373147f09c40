/** A real web server that goes wrong on request. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** Its paths name what goes wrong; any other path is answered with "ok". */
export class MisbehavingServer {
  readonly requests: { method: string; url: string; body: string; headers: IncomingMessage["headers"] }[] =
    [];
  /** Requests that came on each connection ever made, in the order of the connections. */
  readonly carried: number[] = [];
  readonly #server: Server;
  /** Open connections with their numbers. */
  readonly #sockets = new Map<Socket, number>();

  constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.set(socket, this.carried.push(0) - 1);
      socket.on("close", () => this.#sockets.delete(socket));
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

  /** Resets or politely ends every connection that is open now. */
  disconnect(how: "reset" | "end"): void {
    for (const socket of this.#sockets.keys()) {
      if (how === "reset") socket.resetAndDestroy();
      else socket.end();
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.carried[this.#sockets.get(request.socket)!]!++;
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const { method = "", url = "", headers } = request;
    this.requests.push({ method, url, body, headers });
    switch (url) {
      case "/length":
        response.setHeader("content-length", 5);
        response.end("hello");
        return;
      case "/chunked":
        response.write("one,");
        setImmediate(() => response.end("two"));
        return;
      case "/204":
      case "/304":
        response.statusCode = Number(url.slice(1));
        response.end();
        return;
      case "/500":
        response.statusCode = 500;
        response.end("<h1>oops</h1>");
        return;
      case "/header":
        response.setHeader("X-Thing", "value");
        response.end();
        return;
      case "/big":
        response.end("x".repeat(3 * 1024 * 1024));
        return;
      case "/after-200-ms":
        setTimeout(() => response.end("at last"), 200);
        return;
      case "/close":
        response.setHeader("connection", "close");
        response.end("bye");
        return;
      case "/slow-headers":
        return;
      case "/slow-body":
        response.write("the rest never comes");
        return;
      case "/reset-before-headers":
        request.socket.resetAndDestroy();
        return;
      case "/reset-in-body":
        response.setHeader("content-length", 100);
        response.write("only this");
        setTimeout(() => request.socket.resetAndDestroy(), 20);
        return;
      case "/end-in-body":
        response.setHeader("content-length", 100);
        response.write("only this");
        setTimeout(() => request.socket.end(), 20);
        return;
      case "/garbage":
        request.socket.end("220 smtp.example.org ready\r\n\r\n");
        return;
      default:
        response.end("ok");
    }
  }
}
