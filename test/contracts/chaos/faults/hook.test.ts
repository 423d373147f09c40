/** A fault of the user's own, by commands and by requests. */
import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Ground, PlannedFault } from "../../../../chaos/fault.ts";
import { mendEntry } from "../../../../chaos/fault-keeper.ts";
import { hook } from "../../../../chaos/faults/hook.ts";
import { type HookInput, readHooks } from "../../../../chaos/hooks.ts";

let folder: string;
let server: Server | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), "stagebench-hook-"));
});
afterEach(() => {
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

const never = new AbortController().signal;
const planned: PlannedFault = {
  id: "hook@1",
  fault: "hook",
  value: "mine",
  nodes: [],
  edges: [],
  atS: 1,
  forS: 5,
};

function prepared(input: HookInput) {
  const { hooks, problems } = readHooks({ mine: input }, folder);
  expect(problems).toEqual([]);
  return hook.prepare(planned, { outlook: { hooks } } as unknown as Ground);
}

test("commands inject it, see it, and undo it, where the bench was started", async () => {
  const fault = await prepared({
    inject: "touch on",
    verify: 'test -f on && echo "it is on"',
    undo: "rm -f on",
  });
  expect(await fault.verify()).toBeUndefined();
  await fault.inject(never);
  expect([await fault.verify(), await fault.verifyUndone()]).toEqual([
    "it is on",
    "the verify of hook mine still succeeds: it is on",
  ]);
  const { mends } = fault;
  expect(mends).toEqual([{ mend: "command", command: "rm -f on", folder, limitMs: 10_000 }]);
  expect(await mendEntry({ id: "hook@1", mends: JSON.parse(JSON.stringify(mends)) }, 5_000)).toEqual({
    problems: [],
  });
  expect([existsSync(join(folder, "on")), await fault.verify(), await fault.verifyUndone()]).toEqual([
    ...[false, undefined, undefined],
  ]);
});

test("a verify that sees nothing leaves it vacuous, whatever the inject said", async () => {
  const fault = await prepared({ inject: "echo done", verify: "test -f on", undo: "true" });
  await fault.inject(never);
  expect(await fault.verify()).toBeUndefined();
});

test("an inject that fails says how", async () => {
  const fault = await prepared({ inject: "echo no cluster >&2; exit 2", verify: "true", undo: "true" });
  await expect(fault.inject(never)).rejects.toThrow(
    "hook mine could not be injected: `echo no cluster >&2; exit 2` exited with 2: no cluster",
  );
});

test.each([
  { why: "is not found", verify: "no-such-command-of-ours", says: "exited with 127" },
  { why: "cannot be carried out", verify: "/", says: "exited with 126" },
  { why: "was ended", verify: "kill -9 $$", says: "was ended by SIGKILL" },
  { why: "had what it ran ended", verify: "sh -c 'kill -9 $$'; exit $?", says: "exited with 137" },
  { why: "takes too long", verify: "sleep 5", limit: "100ms", says: "was not done within 0.1 s" },
])("a verify that $why says neither that it bites nor that it is gone", async ({ verify, says, limit }) => {
  const fault = await prepared({ inject: "true", verify, undo: "true", ...(limit && { limit }) });
  await expect(fault.verify()).rejects.toThrow(says);
  await expect(fault.verifyUndone()).rejects.toThrow("the verify of hook mine could not look");
});

test("how long it may take is told to whoever carries it out", async () => {
  const fault = await prepared({ inject: "true", verify: "true", undo: "true", limit: "40s" });
  expect(fault.limitMs).toBe(40_000);
});

test("a server that fails says neither that it bites nor that it is gone", async () => {
  server = createServer((_, response) => response.writeHead(503).end()).listen(0, "127.0.0.1");
  await new Promise((resolve) => server?.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/chaos`;
  const fault = await prepared({ inject: `POST ${url}`, verify: `GET ${url}`, undo: `DELETE ${url}` });
  await expect(fault.verify()).rejects.toThrow("was answered with 503");
  await expect(fault.verifyUndone()).rejects.toThrow("could not look");
});

test("requests do the same", async () => {
  let depth = 0;
  server = createServer((request, response) => {
    if (request.method === "POST") request.on("data", (text) => (depth = JSON.parse(String(text)).depth));
    if (request.method === "DELETE") depth = 0;
    response.statusCode = request.method === "GET" && depth === 0 ? 404 : 200;
    request.on("end", () => response.end(`depth ${depth}`)).resume();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server?.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/chaos`;
  const fault = await prepared({
    inject: `POST ${url} {"depth":3}`,
    verify: `GET ${url}`,
    undo: `DELETE ${url}`,
    limit: "2s",
  });
  expect(await fault.verify()).toBeUndefined();
  await fault.inject(never);
  expect(await fault.verify()).toBe("depth 3");
  expect(fault.mends).toEqual([{ mend: "http", method: "DELETE", url, limitMs: 2_000 }]);
  await mendEntry({ id: "hook@1", mends: fault.mends }, 5_000);
  expect([depth, await fault.verifyUndone()]).toEqual([0, undefined]);
});

test("without an undo nothing is written down to be undone, and nothing is looked for", async () => {
  const fault = await prepared({ inject: "true", verify: "true" });
  expect([fault.mends, await fault.verify(), await fault.verifyUndone()]).toEqual([
    ...[[], "the verify of hook mine succeeds", undefined],
  ]);
});
