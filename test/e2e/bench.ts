/** Runs the compiled program as a user would, in a folder of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { findTarget } from "../../targets/catalog.ts";
import { findComponents } from "../../targets/launch/components.ts";
import { clockSegmentsOf } from "../../targets/launch/own-clock.ts";
import { isAlive } from "../../targets/launch/process-identity.ts";
import { type RunResult, resultSchema } from "../../verdict/result-schema.ts";

const program = resolve("dist/cli/main.js");

/** The one JSON document on stdout. @throws with what was said instead */
export function resultOf({ stdout, stderr }: Said): RunResult {
  try {
    return resultSchema.parse(JSON.parse(stdout)) as RunResult;
  } catch (cause) {
    throw new Error(`no result on stdout: ${stdout.slice(0, 500)}\n${stderr}`, { cause });
  }
}

/** What became of a check, once for each subject. */
export const statusesOf = ({ findings }: RunResult, check: string) =>
  findings.filter((finding) => finding.check === check).map(({ status }) => status);

export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Why the real processes of a stage cannot run here; undefined when they can. */
export function missingFor(stage: string): string | undefined {
  const { missing } = findComponents(findTarget(stage));
  return missing.length === 0
    ? undefined
    : `not on this machine: ${missing.map(({ program: name }) => name).join(", ")}`;
}

/** A folder to be a user in, made when it is first used: tests that are left out leave none. Everything in it goes away with it. */
export class Desk implements Disposable {
  readonly #exercise: number | undefined;
  readonly #children: ChildProcess[] = [];
  #folder: string | undefined;

  /** `exercise`: rounds at most; whoever looks at books and endings only need not wait until a stage is warm. */
  constructor({ exercise }: { readonly exercise?: number } = {}) {
    this.#exercise = exercise;
  }

  get folder(): string {
    if (this.#folder === undefined) {
      this.#folder = mkdtempSync(join(tmpdir(), "stagebench-desk-"));
      if (this.#exercise !== undefined)
        writeFileSync(this.path("bench.config.yaml"), `exercise: ${this.#exercise}\n`);
    }
    return this.#folder;
  }

  /** Starts `bench` with these words. */
  start(words: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
    const child = spawn(process.execPath, [program, ...words], {
      cwd: this.folder,
      env: { ...process.env, NO_COLOR: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#children.push(child);
    return new Running(child);
  }

  /** Runs `bench` with these words to its end. */
  bench(...words: readonly string[]): Promise<Said> {
    return this.start(words).ended;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Folders of the runs made here, oldest first. */
  runs(): readonly string[] {
    const runs = this.path(".bench/runs");
    return existsSync(runs)
      ? readdirSync(runs)
          .sort()
          .map((id) => join(runs, id))
      : [];
  }

  [Symbol.dispose](): void {
    for (const child of this.#children)
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }
}

export class Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Said>;
  #stdout = "";
  #stderr = "";
  #look: (() => void)[] = [];

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.#stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
      for (const look of this.#look) look();
    });
    this.ended = new Promise((done) => {
      child.once("close", (code) => {
        for (const look of this.#look) look();
        done({ code, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  /** Resolves when stderr matches; throws with what it said when the program ends first. */
  async until(pattern: RegExp): Promise<void> {
    await new Promise<void>((done, fail) => {
      const look = () => {
        if (pattern.test(this.#stderr)) done();
        else if (this.child.exitCode !== null || this.child.signalCode !== null)
          fail(new Error(`ended before ${pattern}:\n${this.#stderr}`));
      };
      this.#look.push(look);
      look();
    });
  }
}

export interface Traces {
  readonly processes: readonly {
    readonly name: string;
    readonly pid: number;
    readonly startTicks?: number;
  }[];
  readonly folders: readonly string[];
  readonly cgroups: readonly string[];
  readonly ports: readonly number[];
}

/** Everything a run created, from the guard's journal; ports from what its nodes were told to listen on. */
export function tracesOf(runFolder: string): Traces {
  const lines = readFileSync(join(runFolder, "guard.ndjson"), "utf8")
    .split("\n")
    .filter((line) => line !== "");
  const wards = lines.map(
    (line) => JSON.parse(line) as { ward?: string; path?: string } & Traces["processes"][number],
  );
  const pathsOf = (kind: string) =>
    wards.flatMap(({ ward, path }) => (ward === kind && path !== undefined ? [path] : []));
  return {
    processes: wards.filter(({ ward }) => ward === "process"),
    folders: pathsOf("folder"),
    cgroups: pathsOf("cgroup"),
    ports: portsIn(join(runFolder, "target")),
  };
}

/** What is still there of a run: one sentence each; empty when nothing is. */
export async function remains({ processes, folders, cgroups, ports }: Traces): Promise<readonly string[]> {
  const listening = await Promise.all(
    ports.map(async (port) => ((await isListening(port)) ? [`port ${port} is listening`] : [])),
  );
  return [
    ...processes
      .filter(({ pid, startTicks }) => isAlive({ pid, startTicks }))
      .map(({ name, pid }) => `${name} (pid ${pid}) lives`),
    ...[...folders, ...cgroups, ...clockSegmentsOf(processes.map(({ pid }) => pid))]
      .filter(existsSync)
      .map((path) => `${path} is there`),
    ...listening.flat(),
  ];
}

/** Polls until nothing remains, for at most `limitMs`; returns what still remains then. */
export async function remainsAfter(traces: Traces, limitMs: number): Promise<readonly string[]> {
  const untilMs = Date.now() + limitMs;
  let left = await remains(traces);
  while (left.length > 0 && Date.now() < untilMs) {
    await new Promise((done) => setTimeout(done, 50));
    left = await remains(traces);
  }
  return left;
}

function portsIn(folder: string): readonly number[] {
  const text = existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.endsWith(".log"))
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
        .join("\n")
    : "";
  return [...new Set([...text.matchAll(/127\.0\.0\.1:(\d{4,5})/g)].map((match) => Number(match[1])))];
}

function isListening(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = createConnection({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
}
