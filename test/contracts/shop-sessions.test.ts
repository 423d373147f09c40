/** Logins over three real shops that share one Redis: where they are found again, and what is left when one shop goes. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Servers, startServers } from "../targets/shop/servers.ts";
import { configOf, type Databases, seedTwo, TestShop } from "../targets/shop/test-shop.ts";

const key = "a key that is long enough";
let servers: Servers;
let databases: Databases;

beforeAll(async () => {
  servers = await startServers();
  databases = await seedTwo(servers);
});
afterAll(async () => {
  await servers?.[Symbol.asyncDispose]();
});

async function openShops(sessions: object): Promise<{ shops: TestShop[] } & AsyncDisposable> {
  const shops: TestShop[] = [];
  for (let index = 0; index < 3; index++) {
    shops.push(await TestShop.open(configOf(databases, { redis: servers.redisUrl, sessions })));
  }
  await Promise.all(shops.map((shop) => shop.ready()));
  return {
    shops,
    async [Symbol.asyncDispose]() {
      for (const shop of shops) await shop[Symbol.asyncDispose]();
    },
  };
}

interface Login {
  readonly status: number;
  readonly cookie: string;
}

async function login({ origin }: TestShop, userId: number, note?: string): Promise<Login> {
  const response = await fetch(`${origin}/login`, {
    method: "POST",
    headers: { "x-user": String(userId) },
    body: JSON.stringify({ note }),
  });
  await response.arrayBuffer();
  return {
    status: response.status,
    cookie: (response.headers.get("set-cookie") ?? "").split(";")[0]!,
  };
}

async function withCookie({ origin }: TestShop, path: string, cookie: string, more: object = {}) {
  const response = await fetch(origin + path, { headers: { cookie, ...more } });
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text) };
}

async function counted({ origin }: TestShop, series: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  const line = text.split("\n").find((each) => each.startsWith(series));
  return Number(line?.split(" ").at(-1) ?? Number.NaN);
}

test("a session says who acts, whatever x-user says; without one x-user does, as ever", async () => {
  await using open = await openShops({ kept: "in-process" });
  const [shop] = open.shops;
  const { status, cookie } = await login(shop!, 7, "tea");
  expect(status).toBe(201);
  expect(await withCookie(shop!, "/session", cookie, { "x-user": "8" })).toEqual({
    status: 200,
    body: { status: "ok", user: 7, note: "tea" },
  });
  expect((await withCookie(shop!, "/cart", cookie)).status).toBe(200);
  expect((await shop!.ask("GET /cart", { user: 7 })).status).toBe(200);
  expect((await shop!.ask("GET /cart")).status).toBe(400);
  expect((await shop!.ask("GET /session")).status).toBe(401);
});

test("kept by the shop that saw it, a session is lost at every other, and counted there", async () => {
  await using open = await openShops({ kept: "in-process" });
  const { cookie } = await login(open.shops[0]!, 7);
  const statuses = await Promise.all(
    open.shops.map(async (shop) => (await withCookie(shop, "/cart", cookie)).status),
  );
  expect(statuses).toEqual([200, 401, 401]);
  expect(await counted(open.shops[0]!, 'shop_sessions_total{result="found"')).toBe(1);
  expect(await counted(open.shops[1]!, 'shop_sessions_total{result="lost"')).toBe(1);
});

describe.each([
  { way: "replicated", sessions: () => ({ kept: "replicated", key }) },
  { way: "in a signed cookie", sessions: () => ({ kept: "cookie", key }) },
  { way: "in a session server", sessions: () => ({ kept: "server", redis: servers.redisUrl }) },
])("kept $way", ({ sessions }) => {
  test("a session is found at every shop, and still when the one that saw it is gone", async () => {
    await using open = await openShops(sessions());
    const { cookie } = await login(open.shops[0]!, 7, "tea");
    for (const shop of open.shops) expect((await withCookie(shop, "/cart", cookie)).status).toBe(200);
    await open.shops.shift()![Symbol.asyncDispose]();
    for (const shop of open.shops) {
      expect((await withCookie(shop, "/session", cookie)).body).toMatchObject({ user: 7, note: "tea" });
      expect(await counted(shop, 'shop_sessions_total{result="lost"')).toBe(0);
    }
  });
});

describe("replicated", () => {
  test("each login is sent to all others, in so many bytes", async () => {
    await using open = await openShops({ kept: "replicated", key });
    await login(open.shops[0]!, 7, "x".repeat(1_000));
    expect(await counted(open.shops[0]!, 'shop_session_copies_total{result="kept"')).toBe(2);
    const sent = await counted(open.shops[0]!, "shop_session_copy_bytes_total");
    expect(sent).toBeGreaterThan(2_000);
    expect(sent).toBeLessThan(2_400);
  });

  test("a shop that comes up later has what was opened before", async () => {
    await using open = await openShops({ kept: "replicated", key });
    const { cookie } = await login(open.shops[0]!, 7);
    const late = await TestShop.open(
      configOf(databases, { redis: servers.redisUrl, sessions: { kept: "replicated", key } }),
    );
    await using _ = await late.ready();
    expect((await withCookie(late, "/cart", cookie)).status).toBe(200);
  });

  test("a copy that is not signed is nobody's session, and none is given to strangers", async () => {
    await using open = await openShops({ kept: "replicated", key });
    const { origin } = open.shops[0]!;
    const body = `forged ${JSON.stringify({ userId: 1, note: "", endsAtEpochMs: Date.now() + 60_000 })}`;
    const put = await fetch(`${origin}/sessions/copies`, {
      method: "POST",
      body,
      headers: { "x-signature": "x" },
    });
    expect(put.status).toBe(403);
    expect((await fetch(`${origin}/sessions/copies`)).status).toBe(403);
    expect((await withCookie(open.shops[0]!, "/cart", "session=forged")).status).toBe(401);
  });
});

test("what does not fit into a cookie is refused, and says how much there is room for", async () => {
  await using open = await openShops({ kept: "cookie", key });
  const [shop] = open.shops;
  expect((await login(shop!, 7, "x".repeat(2_900))).status).toBe(201);
  const reply = await shop!.ask("POST /login", { user: 7, body: { note: "x".repeat(3_000) } });
  expect(reply.status).toBe(400);
  expect(reply.body.problems[0]).toMatch(/cookie of \d+ bytes is more than 4096/);
});

test("while the session server is silent a login is worth nothing, and who has none is served", async () => {
  await using open = await openShops({ kept: "server", redis: "redis://127.0.0.1:1" });
  const [shop] = open.shops;
  expect((await withCookie(shop!, "/cart", "session=abc")).status).toBe(503);
  expect((await shop!.ask("GET /cart", { user: 7 })).status).toBe(200);
  expect(await counted(shop!, 'shop_sessions_total{result="unknown"')).toBe(1);
});
