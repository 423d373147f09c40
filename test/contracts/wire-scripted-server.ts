/** A server that answers with given bytes, in given pieces, whatever they are. */

import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";

/** What happens to one request. */
export interface Script {
  /** Written one after the other, a turn of the loop apart. */
  readonly pieces: readonly (Buffer | string)[];
  /** What follows the pieces; default: nothing. */
  readonly last?: "end" | "reset";
}

export class ScriptedServer implements AsyncDisposable {
  /** Requests as they came, each with the number of its connection. */
  readonly requests: { readonly connection: number; readonly text: string }[] = [];
  readonly sockets = new Set<Socket>();
  connections = 0;
  readonly #server: Server;
  readonly #answer: (request: string, number: number) => Script;

  /** `answer` is given the request and how many came before it. */
  private constructor(answer: (request: string, number: number) => Script) {
    this.#answer = answer;
    this.#server = createServer({ noDelay: true }, (socket) => this.#serve(socket));
  }

  static async start(
    answer: (request: string, number: number) => Script,
    host = "127.0.0.1",
  ): Promise<ScriptedServer> {
    const server = new ScriptedServer(answer);
    await new Promise<void>((resolve, reject) => {
      server.#server.once("error", reject);
      server.#server.listen(0, host, resolve);
    });
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    const connection = this.connections++;
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    let text = "";
    socket.on("data", (bytes: Buffer) => {
      text += bytes.toString("latin1");
      // Requests of these tests have no bodies.
      if (!text.endsWith("\r\n\r\n")) return;
      const script = this.#answer(text, this.requests.length);
      this.requests.push({ connection, text });
      text = "";
      void this.#play(socket, script);
    });
  }

  async #play(socket: Socket, { pieces, last }: Script): Promise<void> {
    for (const piece of pieces) {
      if (socket.destroyed) return;
      socket.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (last === "end") socket.end();
    // A reset on the heels of data may reach the other side as a mere end.
    if (last === "reset") setTimeout(() => socket.resetAndDestroy(), 20);
  }
}
