import { expect, test } from "vitest";
import { MisbehavingServer } from "../../fakes/misbehaving-server.ts";

test("it answers well, badly, or not at all, as the path says", async () => {
  const server = new MisbehavingServer();
  await server.listen();
  expect(await (await fetch(`${server.url}/anything`)).text()).toBe("ok");
  expect((await fetch(`${server.url}/500`)).status).toBe(500);
  await expect(fetch(`${server.url}/reset-before-headers`)).rejects.toThrow();
  expect(server.requests.map(({ url }) => url)).toEqual(["/anything", "/500", "/reset-before-headers"]);
  const { url } = server;
  await server.close();
  await expect(fetch(url)).rejects.toThrow();
});
