import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { expect, test } from "vitest";
import { Cable } from "../../fakes/cable.ts";

test("it carries both ways until it is cut; then old connections are silent and new ones work", async () => {
  const echo = createServer((socket) => socket.on("error", () => {}).pipe(socket));
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  const cable = await Cable.to(`http://127.0.0.1:${(echo.address() as AddressInfo).port}`);
  const port = Number(new URL(cable.url).port);
  const old = connect(port, "127.0.0.1");
  let heard = "";
  old.on("data", (chunk) => (heard += String(chunk)));
  old.write("before");
  await expect.poll(() => heard).toBe("before");
  cable.cut();
  old.write("after");
  const fresh = connect(port, "127.0.0.1");
  fresh.write("anew");
  // By the time that this has gone there and back, what the old one said would have too.
  expect(String(await once(fresh, "data"))).toBe("anew");
  expect([heard, old.destroyed]).toEqual(["before", false]);
  await cable[Symbol.asyncDispose]();
  await new Promise((resolve) => echo.close(resolve));
});
