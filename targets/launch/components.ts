/** The programs that nodes are made of: which are here, which are not, and how to get those. */
import { spawn } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Failure } from "../../base/failure.ts";
import type { Component, TargetSpec } from "../target.ts";
import { npmPostgres, systemPostgresFolders } from "./postgres-binaries.ts";

export interface FoundComponent {
  readonly component: Component;
  /** Path of the program; for the shop and PostgreSQL, where it comes from. */
  readonly command: string;
}

export interface MissingComponent {
  readonly component: Component;
  /** The program looked for. */
  readonly program: string;
  /** Debian and Ubuntu. */
  readonly debianPackage: string;
  readonly brewPackage: string;
}

export interface Components {
  readonly found: readonly FoundComponent[];
  readonly missing: readonly MissingComponent[];
}

/** What is asked of the machine; tests hand over another. */
export interface ComponentProbes {
  /** Path of a program, when it is there and ours to run. */
  programPath(program: string): string | undefined;
  /** Where PostgreSQL would come from. */
  postgresFolder(): string | undefined;
}

/** Roles of our own program, which is always here. */
const builtIn = [
  "shop",
  "indexer",
  "object-store",
  "order-worker",
  "service",
  "bus",
] as const satisfies readonly Component[];
export type BuiltIn = (typeof builtIn)[number];

/** Whether it is a role of our own program. */
export const isBuiltIn = (component: Component): component is BuiltIn =>
  builtIn.includes(component as BuiltIn);

/** The programs of the system; the shop is ours, and PostgreSQL usually comes with npm. */
const packages: Readonly<Record<Exclude<Component, BuiltIn>, Omit<MissingComponent, "component">>> = {
  knot: { program: "knotd", debianPackage: "knot", brewPackage: "knot" },
  keepalived: { program: "keepalived", debianPackage: "keepalived", brewPackage: "keepalived" },
  varnish: { program: "varnishd", debianPackage: "varnish", brewPackage: "varnish" },
  haproxy: { program: "haproxy", debianPackage: "haproxy", brewPackage: "haproxy" },
  nginx: { program: "nginx", debianPackage: "nginx", brewPackage: "nginx" },
  redis: { program: "redis-server", debianPackage: "redis-server", brewPackage: "redis" },
  postgres: { program: "postgres", debianPackage: "postgresql", brewPackage: "postgresql@17" },
  nats: { program: "nats-server", debianPackage: "nats-server", brewPackage: "nats-server" },
  zookeeper: { program: "zkServer.sh", debianPackage: "zookeeper", brewPackage: "zookeeper" },
  groonga: { program: "groonga", debianPackage: "groonga-bin", brewPackage: "groonga" },
};

/** What of the system a component is made of. */
export function packageOf(component: Exclude<Component, BuiltIn>): Omit<MissingComponent, "component"> {
  return packages[component];
}

/** Every component there is, for `bench doctor`. */
export const allComponents: readonly Component[] = [
  "keepalived",
  "varnish",
  "knot",
  "haproxy",
  "nginx",
  "redis",
  "postgres",
  "zookeeper",
  "groonga",
  "nats",
  "shop",
];

/** Which components of the target are here and which are missing, each named once. Looks, and changes nothing. */
export function findComponents(spec: TargetSpec, probes?: ComponentProbes): Components {
  const used = new Set(Object.values(spec.nodes).map(({ component }) => component));
  return lookFor([...used], probes);
}

export function lookFor(
  components: readonly Component[],
  probes: ComponentProbes = systemProbes,
): Components {
  const found: FoundComponent[] = [];
  const missing: MissingComponent[] = [];
  for (const component of components) {
    if (isBuiltIn(component)) {
      found.push({ component, command: "built in" });
      continue;
    }
    const wanted = packages[component];
    const command = component === "postgres" ? probes.postgresFolder() : probes.programPath(wanted.program);
    if (command === undefined) missing.push({ component, ...wanted });
    else found.push({ component, command });
  }
  return { found, missing };
}

export type Installer = "apt" | "brew" | "by hand";

/** Who installs packages here. */
export function installerHere(
  platform: NodeJS.Platform = process.platform,
  isThere: (path: string) => boolean = existsSync,
): Installer {
  if (platform === "linux" && isThere("/usr/bin/apt-get")) return "apt";
  return platform === "darwin" ? "brew" : "by hand";
}

/** A program and the packages that bring it; what Debian alone has is not looked for elsewhere. */
export type Installable = Pick<MissingComponent, "program" | "debianPackage"> & {
  readonly brewPackage?: string;
};

