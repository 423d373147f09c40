/** A container engine for tests: the one that runs, else one of our own with the two base images, which ends with the tests. */
import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { sleep } from "../../base/clock.ts";
import { systemProbes } from "../../targets/launch/components.ts";
import { composeCommand } from "../../targets/launch/compose/compose-command.ts";
import { Engine, engineSocket, runLabel } from "../../targets/launch/compose/engine.ts";
import { debianBase, nodeBase } from "../../targets/launch/compose/render-images.ts";
import { startTicksOf } from "../../targets/launch/process-identity.ts";

export interface TestEngine extends AsyncDisposable {
  readonly socket: string;
}

const run = promisify(execFile);
/** Not /tmp, which may be memory; an engine and its images take about a gigabyte. */
const PARENT = "/var/tmp";
const START_LIMIT_MS = 30_000;
const BASES_LIMIT_MS = 300_000;

/** Why no container can run here, as far as that is seen without trying; undefined when it may be possible. */
export function engineIsImpossible(): string | undefined {
  if (process.platform !== "linux") return "containers are tried on Linux only";
  const missing = ["docker", "docker-compose"].filter((name) => systemProbes.programPath(name) === undefined);
  if (existsSync(engineSocket()) && systemProbes.programPath("docker") !== undefined) return undefined;
  if (systemProbes.programPath("dockerd") === undefined) missing.push("dockerd");
  if (missing.length > 0) return `no container engine runs, and not on this machine: ${missing.join(", ")}`;
  return process.getuid?.() === 0 ? undefined : "no container engine runs, and starting one takes root";
}

/** @throws {Error} why there is none, with the last words of the one that was tried */
export async function openEngine(): Promise<TestEngine> {
  const usual = engineSocket();
  if (await answers(usual)) {
    await ensureBases(usual);
    return { socket: usual, async [Symbol.asyncDispose]() {} };
  }
  // One for all files of these tests: images are made once. Each file is tried by a process of its own, of one parent.
  const folder = join(PARENT, `stagebench-engine-${process.ppid}-${startTicksOf(process.ppid)}`);
  const socket = join(folder, "docker.sock");
  const startedMs = performance.now();
  for (let said = "it said nothing"; !(await answers(socket)); said = lastWords(folder) ?? said) {
    if (performance.now() - startedMs > START_LIMIT_MS) throw new Error(`dockerd does not start: ${said}`);
    if (await isMadeByUs(folder)) startEngine(folder, socket);
    await sleep(100);
  }
  await composeCommand(socket);
  await ensureBasesOnce(socket, join(folder, "bases"));
  return { socket, async [Symbol.asyncDispose]() {} };
}

const isMadeByUs = (folder: string) =>
  mkdir(folder).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return false;
      throw error;
    },
  );

/**
 * Without rules of its own in the host's packet filter: nothing of ours has to go out of the containers, ports are
 * published by its proxy, and the rules of the machine stay as they are. In a session of its own, with somebody beside it
 * who ends it: what a terminal sends to the tests reaches neither.
 */
function startEngine(folder: string, socket: string): void {
  const daemon = [
    systemProbes.programPath("dockerd")!,
    ...["--data-root", join(folder, "data"), "--exec-root", join(folder, "exec")],
    ...["--pidfile", join(folder, "pid"), "-H", `unix://${socket}`],
    ...["--iptables=false", "--ip-masq=false", "--bridge=none"],
  ];
  const words = ["-c", beside, "sh", folder, String(process.ppid), String(STOP_LIMIT_S), ...daemon];
  spawn("/bin/sh", words, { detached: true, stdio: "ignore" }).unref();
}

/** It stops the containers that still run before it goes, for which they have a second or two each. */
const STOP_LIMIT_S = 30;

/**
 * Ends the engine and removes its folder as soon as whoever runs the tests is gone, in whatever way: the process of that
 * number with that time of start, which is the 20th word after the name. Bridges of networks that are left when the
 * engine ends would stay, so they are removed first. It leaves the namespace of host networking mounted, and a mount
 * cannot be removed; nor can a folder in which the last of its helpers still writes.
 */
const beside = `
folder=$1 owner=$2 limit=$3
shift 3
started() { stat=$(cat "/proc/$owner/stat" 2>/dev/null) && set -- \${stat##*) } && echo "\${20}"; }
since=$(started)
"$@" >>"$folder/log" 2>&1 &
daemon=$!
while kill -0 "$daemon" && [ "$(started)" = "$since" ]; do sleep 0.5; done
ask() { timeout "$limit" docker -H "unix://$folder/docker.sock" "$@"; }
ask rm -f $(ask ps -aq)
ask network prune -f
kill -TERM "$daemon"
tenths=0
while kill -0 "$daemon" && [ "$tenths" -lt $((limit * 10)) ]; do sleep 0.1; tenths=$((tenths + 1)); done
kill -KILL "$daemon"
umount "$folder/exec/netns/default"
for again in 1 2 3 4 5; do rm -rf "$folder" && break; sleep 0.5; done
`;

async function answers(socket: string): Promise<boolean> {
  if (!existsSync(socket)) return false;
  await using engine = new Engine(socket);
  return await engine.version().then(
    () => true,
    () => false,
  );
}

/** Containers and networks that carry the label of the run. */
export function ofRun(socket: string, runId: string): readonly string[] {
  const filter = ["--filter", `label=${runLabel}=${runId}`];
  const ask = (...words: string[]) =>
    execFileSync("docker", ["-H", `unix://${socket}`, ...words, ...filter], { encoding: "utf8" });
  const lines =
    ask("ps", "-a", "--format", "container {{.Names}}") +
    ask("network", "ls", "--format", "network {{.Name}}");
  return lines.split("\n").filter((line) => line !== "");
}

async function areBasesThere(socket: string): Promise<boolean> {
  await using engine = new Engine(socket);
  return (await engine.hasImage(debianBase)) && (await engine.hasImage(nodeBase));
}

/** Files that begin at the same time do not make the same images twice: whoever makes `mark` first makes them. */
async function ensureBasesOnce(socket: string, mark: string): Promise<void> {
  while (!(await areBasesThere(socket))) {
    if (await isMadeByUs(mark)) await ensureBases(socket).finally(() => rmdir(mark));
    else await sleep(500);
  }
}

/** Those of the registry where it can be reached, else our own. */
async function ensureBases(socket: string): Promise<void> {
  if (await areBasesThere(socket)) return;
  const env = { ...process.env, DOCKER_HOST: `unix://${socket}` };
  await run("deploy/base-images.sh", [], { env, timeout: BASES_LIMIT_MS });
}

/** Undefined while it has not begun, and once its folder is gone. */
function lastWords(folder: string): string | undefined {
  const log = join(folder, "log");
  return existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n").slice(-3).join("; ") : undefined;
}
