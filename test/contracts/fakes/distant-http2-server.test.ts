import { connect } from "node:http2";
import { expect, test } from "vitest";
import { DistantHttp2Server } from "../../fakes/distant-http2-server.ts";

test("it answers, and hangs up when nothing has happened for a while", async () => {
  await using server = await DistantHttp2Server.start({ how: "end", hangsUpAfterMs: 20 });
  const session = connect(server.url);
  session.on("error", () => {});
  const hungUp = new Promise((resolve) => session.on("close", resolve));
  const stream = session.request();
  let text = "";
  stream.on("data", (chunk) => (text += String(chunk)));
  await new Promise((resolve) => stream.on("close", resolve));
  expect(text).toBe("ok");
  await hungUp;
});
