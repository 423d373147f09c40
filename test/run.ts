/**
 * `npm test`: finds or installs what the tests need, checks types and style, then runs every suite. `npm run test:all`
 * (the word `--all`) goes through every stage on every launcher and every way to sell; `npm test` through every stage as
 * processes, as containers those that differ most.
 */
import { spawnSync } from "node:child_process";
import { Failure } from "../base/failure.ts";
import { targets } from "../targets/catalog.ts";
import {
  aptScript,
  findComponents,
  install,
  installerHere,
  type MissingComponent,
} from "../targets/launch/components.ts";
import { hostPackages } from "./contracts/host-packages.ts";
import { everyStage } from "./contracts/stages-to-try.ts";
import { serverPackages } from "./contracts/wire-server-packages.ts";

const steps: readonly (readonly string[])[] = [
  ["tsc", "-p", "tsconfig.json"],
  ["biome", "check", "--error-on-warnings", "."],
  // End-to-end tests run what users run: the compiled program.
  ["tsc", "-p", "tsconfig.build.json"],
];

const words = process.argv.slice(2).filter((word) => word !== "--all");
if (process.argv.includes("--all")) process.env[everyStage] = "1";

await provide();
provideServers();
for (const [command = "", ...its] of steps) run(command, its);
const suites = run("vitest", ["run", ...words], { isLast: true });
process.exit(suites);

/**
 * What cannot be had here is said by the tests that need it, each of which then counts as skipped. All at once; when that
 * does not work each on its own, so that one which this system does not have costs only itself.
 */
async function provide(): Promise<void> {
  const missing = new Map(
    targets.flatMap((spec) => findComponents(spec).missing).map((each) => [each.debianPackage, each]),
  );
  if (missing.size === 0) return;
  if (await hasInstalled([...missing.values()])) return;
  if (missing.size > 1) for (const each of missing.values()) await hasInstalled([each]);
}

async function hasInstalled(missing: readonly MissingComponent[]): Promise<boolean> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const names = missing.map(({ debianPackage }) => debianPackage).join(", ");
  say(`installing ${names} for the tests`);
  try {
    await install(missing, { say, signal: AbortSignal.timeout(300_000) });
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say(`${names}: ${error.message}; tests that need it will say so and count as skipped`);
    return false;
  }
}

/** All at once; when that does not work each on its own, so that one which this system does not have costs only itself. */
function provideServers(): void {
  const missing = [...serverPackages, ...hostPackages()]
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
