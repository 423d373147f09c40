/** Missing components are installed only with the user's word: `--install`, or a yes at the terminal. */
import { createInterface } from "node:readline/promises";
import { Failure } from "../base/failure.ts";
import {
  type ComponentProbes,
  findComponents,
  type Installable,
  install,
  installCommand,
  systemProbes,
} from "../targets/launch/components.ts";
import { missingTools } from "../targets/launch/network/here.ts";
import { withRealL4 } from "../targets/launch/network/real-l4.ts";
import type { NetworkName } from "../targets/networks.ts";
import type { TargetSpec } from "../targets/target.ts";

/**
 * Returns when everything `spec` needs is there.
 * @throws {Failure} `environment` with the exact packages and the command, when something is missing and nobody agreed
 */
export async function ensureComponents(
  spec: TargetSpec,
  options: {
    readonly isAgreed: boolean;
    readonly network?: NetworkName | undefined;
    say(line: string): void;
    readonly signal: AbortSignal;
  },
  probes: ComponentProbes = systemProbes,
): Promise<void> {
  const missing = missingFor(spec, options.network, probes);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(({ debianPackage }) => debianPackage))].join(", ");
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

/** With networks of their own the kernel's layer 4 takes the place of its stand-in, and needs programs of its own. */
function missingFor(
  spec: TargetSpec,
  network: NetworkName = "loopback",
  probes: ComponentProbes,
): readonly Installable[] {
  if (network !== "namespaces") return findComponents(spec, probes).missing;
  const { programPath } = probes;
  return [
    ...findComponents(withRealL4(spec), probes).missing,
    ...missingTools({ platform: process.platform, programPath }),
  ];
}

export async function isAgreedAtTerminal(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}
