/**
 * Programs of a benchmark and what they import, compiled into a folder of this run: what is measured is what users run,
 * not what a loader makes of the sources (private fields cost several times as much there).
 */
import { spawnSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/**
 * Returns the compiled `programs`, which are absolute paths of sources.
 * @throws with the compiler's words when they do not compile
 */
export function compiled(folder: string, programs: readonly string[]): readonly string[] {
  const built = join(folder, "built");
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: join(root, "tsconfig.build.json"),
      compilerOptions: {
        rootDir: root,
        outDir: built,
        declaration: false,
        typeRoots: [join(root, "node_modules/@types")],
      },
      files: programs,
      include: [],
    }),
  );
  const compiler = join(root, "node_modules/.bin/tsc");
  const { status, stdout } = spawnSync(compiler, ["-p", folder], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the checkout does not compile:\n${stdout}`);
  writeFileSync(join(built, "package.json"), '{"type":"module"}');
  symlinkSync(join(root, "node_modules"), join(built, "node_modules"));
  return programs.map((program) => join(built, relative(root, program)).replace(/\.ts$/, ".js"));
}
