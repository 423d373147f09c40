/** A disk that has room is not full, whatever was written there. */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fillDisk, fullWords, shareOfDisk } from "../../../chaos/machines/disk-space.ts";

const signal = new AbortController().signal;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stagebench-test-disk-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a disk with room is not seen as full, and nothing is left of the looking", async () => {
  expect(await fullWords(folder, 1)).toBeUndefined();
  expect(readdirSync(folder)).toEqual([]);
});

test("a share that is there already is said with its figures, and takes nothing more", async () => {
  const share = (await shareOfDisk(folder)) / 2;
  expect(await fullWords(folder, share)).toMatch(/^\d+ % full: [\d.]+ of \d+ MB are free$/);
  const path = join(folder, "stagebench-fault-ballast");
  await fillDisk(folder, { path, share }, signal);
  expect(statSync(path).size).toBe(0);
});

test("what would take more memory than can be spared is not done", async () => {
  const path = join(folder, "stagebench-fault-ballast");
  // A million times the disk is more than any machine has.
  await expect(fillDisk(folder, { path, share: 1e6 }, signal)).rejects.toThrow(
    /^it would take \d+ MB of memory, which this machine cannot spare$/,
  );
  expect(readdirSync(folder)).toEqual([]);
});
