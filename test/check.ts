/**
 * `npm run check`, before each commit: types and style beside each other, then import direction and those unit tests for
 * which something has changed since they passed here. `npm run check -- --all` runs every unit test, as `npm test` does.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { filesBelow, root } from "./house/files.ts";
import { passedFile } from "./passed-files.ts";
import { isUnit, printsOf, remember, remembered, thisCheckout } from "./unchanged.ts";

const cache = "node_modules/.cache";
mkdirSync(join(root, cache), { recursive: true });
const codes = await Promise.all([
  run(["tsc", "-p", "tsconfig.json", "--incremental", "--tsBuildInfoFile", `${cache}/check.tsbuildinfo`]),
  run(["biome", "check", "--error-on-warnings", "."]),
]);

const units = filesBelow("test").filter(isUnit);
const prints = printsOf(units, thisCheckout());
const before = process.argv.includes("--all") ? {} : remembered();
const isAsBefore = (path: string) => before[path] === prints[path];
const changed = units.filter((path) => !isAsBefore(path));
const passedHere = join(root, cache, "units-passed-now.json");
rmSync(passedHere, { force: true });
codes.push(
  await run(
    [
      ...["vitest", "run", "--project", "unit", "--project", "house", "--experimental.fsModuleCache"],
      ...["default", "test/closing-line.ts", "test/passed-files.ts"].flatMap((each) => ["--reporter", each]),
      ...["test/house/import-direction.test.ts", ...changed],
    ],
    { ...process.env, [passedFile]: passedHere },
  ),
);
process.stdout.write(
  `unit tests of ${changed.length} of ${units.length} files; the others passed as they are\n`,
);

// What passed although others failed need not be run again either; files that are gone are forgotten.
const now = new Set(passedNow());
remember(Object.entries(prints).filter(([path]) => now.has(path) || isAsBefore(path)));
process.exit(codes.find((code) => code !== 0) ?? 0);

/** Empty when the tests could not even begin. */
function passedNow(): readonly string[] {
  try {
    return JSON.parse(readFileSync(passedHere, "utf8")) as readonly string[];
  } catch {
    return [];
  }
}

/** Exit code; the output comes out whole when it is over, so that two beside each other do not mix. */
function run([command = "", ...words]: readonly string[], env = process.env): Promise<number> {
  return new Promise((done) => {
    const child = spawn(join(root, "node_modules/.bin", command), words, {
      cwd: root,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => output.push(part));
    child.on("error", ({ message }) => output.push(Buffer.from(`${command}: ${message}\n`)));
    child.on("close", (code) => {
      process.stdout.write(Buffer.concat(output));
      done(code ?? 1);
    });
  });
}
