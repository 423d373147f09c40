/** A run that disturbs its target, as a process to be killed: see programs/disturbed-run.ts. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { journalName, readJournal } from "../../chaos/run-journal.ts";
import type { FaultSeen } from "../../metrics/fault-seen.ts";
import { isAlive } from "../../targets/launch/process-identity.ts";
import { processTable, treeOf } from "../../targets/launch/process-table.ts";
import type { ProcessIdentity } from "../../targets/running-target.ts";
import { ofRun } from "../contracts/container-engine.ts";
import { remainsAfter, type Traces, tracesOf } from "./bench.ts";

export interface Happened {
  readonly kind: string;
  readonly id?: string;
  readonly because?: string;
  readonly guardPid?: number;
  readonly nodes?: Readonly<Record<string, number>>;
  readonly faults?: readonly FaultSeen[];
}

const program = (name: string) => fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url));

export class DisturbedRun implements Disposable {
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #happened: Happened[] = [];
  readonly #look = new Set<() => void>();
  #stderr = "";
  #everyone: readonly ProcessIdentity[] = [];

  /** @param group of faults, by its name */
  constructor(folder: string, group: string) {
    this.#folder = folder;
    const node = [process.execPath, "--import", "tsx"];
    const guard = JSON.stringify([...node, program("guard"), join(folder, journalName)]);
    const words = [program("disturbed-run"), folder, guard, group];
    this.#child = spawn(node[0]!, [...node.slice(1), ...words], { stdio: ["ignore", "pipe", "pipe"] });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    createInterface({ input: this.#child.stdout! }).on("line", (line) => {
      this.#happened.push(JSON.parse(line));
      for (const look of this.#look) look();
    });
    this.#child.once("close", () => {
      for (const look of this.#look) look();
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get journalPath(): string {
    return join(this.#folder, journalName);
  }

  /** What happened first of this kind, to this one, once it does. @throws with its last words when it ends before that */
  until(kind: string, id?: string): Promise<Happened> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.#happened.find(
          (each) => each.kind === kind && (id === undefined || each.id === id),
        );
        if (found === undefined && !this.hasEnded) return;
        this.#look.delete(look);
        if (found !== undefined) resolve(found);
        else reject(new Error(`it ended before ${kind}; ${JSON.stringify(this.#happened)}\n${this.#stderr}`));
      };
      this.#look.add(look);
      look();
    });
  }

  /** Resolves when the fault is injected. @throws when it is over without that, with the reason */
  async untilInjected(id: string): Promise<void> {
    const over = ["fault-failed", "fault-mended", "fault-left", "fault-leaked"];
    const first = await Promise.race(["fault-injected", ...over].map((kind) => this.until(kind, id)));
    if (first.kind !== "fault-injected")
      throw new Error(`${id} was not injected: ${first.kind}, ${first.because ?? "no reason was told"}`);
  }

  /** Everybody it made by now, their children included: a master that is killed leaves workers behind. */
  remember(): void {
    const table = processTable();
    const wards = tracesOf(this.#folder).processes.map(({ pid }) => pid);
    const tree = treeOf([this.pid, ...wards], table);
    this.#everyone = table
      .filter(({ pid }) => tree.has(pid))
      .map(({ pid, startTicks }) => ({ pid, startTicks }));
  }

  traces(): Traces {
    return tracesOf(this.#folder);
  }

  /** What still remains of it after that time, at most; asked anew until nothing does. */
  async remainsAfter(limitMs: number): Promise<readonly string[]> {
    const untilMs = Date.now() + limitMs;
    const left = await remainsAfter(this.traces(), limitMs);
    while (this.#everyone.some(isAlive) && Date.now() < untilMs)
      await new Promise((done) => setTimeout(done, 50));
    const { containers = [] } = readJournal(this.journalPath)?.leftovers ?? {};
    return [
      ...left,
      ...this.#everyone.filter(isAlive).map(({ pid }) => `pid ${pid} lives`),
      ...containers.flatMap(({ socket, runId }) => ofRun(socket, runId)),
    ];
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  [Symbol.dispose](): void {
    if (!this.hasEnded) this.#child.kill("SIGKILL");
  }
}
