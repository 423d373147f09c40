/** What is in the folder of a verification already is not lost. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answeredInFile, openVerifyFolder, writeInto } from "../../cli/verify-folder.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "stagebench-test-verify-folder-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const content = (name: string) => readFileSync(join(home, name), "utf8");

test("a new one is made", () => {
  openVerifyFolder(join(home, "a/b"), false);
  expect(existsSync(join(home, "a/b"))).toBe(true);
});

test("one that holds a verification is refused, unless it is to go on there", () => {
  writeInto(home, "verify.json", "{}");
  expect(() => openVerifyFolder(home, false)).toThrow("holds a verification already");
  expect(content("verify.json")).toBe("{}");
});

test("whoever goes on keeps what was found before, by its id, before anything is written over it", () => {
  const before = JSON.stringify({ id: "20261121T100000Z-verify-claims-0001", claims: [1, 2] });
  writeInto(home, "verify.json", before);
  writeInto(home, "verify.txt", "UPHELD");
  openVerifyFolder(home, true);
  expect(content("verify.json")).toBe(before);
  writeInto(home, "verify.json", "less");
  expect(content("20261121T100000Z-verify-claims-0001.json")).toBe(before);
  expect(content("20261121T100000Z-verify-claims-0001.txt")).toBe("UPHELD");
});

test.each([
  { why: "is damaged", damaged: "{" },
  { why: "has no id", damaged: "{}" },
  { why: "has one that leads elsewhere", damaged: '{"id":"../else"}' },
  { why: "has one that is in the way", damaged: '{"id":"verify"}' },
])("what was before is kept, too, when it $why", ({ damaged }) => {
  writeFileSync(join(home, "verify.json"), damaged);
  openVerifyFolder(home, true);
  expect(content("verify-before.json")).toBe(damaged);
  expect(readdirSync(home).toSorted()).toEqual(["verify-before.json", "verify.json"]);
});

describe("what was answered elsewhere", () => {
  const told = (id: string) => ({ id, status: "upheld", asked: "0123456789abcdef" });

  test("is read of one verification, and of the sittings of a page", () => {
    writeInto(home, "verify.json", JSON.stringify({ schemaVersion: 1, claims: [told("S01-a")] }));
    expect(answeredInFile(join(home, "verify.json"))).toEqual([told("S01-a")]);
    const sittings = [{ claims: [told("S01-a")] }, { claims: [told("S02-b")] }];
    writeInto(home, "claims.json", JSON.stringify({ schemaVersion: 2, sittings }));
    expect(answeredInFile(join(home, "claims.json"))).toEqual([told("S01-a"), told("S02-b")]);
  });

  test.each([
    { what: "nothing", content: undefined, says: "there is no such file that can be read" },
    { what: "no JSON", content: "{", says: "this is no verification" },
    { what: "a result of a run", content: '{"verdict":{}}', says: "this is no verification" },
  ])("is refused where there is $what, for somebody wanted it read", ({ content, says }) => {
    const path = join(home, "other.json");
    if (content !== undefined) writeFileSync(path, content);
    expect(() => answeredInFile(path)).toThrow(`--skip-decided ${path}: ${says}`);
  });
});
