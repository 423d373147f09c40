/** Words that must not be in the files: one machine's paths, and tests that test nothing. */
import { homedir } from "node:os";
import { describe, expect, test } from "vitest";
import { filesBelow, read, root, sources } from "./files.ts";

const isText =
  /\.(ts|json|md|yaml|yml|sh|proto|txt|xml|conf|cfg|sql)$|(^|\/)(\.gitignore|\.ci\/[^/]+|Dockerfile[^/]*)$/;
const texts = filesBelow().filter((path) => isText.test(path));
const tests = sources.filter((path) => path.startsWith("test/"));

/** Lines of `paths` that `pattern` matches, as `path:line: text`. */
function lines(paths: readonly string[], pattern: RegExp): readonly string[] {
  return paths.flatMap((path) =>
    read(path)
      .split("\n")
      .flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : [])),
  );
}

/** A folder right below the root of the disk has a name too common to look for. */
const isTelling = (path: string): boolean => path.split("/").filter(Boolean).length > 1;

const pathPattern = (path: string): RegExp =>
  new RegExp(`${path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(/|\\b)`);

describe("no file names a place that exists on one machine only:", () => {
  test("the folder of this checkout", () => {
    expect(isTelling(root) ? lines(texts, pathPattern(root)) : []).toEqual([]);
  });

  test("the home of who runs this", () => {
    expect(isTelling(homedir()) ? lines(texts, pathPattern(homedir())) : []).toEqual([]);
  });

  test("a registry other than the public one", () => {
    const foreign = lines(["package-lock.json"], /"resolved": "(?!https:\/\/registry\.npmjs\.org\/)/);
    expect(foreign.slice(0, 3)).toEqual([]);
  });
});

describe("no test", () => {
  test("keeps the others from running", () => {
    expect(lines(tests, /\b(test|it|describe|suite)\.only\b/)).toEqual([]);
  });

  test("is skipped without a reason beside it", () => {
    // `context.skip("why")` and `skipIf(condition)` give theirs; a bare skip needs a comment on its line or above.
    const bare = tests.flatMap((path) => {
      const all = read(path).split("\n");
      return all.flatMap((line, at) => {
        const isSkip =
          /\b(test|it|describe|suite)\.(skip|todo)\b(?!If)/.test(line) || /\.skip\(\s*\)/.test(line);
        const hasReason = line.includes("//") || (all[at - 1] ?? "").trim().startsWith("//");
        return isSkip && !hasReason && !path.endsWith("words.test.ts")
          ? [`${path}:${at + 1}: ${line.trim()}`]
          : [];
      });
    });
    expect(bare).toEqual([]);
  });

  test("expects what is always so", () => {
    expect(lines(tests, /expect\((true|false|1|0|null|undefined)\)/)).toEqual([]);
  });

  test("stubs a module", () => {
    expect(lines(tests, /\bvi\.(mock|doMock)\(/)).toEqual([]);
  });

  test("is a file without an expectation", () => {
    const mute = tests.filter(
      (path) =>
        // A contract suite brings its expectations with it.
        path.endsWith(".test.ts") && !/\bexpect(TypeOf)?\b|\bassert\b|\w+Contract\(/.test(read(path)),
    );
    expect(mute).toEqual([]);
  });
});

test("nothing is left for later without saying where it is tracked", () => {
  expect(
    lines(
      sources.filter((path) => !path.endsWith("words.test.ts")),
      /\b(TODO|FIXME|XXX)\b/,
    ),
  ).toEqual([]);
});
