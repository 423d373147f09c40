/** `npm test`: finds or installs what the tests need, checks types and style, then runs every suite. */
import { spawnSync } from "node:child_process";
import { Failure } from "../base/failure.ts";
import { targets } from "../targets/catalog.ts";
import { aptScript, findComponents, install, installerHere } from "../targets/launch/components.ts";
import { serverPackages } from "./contracts/wire-server-packages.ts";

const steps: readonly (readonly string[])[] = [
  ["tsc", "-p", "tsconfig.json"],
  ["biome", "check", "--error-on-warnings", "."],
  // End-to-end tests run what users run: the compiled program.
  ["tsc", "-p", "tsconfig.build.json"],
];

await provide();
provideServers();
for (const [command = "", ...words] of steps) run(command, words);
const suites = run("vitest", ["run", ...process.argv.slice(2)], { isLast: true });
process.exit(suites);

/** What cannot be had here is said by the tests that need it, each of which then counts as skipped. */
async function provide(): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  for (const spec of targets) {
    const { missing } = findComponents(spec);
    if (missing.length === 0) continue;
    say(`installing ${missing.map(({ debianPackage }) => debianPackage).join(", ")} for the tests`);
    try {
      await install(missing, { say, signal: AbortSignal.timeout(300_000) });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      say(`${error.message}; tests that need them will say so and count as skipped`);
      return;
    }
  }
}

/** All at once; when that does not work each on its own, so that one which this system does not have costs only itself. */
function provideServers(): void {
  const missing = serverPackages
    .filter(({ path }) => path() === undefined)
    .map(({ debianPackage }) => debianPackage);
  if (missing.length === 0) return;
  process.stdout.write(`installing ${missing.join(", ")} for the tests\n`);
  const canInstall = installerHere() === "apt";
  if (canInstall && runsAsRoot(aptScript(missing))) return;
  for (const name of missing) {
    if (canInstall && missing.length > 1 && runsAsRoot(aptScript([name]))) continue;
    process.stdout.write(`${name} cannot be installed here; tests that need it count as skipped\n`);
  }
}

function runsAsRoot(script: string): boolean {
  const [command = "", ...words] = process.getuid?.() === 0 ? ["sh"] : ["sudo", "-n", "sh"];
  const { status } = spawnSync(command, [...words, "-s"], {
    input: script,
    stdio: ["pipe", "inherit", "inherit"],
    timeout: 300_000,
  });
  return status === 0;
}

function run(command: string, words: readonly string[], { isLast = false } = {}): number {
  const { status, signal, error } = spawnSync(`node_modules/.bin/${command}`, words, { stdio: "inherit" });
  const code = error === undefined && signal === null ? (status ?? 1) : 1;
  if (code !== 0 && !isLast) {
    process.stdout.write(`${command} failed\n0 passed, 1 failed, 0 skipped\n`);
    process.exit(code);
  }
  return code;
}
