/** What the last lines of a test run say, of a run of vitest in which everything that can go wrong does. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/** Each file of the planted run, which finds vitest's words as globals: nothing can be imported from where it stands. */
const planted = {
  "mixed.test.js": `
    test("holds", () => {});
    test("does not", () => { throw new Error("expected\\n  this"); });
    test("cannot here", (context) => context.skip("no such program"));
    describe("not now", () => { test("one", ({ skip }) => skip()); test("two", ({ skip }) => skip()); });
  `,
  "hook.test.js": `
    describe("a suite", () => {
      beforeAll(() => { throw new Error("does not come up"); });
      test("of which nothing is tried", () => {});
    });
  `,
  "unreadable.test.js": `throw new Error("cannot be loaded");`,
  "stray.test.js": `test("leaves something behind", () => { Promise.reject(new Error("nobody waits for it")); });`,
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stagebench-test-closing-"));
  await Promise.all(Object.entries(planted).map(([name, text]) => writeFile(join(folder, name), text)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("say what was skipped, what failed with its words, and count hooks, files and strays as failures", async () => {
  const words = ["run", "--root", folder, "--globals", "--reporter", path("test/closing-line.ts")];
  const { code, lines } = await new Promise<{ code: unknown; lines: readonly string[] }>((done) =>
    execFile(process.execPath, [path("node_modules/vitest/vitest.mjs"), ...words], (error, stdout) =>
      done({ code: error?.code, lines: stdout.trimEnd().split("\n") }),
    ),
  );
  expect(code).toBe(1);
  expect(lines.at(-1)).toBe("2 passed, 4 failed, 4 skipped");
  expect(lines.slice(0, -1).toSorted()).toEqual([
    "  failed: hook.test.js > a suite: does not come up",
    "  failed: mixed.test.js > does not: expected this",
    "  failed: outside of any test: nobody waits for it",
    "  failed: unreadable.test.js: cannot be loaded",
    "  skipped: 1 in hook.test.js > a suite, as of which nothing is tried",
    "  skipped: 1 in mixed.test.js: no such program, as cannot here",
    "  skipped: 2 in mixed.test.js > not now, as one",
  ]);
});
