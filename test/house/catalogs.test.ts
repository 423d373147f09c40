/** What is in a folder of a catalogue is in the catalogue: a forgotten line would be a feature nobody can find. */
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { filesBelow, importsOf, read } from "./files.ts";

interface Catalogue {
  readonly what: string;
  readonly folder: string;
  readonly catalogue: string;
  /** Whether a file is a member, by its text. */
  isMember(text: string, path: string): boolean;
}

const catalogues: readonly Catalogue[] = [
  {
    what: "scenario",
    folder: "scenarios",
    catalogue: "scenarios/catalog.ts",
    isMember: (text, path) => /=\s*defineScenario\(/.test(text) && basename(path) !== "define-scenario.ts",
  },
  {
    what: "stage",
    folder: "targets/stages",
    catalogue: "targets/catalog.ts",
    isMember: (text) => /=\s*defineTarget\(/.test(text),
  },
  {
    what: "fault",
    folder: "chaos/faults",
    catalogue: "chaos/catalog.ts",
    isMember: () => true,
  },
  { what: "check", folder: "verdict/checks", catalogue: "verdict/catalog.ts", isMember: () => true },
  {
    what: "report",
    folder: "verdict/reports",
    catalogue: "verdict/reports/catalog.ts",
    isMember: (text) => /:\s*Report\s*=/.test(text),
  },
];

describe.each(catalogues)("every $what", ({ folder, catalogue, isMember }) => {
  const members = filesBelow(folder).filter((path) => path.endsWith(".ts") && isMember(read(path), path));

  test("is found at all", () => {
    expect(members.length).toBeGreaterThan(0);
  });

  test(`is in ${catalogue}`, () => {
    const known = new Set(importsOf(catalogue).map(({ to }) => to));
    expect(members.filter((path) => !known.has(path))).toEqual([]);
  });
});

test("checks and reports are called what their files are called", async () => {
  const { checks } = await import("../../verdict/catalog.ts");
  const { reports } = await import("../../verdict/reports/catalog.ts");
  const files = (folder: string) => filesBelow(folder).map((path) => basename(path, ".ts"));
  expect(checks.map((check) => check.name).toSorted()).toEqual(files("verdict/checks"));
  // Its folders hold parts of one.
  const formats = filesBelow("verdict/reports")
    .filter((path) => path.split("/").length === 3)
    .map((path) => basename(path, ".ts"))
    .filter((name) => !["catalog", "report"].includes(name));
  expect(reports.map((report) => report.format).toSorted()).toEqual(formats);
});
