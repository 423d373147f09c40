/** A web server on a thread of its own, so that it goes on while the test's own loop stands still. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** As text: a thread gets no loader for TypeScript. */
const thread = `
const { createServer } = require("node:http");
const { parentPort, workerData: { how, hangsUpAfterMs } } = require("node:worker_threads");
const hangUpLater = (socket) => {
  clearTimeout(socket.hangingUp);
  socket.hangingUp = setTimeout(() => (how === "reset" ? socket.resetAndDestroy() : socket.end()), hangsUpAfterMs);
};
const server = createServer((request, response) => response.end("ok", () => hangUpLater(request.socket)));
server.on("connection", hangUpLater);
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

export interface HangingUp {
  readonly how: "end" | "reset";
  /** A connection on which nothing has happened for this long is closed, without a word in the answers before. */
  readonly hangsUpAfterMs: number;
}

export class DistantServer implements AsyncDisposable {
  readonly url: string;
  readonly #worker: Worker;

  private constructor(worker: Worker, port: number) {
    this.#worker = worker;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(hangingUp: HangingUp): Promise<DistantServer> {
    const worker = new Worker(thread, { eval: true, execArgv: [], workerData: hangingUp });
    const [port] = (await once(worker, "message")) as [number];
    return new DistantServer(worker, port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
