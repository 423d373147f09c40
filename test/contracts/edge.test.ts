/** Stage 04 behind an edge cache: what the edge answers itself, what it leaves to the shops, and what a change purges. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findComponents } from "../../targets/launch/components.ts";
import { bringUp } from "../../targets/launch/processes.ts";
import type { RunningProcesses } from "../../targets/launch/running-processes.ts";
import { WardList } from "../../targets/launch/ward-list.ts";
import { stage04 } from "../../targets/stages/stage-04-reverse-proxy.ts";
import { chooseVariants } from "../../targets/variant.ts";
import { leftOf } from "./left-behind.ts";

const { spec } = chooseVariants(stage04, ["cdn=on", "shops=1"]);
const { missing } = findComponents(spec);
const cannot = missing.map(({ program }) => program).join(", ");

describe.skipIf(cannot !== "")(`an edge cache${cannot === "" ? "" : ` (missing here: ${cannot})`}`, () => {
  let folder: string;
  let target: RunningProcesses;
  const wards = new WardList();
  const signal = AbortSignal.timeout(60_000);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "stagebench-edge-"));
    target = await bringUp(spec, { runId: `edge-${process.pid}`, folder, wards, say: () => {} }, signal);
  }, 60_000);
  afterAll(async () => {
    await target?.close();
    expect(leftOf(wards)).toEqual([]);
    await rm(folder, { recursive: true, force: true });
  });

  async function ask(path: string, init: RequestInit = {}) {
    const response = await fetch(target.entryUrls[0]! + path, init);
    return {
      status: response.status,
      edge: response.headers.get("x-edge"),
      cookie: response.headers.get("set-cookie"),
      purge: response.headers.get("surrogate-purge"),
      text: await response.text(),
    };
  }
  const change = (price: number) =>
    ask("/admin/item", { method: "POST", body: JSON.stringify({ itemId: 5, price }) });

  test.each(["/static/shop.css", "/static/picture-7.svg", "/", "/category/5?page=2"])(
    "%s is asked for once, whoever asks",
    async (path) => {
      const first = await ask(path, { headers: { "x-user": "7", cookie: "a=b" } });
      expect(first.status).toBe(200);
      const second = await ask(path, { headers: { "x-user": "8" } });
      expect(second).toMatchObject({ status: 200, edge: "hit", text: first.text });
    },
  );

  test.each(["/item/5", "/search?q=teapot", "/static/nothing", "/seckill/64000"])(
    "%s is never kept",
    async (path) => {
      const before = await ask(path);
      expect(await ask(path)).toMatchObject({ status: before.status, edge: "miss" });
    },
  );

  test("a login and what it is good for pass through", async () => {
    const { status, cookie } = await ask("/login", { method: "POST", headers: { "x-user": "7" } });
    expect(status).toBe(201);
    const session = await ask("/session", { headers: { cookie: cookie!.split(";")[0]! } });
    expect(JSON.parse(session.text)).toMatchObject({ user: 7 });
  });

  test("a change that comes through the edge purges the pages that are old by it, and no assets", async () => {
    await ask("/");
    await ask("/static/shop.js");
    const changed = await change(4_711);
    expect(changed).toMatchObject({ status: 200, purge: null });
    expect(await ask("/")).toMatchObject({ edge: "miss" });
    expect(await ask("/static/shop.js")).toMatchObject({ edge: "hit" });
  });

  test("a change that does not come through it leaves the old page until its time is over", async () => {
    const before = await ask("/");
    const { address } = target.nodes.find(({ component }) => component === "shop")!;
    const body = JSON.stringify({ itemId: 1, price: 4_712 });
    expect((await fetch(`http://${address}/admin/item`, { method: "POST", body })).status).toBe(200);
    expect(await ask("/")).toMatchObject({ edge: "hit", text: before.text });
  });

  test("it comes back empty after a power cut", async () => {
    const edge = target.nodes.find(({ component }) => component === "varnish")!;
    await edge.kill();
    await edge.restart(signal);
    expect(await ask("/static/shop.css")).toMatchObject({ status: 200, edge: "miss" });
  }, 30_000);
});
