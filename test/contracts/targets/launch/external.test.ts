/** Somebody's own system: that it answers is all we ask, and all its problems come at once. */
import { createServer, type Server } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { external } from "../../../../targets/launch/external.ts";
import { WardList } from "../../../../targets/launch/ward-list.ts";
import { defaultData, defineTarget } from "../../../../targets/target.ts";

let server: Server;
let origin: string;
const spec = defineTarget({
  id: "mine",
  title: "My own system",
  nodes: { app: { component: "shop", tier: "app", cpuMillicores: 1_000 } },
  entry: "app",
  strategies: ["F2"],
  defaultStrategy: "F2",
  data: defaultData,
  claims: [],
});
const options = { runId: "r1", folder: "/nowhere", wards: new WardList(), say() {} };
const never = new AbortController().signal;

beforeEach(async () => {
  server = createServer((request, response) => {
    const isBook = request.url?.startsWith("/audit/stocks") ?? false;
    response.writeHead(isBook ? 200 : 404).end(isBook ? '{"stocks":[]}' : "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test("any answer is a sign of life; there are no nodes, budgets or books of a stranger", async () => {
  await using target = await external([`${origin}/`]).up(spec, options, never);
  expect(target).toMatchObject({ id: "mine", launcher: "external", entryUrls: [origin], nodes: [] });
  expect(target.books).toBeUndefined();
  expect(await target.applyBudgets()).toMatchObject({ mechanism: "none", because: expect.any(String) });
  expect(await target.usage()).toEqual([]);
});

test("a server of another protocol gives a sign of life too", async () => {
  const speaker = createHttp2Server((_, response) => response.end());
  await new Promise<void>((done) => speaker.listen(0, "127.0.0.1", done));
  try {
    const url = `http://127.0.0.1:${(speaker.address() as AddressInfo).port}`;
    await using target = await external([url]).up(spec, options, never);
    expect(target.entryUrls).toEqual([url]);
  } finally {
    speaker.close();
  }
});

test("books are there when their address is given and answers", async () => {
  await using target = await external([origin], { auditUrl: `${origin}/audit` }).up(spec, options, never);
  expect(await target.books?.stocks("t1", never)).toEqual([]);
});

test("silence of every address is told at once, as a failure of the target", async () => {
  const dead = await closedOrigin();
  const up = external([origin, dead], { auditUrl: `${dead}/audit` }).up(spec, options, never);
  await expect(up).rejects.toMatchObject({
    kind: "target",
    problems: [
      expect.stringContaining(`${dead} did not answer`),
      expect.stringContaining("the books did not answer"),
    ],
  });
});

test.each([
  { why: "no address", urls: [], problem: "needs at least one address" },
  { why: "a word", urls: ["staging"], problem: '"staging" is not an address' },
  { why: "another protocol", urls: ["ftp://localhost"], problem: "not an address of a web server" },
  { why: "a path", urls: ["http://localhost:3000/shop"], problem: "has a path" },
])("$why is a slip of the caller", ({ urls, problem }) => {
  expect(() => external(urls)).toThrow(
    expect.objectContaining({ kind: "usage", message: expect.stringContaining(problem) }),
  );
});

test("an abort while asking is the caller's own reason", async () => {
  const reason = new Error("stop");
  await expect(external([origin]).up(spec, options, AbortSignal.abort(reason))).rejects.toBe(reason);
});

async function closedOrigin(): Promise<string> {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  await new Promise((resolve) => other.close(resolve));
  return `http://127.0.0.1:${port}`;
}
