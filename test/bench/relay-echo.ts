/** For bench:relay: whoever answers on the far side, a process of its own; says its port, and echoes or swallows. */
import { createServer } from "node:net";

const echo = createServer({ noDelay: true }, (socket) => {
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => socket.write(chunk));
});
const swallow = createServer((socket) => {
  socket.on("error", () => socket.destroy());
  let have = 0;
  socket.on("data", (chunk: Buffer) => (have += chunk.length));
  socket.on("end", () => socket.end(String(have)));
});
const portOf = (server: typeof echo) => (server.address() as { readonly port: number }).port;
echo.listen(0, "127.0.0.1", () =>
  swallow.listen(0, "127.0.0.1", () => process.stdout.write(`${portOf(echo)} ${portOf(swallow)}\n`)),
);
// Its parent is gone when its input is.
process.stdin.resume().on("close", () => process.exit());
