/** Plan files and words together: whatever is wrong with any of them is told at once, and nothing of it is our bug. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Failure } from "../../base/failure.ts";
import { readChaos } from "../../cli/chaos-words.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stagebench-test-chaos-words-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function problemsOf(words: readonly string[]): Promise<readonly string[]> {
  try {
    await readChaos(words);
    return [];
  } catch (error) {
    if (error instanceof Failure && error.kind === "usage") return error.problems;
    throw error;
  }
}

test.each([
  { name: "night.yaml", text: "faults: [\n", says: /night\.yaml cannot be read: / },
  { name: "night.json", text: '{ "faults": [ }', says: /night\.json cannot be read: / },
  { name: "empty.yaml", text: "", says: /is an object with a list of faults/ },
  { name: "night.mjs", text: "export const plan = 3;", says: /exports no chaos plan/ },
  { name: "null.mjs", text: "export default null;", says: /is an object with a list of faults/ },
  { name: "five.mjs", text: "export default 5;", says: /is an object with a list of faults/ },
  { name: "bare.yaml", text: "faults: []\nquiet: [[40, 50]]", says: /quiet span 1 is not from a time/ },
])("$name is told to be none", async ({ name, text, says }) => {
  expect(await problemsOf([file(name, text)])).toEqual([expect.stringMatching(says)]);
});

test("everything that is wrong with words and files is told together", async () => {
  const night = file("night.yaml", "seed: 1\nfaults: []");
  const day = file("day.yaml", "seed: 2\nfaults: []");
  const broken = file("broken.yaml", "faults: [{ fault: kill, where: shop-2, at: 20s, duration: 5s }]");
  expect(await problemsOf([night, "kill@", broken, day])).toEqual([
    expect.stringContaining('--chaos "kill@"'),
    expect.stringContaining('fault 1 (kill): unknown field "duration"'),
    "plan files have different seeds: 1 and 2",
  ]);
});

test("words and files make one plan, made by defineChaosPlan or written plainly", async () => {
  const made = file(
    "made.ts",
    'import { defineChaosPlan } from "stagebench/chaos";\n' +
      'export default defineChaosPlan({ seed: 7, faults: [{ fault: "freeze", where: "db", at: "30s", for: "2s" }] });\n',
  );
  const plain = file("plain.yaml", "faults: [{ fault: hook, value: drain, at: 1m }]\nquiet: [[40s, 50s]]");
  expect(await readChaos(["kill:shop-2@20s+5s", made, plain])).toEqual({
    seed: 7,
    wishes: [
      { fault: "kill", where: "shop-2", atS: 20, forS: 5 },
      { fault: "freeze", where: "db", atS: 30, forS: 2 },
      { fault: "hook", value: "drain", atS: 60 },
    ],
    quiet: [{ fromS: 40, toS: 50 }],
  });
});
