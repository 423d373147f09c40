/** Defects are there when their file is, and only then; shoppers meet them, and the shop's word about itself stays true. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Registry } from "prom-client";
import { expect, onTestFinished, test } from "vitest";
import { Defects } from "../../../../targets/shop/defects.ts";
import { json, ok } from "../../../../targets/shop/http/answer.ts";
import { Door } from "../../../../targets/shop/http/door.ts";

/** A node that looks for defects in a file, which a test writes, and what it says of them. */
function node(text?: string, random: () => number = () => 0.5) {
  const folder = mkdtempSync(join(tmpdir(), "defects-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "defects.json");
  if (text !== undefined) writeFileSync(path, text);
  const said: string[] = [];
  const log = { info: (event: string) => said.push(event), error: (event: string) => said.push(event) };
  const registry = new Registry();
  const defects = new Defects({ path, log, random, registry });
  onTestFinished(() => defects[Symbol.dispose]());
  const shown = async () => (await registry.getSingleMetric("shop_planted_defects")?.get())?.values[0]?.value;
  return { defects, path, said, shown };
}

test("a node without a file, or without a place for one, has none", () => {
  const { defects, said } = node();
  expect([defects.fails(), defects.extraMs(40), said]).toEqual([false, 0, []]);
  const log = { info() {}, error() {} };
  const never = new Defects({ path: undefined, log, random: () => 0, registry: new Registry() });
  expect([never.fails(), never.extraMs(40)]).toEqual([false, 0]);
});

test("what stands in the file at the start is in force from the first request on", () => {
  const { defects } = node('{"errorRatio":0.6,"slowFactor":3}');
  expect([defects.fails(), defects.extraMs(40)]).toEqual([true, 80]);
});

test("an answer can take so much longer, whatever it took", () => {
  const { defects } = node('{"addedMs":200}');
  expect([defects.extraMs(0), defects.extraMs(40)]).toEqual([200, 200]);
});

test("a share fails, and not more", () => {
  let drawn = 0;
  const { defects } = node('{"errorRatio":0.25}', () => (drawn++ % 100) / 100);
  expect(Array.from({ length: 400 }, () => defects.fails()).filter(Boolean)).toHaveLength(100);
  expect(defects.extraMs(40)).toBe(0);
});

test("a file that comes is noticed, and one that goes takes its defects along", async () => {
  const { defects, path, said, shown } = node();
  writeFileSync(path, '{"slowFactor":2}');
  defects.look();
  expect([defects.extraMs(10), await shown()]).toEqual([10, 1]);
  rmSync(path);
  defects.look();
  expect([defects.extraMs(10), await shown(), said]).toEqual([0, 0, ["defects", "defects"]]);
});

test.each(["{", '{"errorRatio":2}', '{"slow":3}'])("nonsense like %s plants nothing, and is told", (text) => {
  const { defects, said } = node(text);
  expect([defects.fails(), defects.extraMs(10), said]).toEqual([false, 0, ["defects-refused"]]);
});

test("shoppers meet them at the door; health and metrics do not", async () => {
  const { defects } = node('{"errorRatio":1,"slowFactor":3}');
  let isAsked = false;
  const observed: string[] = [];
  const door = new Door({
    routes: [
      { name: "home", method: "GET", path: "/", isShed: true, handle: () => json(200, (isAsked = true)) },
      { name: "health", method: "GET", path: "/health", isShed: false, handle: () => ok },
    ],
    ...{ inFlightLimit: () => 8, isSwitchedOff: () => false, nowMs: () => performance.now(), defects },
    log: { info() {}, error() {} },
    observe: (operation, status) => observed.push(`${operation} ${status}`),
  });
  const port = await door.listen("127.0.0.1", 0);
  onTestFinished(() => door.close(0));
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return [answer.status, await answer.json()];
  };
  expect(await ask("/")).toEqual([500, { status: "error" }]);
  expect(await ask("/health")).toEqual([200, { status: "ok" }]);
  expect([isAsked, door.inFlight, observed]).toEqual([false, 0, ["home 500", "health 200"]]);
});
