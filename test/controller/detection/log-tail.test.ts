import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LogTail } from "../../../controller/detection/log-tail.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stagebench-test-"));
  path = join(folder, "node.log");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("only what is added is read, and only when its line is whole", () => {
  writeFileSync(path, "before\n");
  const tail = new LogTail(path);
  appendFileSync(path, "one\ntw");
  expect(tail.lines()).toEqual(["one"]);
  appendFileSync(path, "o\n");
  expect(tail.lines()).toEqual(["two"]);
  expect(tail.lines()).toEqual([]);
});

test("a file that comes later is read from its beginning, and one that was written anew, too", () => {
  const tail = new LogTail(path);
  expect(tail.lines()).toEqual([]);
  writeFileSync(path, "first life\n");
  expect(tail.lines()).toEqual(["first life"]);
  writeFileSync(path, "next\n");
  expect(tail.lines()).toEqual(["next"]);
});

test("more than can be read at once is read at the next look, and nothing is lost", () => {
  const tail = new LogTail(path);
  const lines = Array.from({ length: 20_000 }, (_, line) => `line ${line}`);
  writeFileSync(path, `${lines.join("\n")}\n`);
  const read: string[] = [];
  for (let look = 0; look < 10; look++) read.push(...tail.lines());
  expect(read).toEqual(lines);
});

test("from the beginning, when that is asked for; a sign that was read in two parts is one", () => {
  const word = Buffer.from("紫砂壶\n");
  writeFileSync(path, Buffer.concat([Buffer.from("before\n"), word.subarray(0, 4)]));
  const tail = new LogTail(path, { isWhole: true });
  expect(tail.lines()).toEqual(["before"]);
  appendFileSync(path, word.subarray(4));
  expect(tail.lines()).toEqual(["紫砂壶"]);
});
