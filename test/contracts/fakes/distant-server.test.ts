import { connect } from "node:net";
import { expect, test } from "vitest";
import { DistantServer } from "../../fakes/distant-server.ts";

test.each([
  { how: "end", ending: "end" },
  { how: "reset", ending: "ECONNRESET" },
] as const)(
  "a distant server answers, and hangs up ($how) on who says nothing more",
  async ({ how, ending }) => {
    await using server = await DistantServer.start({ how, hangsUpAfterMs: 30 });
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    let text = "";
    socket.on("data", (chunk) => {
      text += String(chunk);
    });
    socket.write("GET / HTTP/1.1\r\nhost: distant\r\n\r\n");
    const ended = await new Promise<string | undefined>((resolve) => {
      socket.on("end", () => resolve("end"));
      socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n.*ok/s);
    expect(ended).toBe(ending);
    socket.destroy();
  },
);
