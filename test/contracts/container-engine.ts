/** A container engine for tests: the one that runs, else one of our own with the two base images, stopped again after. */
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { sleep } from "../../base/clock.ts";
import { systemProbes } from "../../targets/launch/components.ts";
import { composeCommand } from "../../targets/launch/compose/compose-command.ts";
import { Engine, engineSocket, runLabel } from "../../targets/launch/compose/engine.ts";
import { debianBase, nodeBase } from "../../targets/launch/compose/render-images.ts";

export interface TestEngine extends AsyncDisposable {
  readonly socket: string;
}

const run = promisify(execFile);
/** Not /tmp, which may be memory; an engine and its images take about a gigabyte. */
const PARENT = "/var/tmp";
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 15_000;
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
  const folder = await mkdtemp(join(PARENT, "stagebench-engine-"));
  const socket = join(folder, "docker.sock");
  const daemon = startDaemon(folder, socket);
  const stop = async () => {
    await end(daemon);
    // It leaves the namespace of host networking mounted, and a mount cannot be removed.
    await run("umount", [join(folder, "exec/netns/default")]).catch(() => undefined);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const startedMs = performance.now();
    while (!(await answers(socket))) {
      if (daemon.exitCode !== null || performance.now() - startedMs > START_LIMIT_MS)
        throw new Error(`dockerd does not start: ${lastWords(folder)}`);
      await sleep(100);
    }
    await composeCommand(socket);
    await ensureBases(socket);
    return { socket, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Without rules of its own in the host's packet filter: nothing of ours has to go out of the containers, ports are
 * published by its proxy, and the rules of the machine stay as they are.
 */
function startDaemon(folder: string, socket: string): ChildProcess {
  const log = openSync(join(folder, "log"), "a");
  const words = [
    ...["--data-root", join(folder, "data"), "--exec-root", join(folder, "exec")],
    ...["--pidfile", join(folder, "pid"), "-H", `unix://${socket}`],
    ...["--iptables=false", "--ip-masq=false", "--bridge=none"],
  ];
  return spawn(systemProbes.programPath("dockerd")!, words, { detached: true, stdio: ["ignore", log, log] });
}

async function end(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = once(daemon, "exit");
  daemon.kill("SIGTERM");
  const limit = AbortSignal.timeout(STOP_LIMIT_MS);
  limit.addEventListener("abort", () => daemon.kill("SIGKILL"), { once: true });
  await ended;
}

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

/** Those of the registry where it can be reached, else our own. */
async function ensureBases(socket: string): Promise<void> {
  await using engine = new Engine(socket);
  const missing: string[] = [];
  for (const base of [debianBase, nodeBase]) if (!(await engine.hasImage(base))) missing.push(base);
  if (missing.length === 0) return;
  const env = { ...process.env, DOCKER_HOST: `unix://${socket}` };
  await run("deploy/base-images.sh", [], { env, timeout: BASES_LIMIT_MS });
}

function lastWords(folder: string): string {
  return readFileSync(join(folder, "log"), "utf8").trimEnd().split("\n").slice(-3).join("; ");
}