const debianPackagesOf = (missing: readonly Installable[]): readonly string[] => [
  ...new Set(missing.map(({ debianPackage }) => debianPackage)),
];

/** The command a person would type to install what is missing; exact, to be copied. */
export function installCommand(
  missing: readonly Installable[],
  installer: Installer = installerHere(),
  isRoot: boolean = process.getuid?.() === 0,
): string {
  const names = debianPackagesOf(missing).join(" ");
  const sudo = isRoot ? "" : "sudo ";
  switch (installer) {
    case "apt":
      return `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${names}`;
    case "brew":
      return `brew install ${missing.flatMap(({ brewPackage }) => brewPackage ?? []).join(" ")}`;
    case "by hand":
      return `install with this system's package manager: ${missing.map(({ program }) => program).join(", ")}`;
    default:
      return installer satisfies never;
  }
}

/** What to throw when components are missing and nobody consented to installing them. */
export function missingFailure(missing: readonly MissingComponent[]): Failure {
  const names = missing.map(({ program }) => program).join(", ");
  return new Failure("environment", `missing on this machine: ${names}`, {
    hint: `add --install, or: ${installCommand(missing)}`,
  });
}

/**
 * Installs what is missing with apt, as root or by `sudo -n`, without starting the packages' own services.
 * @throws {Failure} `environment` where there is no apt, no right to install, or apt fails
 */
export async function install(
  missing: readonly Installable[],
  { say, signal }: { say(line: string): void; signal: AbortSignal },
): Promise<void> {
  if (missing.length === 0) return;
  const installer = installerHere();
  if (installer !== "apt") {
    throw new Failure(
      "environment",
      "only apt packages are installed automatically, and this system has none",
      {
        hint: installCommand(missing, installer),
      },
    );
  }
  const names = debianPackagesOf(missing);
  const script = aptScript(names);
  const isRoot = process.getuid?.() === 0;
  say(`installing ${names.join(", ")}`);
  const code = await runScript(isRoot ? ["sh"] : ["sudo", "-n", "sh"], script, say, signal);
  signal.throwIfAborted();
  if (code !== 0) {
    throw new Failure("environment", `installing did not work (it ended with ${code})`, {
      hint: `${isRoot ? "" : "without a password sudo cannot be used from here; "}by hand: ${installCommand(missing)}`,
    });
  }
  say(
    "the packages' own services were not started; to keep them from starting with the machine: " +
      `systemctl disable ${names.join(" ")}`,
  );
}

/**
 * A Debian package starts its service at once unless /usr/sbin/policy-rc.d answers 101; nginx would take port 80, for
 * example. Ours is there only while installing, and only where there is none already.
 * Source: README.policy-rc.d of Debian's init-system-helpers.
 */
export function aptScript(names: readonly string[]): string {
  return `set -e
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 143' INT TERM HUP
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
apt-get -q update
apt-get -q install -y --no-install-recommends ${names.join(" ")}
`;
}

/** Feeds `script` to a shell, and its output, line by line, to `say`. */
function runScript(
  [command, ...args]: string[],
  script: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<number | string> {
  return new Promise((resolve) => {
    const child = spawn(command!, [...args, "-s"], { stdio: ["pipe", "pipe", "pipe"] });
    // Not SIGKILL: apt in the middle of unpacking must be let come to an end.
    const stop = () => child.kill("SIGTERM");
    signal.addEventListener("abort", stop, { once: true });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream.setEncoding("utf8").on("data", (text: string) => {
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) if (line.trim() !== "") say(line.trimEnd());
      });
    }
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, ending) => {
      signal.removeEventListener("abort", stop);
      resolve(code ?? ending ?? "unknown");
    });
    child.stdin.on("error", () => {}); // A shell that is not there says so by "error" of the child.
    child.stdin.end(script);
  });
}

/** Daemons live where the search path of a plain user does not look. */
export const DAEMON_FOLDERS = [
  ...["/usr/sbin", "/usr/local/sbin", "/sbin", "/opt/homebrew/bin", "/usr/local/bin"],
  "/usr/share/zookeeper/bin",
];

export const systemProbes: ComponentProbes = {
  programPath(program) {
    const folders = [...(process.env["PATH"] ?? "").split(delimiter).filter(Boolean), ...DAEMON_FOLDERS];
    return folders.map((folder) => join(folder, program)).find(isProgram);
  },
  postgresFolder: () => npmPostgres()?.native ?? systemPostgresFolders()[0],
};

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
