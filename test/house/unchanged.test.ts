/** Which unit tests `npm run check` runs again: those that could see a difference, and no others. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type Checkout, isUnit, printsOf, remember, remembered, thisCheckout } from "../unchanged.ts";

/** Two tests: one of `load/rate.ts`, which needs `base/time.ts`; one that reads a page and a picture. */
const planted: Readonly<Record<string, string>> = {
  "base/time.ts": "export const second = 1;",
  "load/rate.ts": `import { second } from "../base/time.ts";`,
  "load/unused.ts": "",
  "test/load/rate.test.ts": `import "../../load/rate.ts";`,
  "test/pages.test.ts": `read("docs/rates.md")`,
  "docs/rates.md": "# Rates",
  "load/golden.svg": "<svg/>",
  "vitest.config.ts": "export default {};",
};
const imports: Readonly<Record<string, readonly string[]>> = {
  "load/rate.ts": ["base/time.ts"],
  "test/load/rate.test.ts": ["load/rate.ts", "load/gone.ts"],
};

const checkout = (changed: Readonly<Record<string, string>> = {}): Checkout => {
  const all = { ...planted, ...changed };
  return {
    files: Object.keys(all),
    read: (path) => all[path] ?? "",
    imported: (path) => imports[path] ?? [],
  };
};

const tests = ["test/load/rate.test.ts", "test/pages.test.ts"] as const;
const [rate, pages] = tests;

test.each<{
  readonly what: string;
  readonly changed: Record<string, string>;
  readonly again: readonly string[];
}>([
  { what: "nothing", changed: {}, again: [] },
  { what: "the test itself", changed: { [rate]: "other" }, again: [rate] },
  { what: "what it imports", changed: { "load/rate.ts": "other" }, again: [rate] },
  { what: "what that imports", changed: { "base/time.ts": "other" }, again: [rate] },
  { what: "a file nobody imports", changed: { "load/unused.ts": "other" }, again: [] },
  { what: "a page", changed: { "docs/rates.md": "# Other" }, again: [pages] },
  { what: "what is no TypeScript", changed: { "load/golden.svg": "<svg />" }, again: tests },
  { what: "something new that is none", changed: { "load/other.svg": "" }, again: tests },
  { what: "how tests are set up", changed: { "vitest.config.ts": "other" }, again: tests },
])("when $what changes: $again", ({ changed, again }) => {
  const [before, after] = [printsOf(tests, checkout()), printsOf(tests, checkout(changed))];
  expect(tests.filter((path) => before[path] !== after[path])).toEqual(again);
});

test("another Node runs everything again", () => {
  const [before, after] = ["v20.20.0", "v22.1.0"].map((runtime) => printsOf(tests, checkout(), runtime));
  expect(tests.filter((path) => before?.[path] === after?.[path])).toEqual([]);
});

test("in this checkout every unit test has a print of its own, and a change far below is seen above", () => {
  const here = thisCheckout();
  const units = here.files.filter(isUnit);
  expect(units.length).toBeGreaterThan(300);
  const before = printsOf(units, here);
  expect(new Set(Object.values(before)).size).toBe(units.length);

  const failure = "base/failure.ts";
  const after = printsOf(units, {
    ...here,
    read: (path) => (path === failure ? `${here.read(path)}// changed\n` : here.read(path)),
  });
  const again = units.filter((path) => before[path] !== after[path]);
  expect(again).toContain("test/cli/compare.test.ts");
  expect(again.length).toBeLessThan(units.length);
});

test("what is remembered is what passed; a memory that cannot be read is none", () => {
  const folder = mkdtempSync(join(tmpdir(), "stagebench-test-unchanged-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "deep/passed.json");
  expect(remembered(path)).toEqual({});
  remember([[rate, "a print"]], path);
  expect(remembered(path)).toEqual({ [rate]: "a print" });
  writeFileSync(path, "{");
  expect(remembered(path)).toEqual({});
});
