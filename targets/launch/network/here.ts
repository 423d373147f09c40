/** Whether this machine can give every node a network of its own, and if not, why. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Failure, sentenceOf } from "../../../base/failure.ts";
import type { NetworkName } from "../../networks.ts";
import { type ComponentProbes, systemProbes } from "../components.ts";

/** Programs that are needed besides the components; Debian keeps them in `iproute2`, `util-linux` and `nftables`. */
export interface NetworkTools {
  readonly ip: string;
  readonly nsenter: string;
  readonly unshare: string;
  readonly nft: string;
}

export type NetworkHere =
  | { readonly can: true; readonly tools: NetworkTools }
  | { readonly can: false; readonly because: string };

/** A program that is needed and not here. */
export interface MissingTool {
  readonly program: string;
  readonly debianPackage: string;
}

/** What is asked of the machine; tests hand over another. */
export interface NetworkProbes extends Pick<ComponentProbes, "programPath"> {
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  /** Runs a shell script in a fresh network namespace; throws with what it said when it does not end well. */
  tryInside(tools: NetworkTools, script: string): Promise<void>;
  /** Makes a network namespace as a user without root; throws when the kernel does not let him. */
  tryAsUser(): Promise<void>;
}

const debianPackageOf = {
  ip: "iproute2",
  nsenter: "util-linux",
  unshare: "util-linux",
  nft: "nftables",
} as const;
const toolNames = Object.keys(debianPackageOf) as readonly (keyof NetworkTools)[];

/** Everything that a target will need, tried in a namespace that is gone again at once. */
export const trial = (tools: NetworkTools) => `set -e
${tools.ip} link add trial0 type bridge
${tools.ip} link add trial1 type veth peer name trial2
${tools.nft} -f - <<'RULES'
table ip trial {
  chain to {
    type nat hook prerouting priority dstnat;
    fib daddr type local tcp dport 80 dnat ip addr . port to numgen inc mod 2 map { 0 : 10.0.0.1 . 80, 1 : 10.0.0.2 . 80 }
  }
  chain from {
    type nat hook postrouting priority srcnat;
    ct status dnat masquerade
  }
}
RULES`;

export async function networkHere(probes: NetworkProbes = systemNetwork): Promise<NetworkHere> {
  if (probes.platform !== "linux") return { can: false, because: "network namespaces are Linux's" };
  if (!probes.isRoot) return { can: false, because: await whyNotAsUser(probes) };
  const missing = missingTools(probes);
  if (missing.length > 0) {
    const packages = [...new Set(missing.map(({ debianPackage }) => debianPackage))].join(", ");
    const programs = missing.map(({ program }) => program).join(", ");
    return { can: false, because: `${programs} not found (Debian: ${packages})` };
  }
  const tools = Object.fromEntries(toolNames.map((name) => [name, probes.programPath(name)])) as Record<
    keyof NetworkTools,
    string
  >;
  try {
    await probes.tryInside(tools, trial(tools));
    return { can: true, tools };
  } catch (error) {
    return { can: false, because: `the kernel does not allow it: ${sentenceOf(error)}` };
  }
}

/** The programs that are not here, where they would be of use: on Linux. */
export function missingTools(
  probes: Pick<NetworkProbes, "platform" | "programPath"> = systemNetwork,
): readonly MissingTool[] {
  if (probes.platform !== "linux") return [];
  return toolNames.flatMap((name) =>
    probes.programPath(name) === undefined ? [{ program: name, debianPackage: debianPackageOf[name] }] : [],
  );
}

/**
 * A user namespace would do for the nodes, and not for the way in to them: that is an interface of the machine's own
 * network, which only its root may make. And PostgreSQL does not start as the root that such a namespace has.
 */
async function whyNotAsUser({ tryAsUser }: NetworkProbes): Promise<string> {
  try {
    await tryAsUser();
    return (
      "bench is not root; the kernel would let this user make networks (unprivileged user namespaces), " +
      "but no way into them from outside, where agents and controller are"
    );
  } catch (error) {
    return `bench is not root, and the kernel does not let this user make networks either: ${sentenceOf(error)}`;
  }
}

/**
 * The tools when the nodes are to have networks of their own; undefined for plain loopback.
 * @throws {Failure} `environment` when they are asked for and cannot be had
 */
export async function toolsFor(
  wanted: NetworkName,
  say: (line: string) => void,
  probes?: NetworkProbes,
): Promise<NetworkTools | undefined> {
  if (wanted === "loopback") return undefined;
  const here = await networkHere(probes);
  if (here.can) return here.tools;
  if (wanted === "auto") {
    say(`all nodes on loopback: ${here.because}`);
    return undefined;
  }
  throw new Failure("environment", `nodes cannot have networks of their own here: ${here.because}`, {
    hint: "--network loopback needs nothing of this; `bench doctor` shows what this machine can do",
  });
}

const TRIAL_LIMIT_MS = 5_000;

const systemNetwork: NetworkProbes = {
  programPath: systemProbes.programPath,
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  async tryInside({ unshare }, script) {
    await promisify(execFile)(unshare, ["--net", "sh", "-c", script], { timeout: TRIAL_LIMIT_MS });
  },
  async tryAsUser() {
    const words = ["--user", "--map-root-user", "--net", "true"];
    await promisify(execFile)("unshare", words, { timeout: TRIAL_LIMIT_MS });
  },
};
