import { type ClientHttp2Session, connect } from "node:http2";
import { expect, test } from "vitest";
import { MisbehavingHttp2Server } from "../../fakes/misbehaving-http2-server.ts";

/** The status and the text, or the code of a stream that was broken off. */
function ask(session: ClientHttp2Session, path: string): Promise<string> {
  return new Promise((resolve) => {
    const stream = session.request({ ":path": path });
    let status = 0;
    let text = "";
    stream.on("response", (head) => (status = head[":status"]!));
    stream.on("data", (chunk) => (text += String(chunk)));
    stream.on("error", () => {});
    stream.on("close", () => resolve(stream.rstCode === 0 ? `${status} ${text}` : `code ${stream.rstCode}`));
  });
}

test("it answers well, badly, or not at all, as the path says", async () => {
  const server = new MisbehavingHttp2Server(7);
  await server.listen();
  const session = connect(server.url);
  session.on("error", () => {});
  expect(await ask(session, "/anything")).toBe("200 ok");
  expect(session.remoteSettings.maxConcurrentStreams).toBe(7);
  expect(await ask(session, "/500")).toBe("500 <h1>oops</h1>");
  expect(await ask(session, "/refused")).toBe("code 7");
  expect(await ask(session, "/broken-off-with-internal-error")).toBe("code 2");
  // Node's client itself cannot tell.
  expect(await ask(session, "/broken-off-with-no-error")).toBe("200 only this");
  expect([server.carried, server.open, server.mostAtOnce]).toEqual([[5], 1, 1]);
  const goodbye = new Promise((resolve) => session.on("goaway", (code, last) => resolve([code, last])));
  server.sayGoodbye(0, 3);
  expect(await goodbye).toEqual([0, 3]);
  await server.close();
  await expect.poll(() => server.open).toBe(0);
});

test("it resets every connection", async () => {
  const server = new MisbehavingHttp2Server();
  await server.listen();
  const session = connect(server.url);
  expect(await ask(session, "/anything")).toBe("200 ok");
  const ended = new Promise((resolve) => session.on("error", resolve));
  server.disconnect("reset");
  expect(await ended).toMatchObject({ code: "ECONNRESET" });
  await server.close();
});
