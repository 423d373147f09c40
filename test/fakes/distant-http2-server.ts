/** An HTTP/2 server on a thread of its own, so that it goes on while the test's own loop stands still. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { HangingUp } from "./distant-server.ts";

/** As text: a thread gets no loader for TypeScript. */
const thread = `
const { createServer } = require("node:http2");
const { parentPort, workerData: { how, hangsUpAfterMs } } = require("node:worker_threads");
const hangUpLater = (socket) => {
  clearTimeout(socket.hangingUp);
  socket.hangingUp = setTimeout(() => (how === "reset" ? socket.resetAndDestroy() : socket.end()), hangsUpAfterMs);
};
const server = createServer();
let latest;
server.prependListener("connection", (socket) => hangUpLater(latest = socket));
server.on("session", (session) => {
  const socket = latest;
  session.on("error", () => {});
  session.on("stream", (stream) => {
    stream.on("error", () => {});
    stream.on("close", () => hangUpLater(socket));
    stream.respond({ ":status": 200 });
    stream.end("ok");
  });
});
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

export class DistantHttp2Server implements AsyncDisposable {
  readonly url: string;
  readonly #worker: Worker;

  private constructor(worker: Worker, port: number) {
    this.#worker = worker;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(hangingUp: HangingUp): Promise<DistantHttp2Server> {
    const worker = new Worker(thread, { eval: true, execArgv: [], workerData: hangingUp });
    const [port] = (await once(worker, "message")) as [number];
    return new DistantHttp2Server(worker, port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
