/**
 * The product and the programs of this benchmark, compiled into a folder of this run: what is measured is what users
 * run, not what a loader makes of the sources, and no other build changes it meanwhile.
 */
import { spawnSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");

/** Programs that run inside the process that is measured. */
export const insidePrograms = ["connections", "flat", "idle-shoppers"] as const;
export type InsideProgram = (typeof insidePrograms)[number];

/** @throws with the compiler's words when it does not compile */
export function build(folder: string): string {
  const built = join(folder, "built");
  const insides = insidePrograms.map((name) => join(root, `test/bench/agent-${name}-inside.ts`));
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
      files: [join(root, "cli/main.ts"), ...insides],
      include: [],
    }),
  );
  const { status, stdout } = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", folder], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the checkout does not compile:\n${stdout}`);
  writeFileSync(join(built, "package.json"), '{"type":"module"}');
  symlinkSync(join(root, "node_modules"), join(built, "node_modules"));
  return built;
}

export const insideProgram = (built: string, name: InsideProgram): string =>
  join(built, `test/bench/agent-${name}-inside.js`);
