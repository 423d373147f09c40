import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { buildDigest, packageVersion } from "../../proto/version.ts";

test("the version in the code is the version of the package", async () => {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  expect((JSON.parse(text) as { version: string }).version).toBe(packageVersion);
});

test("a build names its version and its protocol", () => {
  expect(buildDigest()).toMatch(/^stagebench \d+\.\d+\.\d+, protocol \d+$/);
});
