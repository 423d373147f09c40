import { appendFile, mkdtemp, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Block } from "../../../../targets/shop/objects/block.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "block-test-"));
  path = join(folder, "objects.block");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const textOf = async (block: Block, name: string) => (await block.get(name))?.bytes.toString();

test("an object is found after the block was opened again, in its last form", async () => {
  const before = await Block.open(path);
  await before.put("cup", "text/plain", Buffer.from("first"));
  const firstTag = before.etagOf("cup");
  await before.put("cup", "text/plain", Buffer.from("second"));
  await before.close();

  const after = await Block.open(path);
  expect(await textOf(after, "cup")).toBe("second");
  expect(after.etagOf("cup")).not.toBe(firstTag);
  expect(await after.get("bowl")).toBeUndefined();
  await after.close();
});

test("what was cut off in the middle is dropped, and the next write goes in its place", async () => {
  const before = await Block.open(path);
  await before.put("cup", "text/plain", Buffer.from("whole"));
  const wholeBytes = before.sizeBytes;
  await before.put("bowl", "text/plain", Buffer.from("cut"));
  await before.close();
  await truncate(path, (await stat(path)).size - 1);

  const after = await Block.open(path);
  expect(after.sizeBytes).toBe(wholeBytes);
  expect(await after.get("bowl")).toBeUndefined();
  await after.put("plate", "text/plain", Buffer.from("new"));
  await after.close();
  const again = await Block.open(path);
  expect(await Promise.all(["cup", "plate"].map((name) => textOf(again, name)))).toEqual(["whole", "new"]);
  await again.close();
});

test("strange bytes at the end are not read as objects", async () => {
  const before = await Block.open(path);
  await before.put("cup", "text/plain", Buffer.from("whole"));
  await before.close();
  await appendFile(path, Buffer.alloc(1_000, 0x6f));
  const after = await Block.open(path);
  expect(after.count).toBe(1);
  await after.close();
});

test("writes at the same time do not get between each other", async () => {
  const block = await Block.open(path);
  const names = Array.from({ length: 50 }, (_, at) => `object-${at}`);
  await Promise.all(names.map((name) => block.put(name, "text/plain", Buffer.from(`text of ${name}`))));
  expect(await Promise.all(names.map((name) => textOf(block, name)))).toEqual(
    names.map((name) => `text of ${name}`),
  );
  await block.close();
});
