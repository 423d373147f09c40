/** A relay on the way to a server that writes down, in order, what went either way on each connection. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export interface Passage {
  readonly from: "client" | "server";
  readonly bytes: Buffer;
}

/** One connection through the tap. */
export class Tapped {
  /** In the order in which they were passed on. Neighbours come from different sides. */
  readonly passages: Passage[] = [];
  readonly serverClosed: Promise<void>;
  readonly clientClosed: Promise<void>;
  tellServerClosed: () => void = () => {};
  tellClientClosed: () => void = () => {};

  constructor() {
    this.serverClosed = new Promise((resolve) => (this.tellServerClosed = resolve));
    this.clientClosed = new Promise((resolve) => (this.tellClientClosed = resolve));
  }

  note(from: Passage["from"], bytes: Buffer): void {
    const last = this.passages.at(-1);
    if (last?.from === from) {
      this.passages[this.passages.length - 1] = { from, bytes: Buffer.concat([last.bytes, bytes]) };
    } else this.passages.push({ from, bytes: Buffer.from(bytes) });
  }
}

export class WireTap implements AsyncDisposable {
  readonly connections: Tapped[] = [];
  /** Answers are passed on this much later: whoever does not wait for them gives himself away. */
  holdMs = 0;
  /**
   * Whether the client learns late that the server has closed: only when it writes again, and what it writes is lost, as
   * on a network where its bytes and the server's farewell cross.
   */
  crosses = false;
  readonly #open = new Set<Socket>();
  readonly #serverPort: number;
  readonly #server: Server;

  private constructor(serverPort: number) {
    this.#serverPort = serverPort;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#relay(client));
  }

  static async before(serverPort: number): Promise<WireTap> {
    const tap = new WireTap(serverPort);
    await new Promise<void>((resolve, reject) => {
      tap.#server.once("error", reject);
      tap.#server.listen(0, "127.0.0.1", resolve);
    });
    return tap;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #relay(client: Socket): void {
    const tapped = new Tapped();
    this.connections.push(tapped);
    const server = connect({ port: this.#serverPort, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    for (const socket of [client, server]) {
      this.#open.add(socket);
      // How it went is told by "close".
      socket.on("error", () => {});
      socket.on("close", () => this.#open.delete(socket));
    }
    let isServerGone = false;
    client.on("data", (bytes: Buffer) => {
      if (isServerGone) {
        client.resetAndDestroy();
        return;
      }
      tapped.note("client", bytes);
      server.write(bytes);
    });
    server.on("data", (bytes: Buffer) => {
      this.#later(() => {
        tapped.note("server", bytes);
        client.write(bytes);
      });
    });
    server.on("end", () => {
      this.#later(() => {
        isServerGone = true;
        if (!this.crosses) client.end();
        tapped.tellServerClosed();
      });
    });
    client.on("end", () => server.end());
    client.on("close", () => {
      server.destroy();
      tapped.tellClientClosed();
    });
    server.on("close", (hadError) => {
      isServerGone = true;
      tapped.tellServerClosed();
      if (hadError && !this.crosses) this.#later(() => client.resetAndDestroy());
    });
  }

  #later(pass: () => void): void {
    if (this.holdMs === 0) pass();
    else setTimeout(pass, this.holdMs);
  }
}
