/** Pictures through the shop, from two real members of the object store. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openObjectStore } from "../../targets/shop/objects/object-service.ts";
import { pictureOf } from "../../targets/shop/objects/picture.ts";
import type { Shop as Service } from "../../targets/shop/shop.ts";
import { type Servers, startServers } from "../targets/shop/servers.ts";
import { configOf, type Databases, seedTwo, TestShop } from "../targets/shop/test-shop.ts";

let servers: Servers;
let databases: Databases;
let folder: string;
let members: Service[];
let shop: TestShop;

const member = (index: number) =>
  openObjectStore(
    { name: `m-${index}`, host: "127.0.0.1", port: 0, folder: join(folder, `${index}`), pictures: 100 },
    {
      log: { info: () => {}, error: () => {} },
      nowMs: () => performance.now(),
      epochMs: Date.now,
      random: Math.random,
    },
  );

beforeAll(async () => {
  servers = await startServers();
  databases = await seedTwo(servers);
  folder = await mkdtemp(join(tmpdir(), "images-test-"));
  members = [await member(1), await member(2)];
  const objectStore = members.map(({ port }) => `http://127.0.0.1:${port}`);
  shop = await (await TestShop.open(configOf(databases, { objectStore }))).ready();
});

afterAll(async () => {
  await shop?.[Symbol.asyncDispose]();
  await Promise.all((members ?? []).map((each) => each.close(0)));
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  await servers?.[Symbol.asyncDispose]();
});

const image = (id: number | string, headers: Record<string, string> = {}) =>
  fetch(`${shop.origin}/image/${id}`, { headers });

test("a picture comes with its type, a tag, and how long it may be kept", async () => {
  const answer = await image(7);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("image/svg+xml");
  expect(answer.headers.get("cache-control")).toBe("public, max-age=60");
  expect(answer.headers.get("etag")).toMatch(/^"[0-9a-f]+-[0-9a-f]+"$/);
  expect(await answer.text()).toBe(pictureOf(7));
});

test("whoever has it already is told so, whichever member is asked", async () => {
  const etag = (await image(7)).headers.get("etag")!;
  for (let round = 0; round < 2; round++) {
    const answer = await image(7, { "if-none-match": etag });
    expect([answer.status, answer.headers.get("etag"), await answer.text()]).toEqual([304, etag, ""]);
  }
});

test.each([
  { why: "there is none of that item", id: "101", status: 404 },
  { why: "that is no id", id: "x", status: 400 },
])("$status when $why", async ({ id, status }) => expect((await image(id)).status).toBe(status));

test("a changed picture has another tag", async () => {
  const before = (await image(8)).headers.get("etag");
  const body = { itemId: 8, picture: "<svg>新</svg>" };
  expect((await shop.ask("POST /admin/image", { body })).status).toBe(201);
  const after = await image(8);
  expect(await after.text()).toBe("<svg>新</svg>");
  expect(after.headers.get("etag")).not.toBe(before);
});

test.each([
  { why: "the item is not there", body: { itemId: 999_999, picture: "<svg/>" }, status: 404 },
  { why: "the picture is none", body: { itemId: 8, picture: "hello" }, status: 400 },
  { why: "both are missing", body: {}, status: 400 },
])("a picture is not taken ($status) when $why", async ({ body, status }) => {
  expect((await shop.ask("POST /admin/image", { body })).status).toBe(status);
});

test("with one member gone every picture is there, and none is taken", async () => {
  await members[0]!.close(0);
  for (let id = 1; id <= 7; id++) expect((await image(id)).status).toBe(200);
  const body = { itemId: 8, picture: "<svg/>" };
  expect(await shop.ask("POST /admin/image", { body })).toMatchObject({
    status: 503,
    body: { status: "busy" },
  });
  expect((await shop.ask("GET /health")).status).toBe(200);
});
