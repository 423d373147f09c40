/** A system of somebody's own, for faults by commands and requests. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Answers that it cannot: whatever else it said would have to be what was asked for. At `/fault` it is put on, looked at and
 * taken off.
 */
export class SomebodysServer implements AsyncDisposable {
  readonly #server: Server;
  isOn = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<SomebodysServer> {
    const server = createServer();
    const somebodys = new SomebodysServer(server);
    server.on("request", ({ method, url }, response) => {
      if (url !== "/fault") return response.writeHead(503).end();
      if (method !== "GET") somebodys.isOn = method === "POST";
      return response.writeHead(method === "GET" && !somebodys.isOn ? 404 : 200).end();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return somebodys;
  }

  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}
