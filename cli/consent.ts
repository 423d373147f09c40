/** Missing components are installed only with the user's word: `--install`, or a yes at the terminal. */
import { createInterface } from "node:readline/promises";
import { Failure } from "../base/failure.ts";
import {
  type ComponentProbes,
  findComponents,
  install,
  installCommand,
  systemProbes,
} from "../targets/launch/components.ts";
import type { TargetSpec } from "../targets/target.ts";

/**
 * Returns when everything `spec` needs is there.
 * @throws {Failure} `environment` with the exact packages and the command, when something is missing and nobody agreed
 */
export async function ensureComponents(
  spec: TargetSpec,
  options: { readonly isAgreed: boolean; say(line: string): void; readonly signal: AbortSignal },
  probes: ComponentProbes = systemProbes,
): Promise<void> {
  const { missing } = findComponents(spec, probes);
  if (missing.length === 0) return;
  const packages = missing.map(({ debianPackage }) => debianPackage).join(", ");
  const command = installCommand(missing);
  if (
    !options.isAgreed &&
    !(await isAgreedAtTerminal(`${spec.id} needs ${packages}. Install with "${command}"? [y/N] `))
  ) {
    throw new Failure(
      "environment",
      `${spec.id} needs ${packages}, which ${missing.length === 1 ? "is" : "are"} not here`,
      {
        hint: `run again with --install, or install by hand:\n${command}`,
      },
    );
  }
  await install(missing, options);
}

async function isAgreedAtTerminal(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}
