/** Which files the shop is made of: its own folder and the packages it imports, so that an image can hold just these. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { ShopProgram } from "../shop-program.ts";
import { shopFolder } from "./render-images.ts";

export interface ShopFiles {
  /** Changes whenever one of its own files or the version of a package does. */
  readonly digest: string;
  /** How it is started where `shopFolder` holds it. */
  readonly program: ShopProgram;
  /** Puts everything into `folder`. */
  stage(folder: string): Promise<void>;
}

/** The files behind `program`, as `shopProgram` gives it: its last word is the shop's main file. */
export function shopFiles(program: ShopProgram): ShopFiles {
  const main = program.args.at(-1)!;
  const own = dirname(main);
  const loaders = program.args
    .slice(0, -1)
    .filter((word) => word.startsWith("file:"))
    .map((word) => fileURLToPath(word));
  const sources = filesIn(own);
  const wanted = [...importedBy(sources), ...loaders.map(packageNameOf)];
  const packages = closureOf(wanted, own);
  const hash = createHash("sha256");
  for (const path of sources) hash.update(`${relative(own, path)}\0`).update(readFileSync(path));
  for (const { place, version } of packages) hash.update(`${place}@${version}\0`);
  const inImage = (path: string) => join(shopFolder, placeIn(path));
  return {
    digest: hash.digest("hex").slice(0, 16),
    program: {
      command: "node",
      args: [
        ...program.args
          .slice(0, -1)
          .map((word) => (word.startsWith("file:") ? inImage(fileURLToPath(word)) : word)),
        join(shopFolder, "shop", relative(own, main)),
      ],
    },
    async stage(folder) {
      await mkdir(folder, { recursive: true });
      // What says that the files are modules, as the package's own does.
      await writeFile(join(folder, "package.json"), `${JSON.stringify({ type: "module" })}\n`);
      await cp(own, join(folder, "shop"), { recursive: true });
      for (const { path, place } of packages) {
        // Packages inside this one come with it, and are found again by their own dependencies.
        await cp(path, join(folder, place), { recursive: true, dereference: true });
      }
    },
  };
}

interface Package {
  readonly path: string;
  /** `node_modules/pg/node_modules/pg-types` */
  readonly place: string;
  readonly version: string;
}

/** Names of packages that the files import; Node's own are `node:`. */
export function importedBy(paths: readonly string[]): readonly string[] {
  const names = new Set<string>();
  for (const path of paths.filter((each) => /\.[mc]?[jt]s$/.test(each))) {
    for (const [, specifier = ""] of readFileSync(path, "utf8").matchAll(
      /(?:from|import)\s*\(?\s*["']([^"'.\s][^"']*)["']/g,
    )) {
      if (specifier.startsWith("node:")) continue;
      names.add(nameIn(specifier));
    }
  }
  return [...names];
}

/** The packages, and all that they need in turn, found the way Node finds them: upwards from who asks. */
function closureOf(names: readonly string[], from: string): readonly Package[] {
  const found = new Map<string, Package>();
  const visit = (name: string, asker: string) => {
    const path = packageFolder(name, asker);
    if (path === undefined || found.has(path)) return; // An optional one for another platform, say.
    const about = JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as {
      version: string;
      dependencies?: Record<string, string>;
      optionalDependencies?: Record<string, string>;
    };
    found.set(path, { path, place: placeIn(path), version: about.version });
    for (const next of Object.keys({ ...about.dependencies, ...about.optionalDependencies })) {
      visit(next, path);
    }
  };
  for (const name of names) visit(name, from);
  return [...found.values()].sort((a, b) => (a.place < b.place ? -1 : 1));
}

function packageFolder(name: string, asker: string): string | undefined {
  for (let folder = asker; ; folder = dirname(folder)) {
    const path = join(folder, "node_modules", name);
    if (existsSync(join(path, "package.json"))) return path;
    if (dirname(folder) === folder) return undefined;
  }
}

/** From the first `node_modules` of the path on. */
function placeIn(path: string): string {
  const parts = path.split(sep);
  return parts.slice(parts.indexOf("node_modules")).join("/");
}

function packageNameOf(file: string): string {
  const parts = file.split(sep);
  return nameIn(parts.slice(parts.lastIndexOf("node_modules") + 1).join("/"));
}

/** `@scope/name` of `@scope/name/sub/path`. */
function nameIn(specifier: string): string {
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : parts[0]!;
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
