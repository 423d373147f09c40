/** Where files are, what they are called, and how they begin. */
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { first, last } from "../file-order.ts";
import { quietContracts, unhurriedRuns } from "../quiet.ts";
import { filesBelow, read, root, sources } from "./files.ts";

/** A closed list: a new name here is a decision, not an accident. */
const topLevel: ReadonlySet<string> = new Set([
  "README.md",
  "LICENSE",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "biome.json",
  "vitest.config.ts",
  "buf.yaml",
  "buf.gen.yaml",
  "cli",
  "controller",
  "agents",
  "scenarios",
  "load",
  "targets",
  "chaos",
  "metrics",
  "proto",
  "verdict",
  "base",
  "dashboards",
  "deploy",
  "docs",
  "test",
  // Hidden files of the tools.
  ".ci",
  ".git",
  ".github",
  ".gitignore",
  ".gitattributes",
  ".editorconfig",
  ".npmrc",
  ".nvmrc",
  // Made by running things here, and ignored by git.
  "node_modules",
  "dist",
  ".bench",
  "coverage",
]);

const longestLines = 400;

test("the top level has known names only", () => {
  expect(readdirSync(root).filter((name) => !topLevel.has(name) && !name.endsWith(".tsbuildinfo"))).toEqual(
    [],
  );
});

test("files are kebab-case, named after the one thing inside", () => {
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.contract|\.config)?\.ts$/;
  expect(sources.filter((path) => !kebab.test(basename(path)))).toEqual([]);
});

test("no file is a drawer for odds and ends", () => {
  const drawers = new Set([
    "index",
    "types",
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "shared",
    "misc",
    "constants",
  ]);
  expect(sources.filter((path) => drawers.has(basename(path).replace(/(\.test)?\.ts$/, "")))).toEqual([]);
});

test("every source file begins by saying what it is", () => {
  // Tests say it in their names.
  const speaking = sources.filter((path) => !path.endsWith(".test.ts"));
  const silent = speaking.filter((path) => {
    const lines = read(path).split("\n");
    const first = lines[0]?.startsWith("#!") ? lines[1] : lines[0];
    // Configuration begins with the imports its tool wants; everything else with a sentence.
    return !/^(\/\*\*?|\/\/) ?\S*/.test(first ?? "") && !path.endsWith(".config.ts");
  });
  expect(silent).toEqual([]);
});

test(`no file is longer than ${longestLines} lines`, () => {
  const long = sources
    .map((path) => ({ path, lines: read(path).split("\n").length - 1 }))
    .filter(({ lines }) => lines > longestLines);
  expect(long).toEqual([]);
});

test("tests are beside what they test: the same folder below test/", () => {
  const extra = new Set(["contracts", "fakes", "house", "e2e"]);
  const strange = filesBelow("test")
    .filter((path) => path.endsWith(".test.ts"))
    .map((path) => path.split("/")[1] ?? "")
    .filter((folder) => !extra.has(folder) && !(topLevel.has(folder) && !folder.includes(".")));
  expect([...new Set(strange)]).toEqual([]);
});

test("tests of which the order or the quiet matters are there", () => {
  const files = filesBelow("test");
  const named = [
    ...[...quietContracts, ...unhurriedRuns],
    ...[...first, ...last].map((name) => `test/${name}.test.ts`),
  ];
  const isThere = (name: string) => {
    const [start = "", end = ""] = name.split("*");
    return files.some((path) => path.startsWith(start) && path.endsWith(end));
  };
  expect(named.filter((name) => !isThere(name))).toEqual([]);
});
