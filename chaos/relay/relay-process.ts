/** The relay's own process: takes orders, one a line, at a socket of the file system, until whoever started it is gone. */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { sentenceOf } from "../../base/failure.ts";
import { Relay } from "./relay.ts";
import { askShape, type RelayAnswer } from "./relay-control.ts";

/** What it says, once, when it takes orders. */
export const READY_LINE = '{"ready":true}';

/**
 * Resolves when `input` has ended: a relay without its run would go on for a target that nobody looks after.
 * @throws when it cannot listen at `socketPath`
 */
export async function runRelay(socketPath: string, input: Readable, output: Writable): Promise<void> {
  const relay = new Relay();
  const server = createServer((socket) => obey(socket, relay));
  server.listen(socketPath);
  await once(server, "listening");
  // Whoever reads what we say may be the one that just died.
  output.on("error", () => {});
  output.write(`${READY_LINE}\n`);
  input.on("error", () => {});
  input.resume();
  await once(input, "close");
  server.close();
  await relay.close();
}

function obey(socket: Socket, relay: Relay): void {
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("error", () => {}); // Who asks and goes needs no answer.
  socket.on("data", (text: string) => {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines)
      void answerTo(line, relay).then((answer) => socket.write(`${JSON.stringify(answer)}\n`));
  });
}

async function answerTo(line: string, relay: Relay): Promise<RelayAnswer> {
  try {
    return await relay.answer(askShape.parse(JSON.parse(line)));
  } catch (error) {
    return { ok: false, because: `not understood: ${sentenceOf(error)}` };
  }
}
