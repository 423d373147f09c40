/**
 * Which test files would see something else than when they passed. A file's print covers itself, all it imports directly or
 * not, and what is no TypeScript and could be read; pages only where `docs/` or a `.md` is spoken of. TypeScript under a name
 * that is made while a test runs is not seen: `npm test` runs them all.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { filesBelow, importsOf, read, root } from "./house/files.ts";

/** One that starts nothing and waits for nothing, by where it stands. */
export const isUnit = (path: string): boolean =>
  path.endsWith(".test.ts") && path.startsWith("test/") && !/^test\/(contracts|house|e2e)\//.test(path);

/** Prints of files that passed, by path relative to the checkout. */
export type Passed = Readonly<Record<string, string>>;

/** What a checkout has, and how its files are read: a test hands over another one. */
export interface Checkout {
  readonly files: readonly string[];
  readonly read: (path: string) => string;
  /** Files of the checkout that this one imports. */
  readonly imported: (path: string) => readonly string[];
}

export const thisCheckout = (): Checkout => ({
  files: filesBelow(),
  read,
  imported: (path) =>
    importsOf(path)
      .filter(({ isPackage }) => !isPackage)
      .map(({ to }) => to),
});

/** Hexadecimal SHA-256 of each of `tests`. `runtime` stands for what is not in the checkout: the version of Node. */
export function printsOf(tests: readonly string[], checkout: Checkout, runtime = process.version): Passed {
  const here = new Set(checkout.files);
  const sums = new Map<string, string>();
  const sumOf = (path: string) => kept(sums, path, () => digest([checkout.read(path)]));
  const steps = new Map<string, readonly string[]>();
  const next = (path: string) =>
    kept(steps, path, () =>
      path.endsWith(".ts") ? checkout.imported(path).filter((to) => here.has(to)) : [],
    );

  const sumOfAll = (paths: readonly string[]) => digest(paths.map((path) => `${path} ${sumOf(path)}`));

  const others = checkout.files.filter((path) => !path.endsWith(".ts"));
  const common = sumOfAll([
    ...others.filter((path) => !isPage(path)),
    ...forEveryTest.filter((path) => here.has(path)),
  ]);
  const pages = sumOfAll(others.filter(isPage));
  const speaksOfPages = (path: string) =>
    path.startsWith("test/") && /docs\/|\.md\b/.test(checkout.read(path));

  return Object.fromEntries(
    tests.map((test) => {
      const all = reachable(test, next);
      return [test, digest([runtime, common, sumOfAll(all), all.some(speaksOfPages) ? pages : ""])];
    }),
  );
}

/** Nobody imports them, and they change what every test does. */
const forEveryTest: readonly string[] = ["vitest.config.ts", "test/nothing-outside.ts"];

const isPage = (path: string) => path.endsWith(".md") || path.startsWith("docs/");

/** Sorted; with the first one itself. */
function reachable(first: string, next: (path: string) => readonly string[]): readonly string[] {
  const seen = new Set([first]);
  for (const path of seen) for (const to of next(path)) seen.add(to);
  return [...seen].toSorted();
}

const digest = (parts: readonly string[]) => createHash("sha256").update(parts.join("\n")).digest("hex");

function kept<Value>(known: Map<string, Value>, key: string, made: () => Value): Value {
  const found = known.get(key);
  if (found !== undefined) return found;
  const value = made();
  known.set(key, value);
  return value;
}

const memory = join(root, "node_modules/.cache/units-passed.json");

/** What passed before on this machine; nothing when nobody knows. */
export function remembered(path = memory): Passed {
  try {
    const found: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof found === "object" && found !== null ? (found as Passed) : {};
  } catch {
    return {};
  }
}

export function remember(passed: readonly (readonly [string, string])[], path = memory): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(Object.fromEntries(passed)));
}
