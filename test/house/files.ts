/** The checkout as the house tests see it: what is tracked or could be, without what is built, installed or recorded. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Absolute path of the checkout. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

const notOurs: ReadonlySet<string> = new Set(["node_modules", "dist", ".bench", ".git", "coverage"]);

/** Paths relative to the root, with slashes, sorted. */
export function filesBelow(folder = "."): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !notOurs.has(entry.name) && !entry.name.endsWith(".tsbuildinfo"))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    })
    .toSorted();
}

/** TypeScript sources and tests, without generated code. */
export const sources: readonly string[] = filesBelow().filter(
  (path) => path.endsWith(".ts") && !path.split("/").includes("generated"),
);

export const read = (path: string): string => readFileSync(join(root, path), "utf8");

export interface Import {
  /** Where it leads, relative to the root; the bare name for packages and `node:` modules. */
  readonly to: string;
  readonly isPackage: boolean;
  readonly isTypeOnly: boolean;
  /** Loaded when it is needed: `import(…)`. */
  readonly isLazy: boolean;
}

/** Every static and dynamic import, and every re-export, of one source file. */
export function importsOf(path: string): readonly Import[] {
  const text = withoutComments(read(path));
  const found: Import[] = [];
  const statement = /^[ \t]*(?:import|export)\s+(type\s+)?([^"';]*?\sfrom\s*)?["']([^"']+)["']/gm;
  for (const [, type, clause = "", to = ""] of text.matchAll(statement)) {
    found.push(resolved(path, to, { isTypeOnly: type !== undefined || isAllTypes(clause), isLazy: false }));
  }
  for (const [, to = ""] of text.matchAll(/\bimport\(\s*["']([^"']+)["']\s*\)(?!\.)/g)) {
    found.push(resolved(path, to, { isTypeOnly: false, isLazy: true }));
  }
  return found;
}

/** `{ type A, type B } from`: nothing of it is left when it runs. */
function isAllTypes(clause: string): boolean {
  const names = clause.match(/^\{([^}]*)\}\s*from\s*$/)?.[1]?.split(",") ?? [];
  const given = names.map((name) => name.trim()).filter((name) => name !== "");
  return given.length > 0 && given.every((name) => name.startsWith("type "));
}

function resolved(from: string, to: string, how: Pick<Import, "isTypeOnly" | "isLazy">): Import {
  if (!to.startsWith(".")) return { to, isPackage: true, ...how };
  return { to: relative(root, join(root, dirname(from), to)), isPackage: false, ...how };
}

/** Block comments only: import lines do not follow `//` on the same line. */
const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, "");
