/** The run folder, written as we go, so that a crash leaves a readable, marked-incomplete run. */
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "../base/failure.ts";

export class RunRecord {
  readonly folder: string;
  readonly runId: string;
  #broken: unknown;
  #whenBroken: ((error: Error) => void) | undefined;

  private constructor(folder: string, runId: string) {
    this.folder = folder;
    this.runId = runId;
  }

  /**
   * Creates the folder of a new run.
   * @throws {Failure} `usage` when it exists and is not empty, `environment` when it cannot be made
   */
  static create(folder: string, runId: string): RunRecord {
    try {
      mkdirSync(join(folder, "intervals"), { recursive: true });
      mkdirSync(join(folder, "target"), { recursive: true });
    } catch (cause) {
      throw new Failure("environment", `cannot make the run folder ${folder}: ${(cause as Error).message}`, {
        cause,
      });
    }
    if (readdirSync(folder).some((name) => name === "plan.json" || name === "evidence.json")) {
      throw new Failure("usage", `${folder} holds a run already; give another folder with --out`);
    }
    return new RunRecord(folder, runId);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Whole or not at all. */
  writeJson(name: string, value: unknown): void {
    this.write(name, `${JSON.stringify(value, null, 2)}\n`);
  }

  write(name: string, content: string | Uint8Array): void {
    const path = this.path(name);
    writeFileSync(`${path}.new`, content);
    renameSync(`${path}.new`, path);
  }

  /** One JSON document per line. */
  append(name: string, value: unknown): void {
    this.appendText(name, `${JSON.stringify(value)}\n`);
  }

  /**
   * Called from wherever something happens, so it does not throw: a disk that fills up ends the run by `onBroken`, and
   * the failure comes out of `throwIfBroken`.
   */
  appendText(name: string, text: string): void {
    if (this.#broken !== undefined) return;
    try {
      appendFileSync(this.path(name), text);
    } catch (error) {
      this.#broken = error;
      this.#whenBroken?.(error as Error);
    }
  }

  /** Calls back once, when the record cannot be written any more. */
  onBroken(listener: (error: Error) => void): void {
    this.#whenBroken = listener;
    if (this.#broken !== undefined) listener(this.#broken as Error);
  }

  /** @throws {Failure} `environment` when anything could not be written */
  throwIfBroken(): void {
    if (this.#broken === undefined) return;
    throw new Failure("environment", `the run could not be recorded: ${(this.#broken as Error).message}`, {
      hint: `free some space or give another folder with --out; what was written is in ${this.folder}`,
      cause: this.#broken,
    });
  }

  event(kind: string, detail: Readonly<Record<string, unknown>> = {}): void {
    this.append("events.ndjson", { at: new Date().toISOString(), kind, ...detail });
  }

  /** Points `<results>/latest` here; a convenience, so a file system without links loses only that. */
  markLatest(): void {
    const link = join(dirname(dirname(this.folder)), "latest");
    try {
      rmSync(link, { force: true });
      symlinkSync(this.folder, link);
    } catch {
      // No links here; `latest` is found by the newest run id instead.
    }
  }
}

/** `20261120T101630Z-flash-sale-stage-08-7f3a`: sorts by time, says what it was. */
export function newRunId(scenario: string, target: string, atEpochMs: number, salt: number): string {
  const at = new Date(atEpochMs).toISOString().replace(/[-:]/g, "").replace(/\.\d+/, "");
  const safe = (word: string) =>
    word
      .replace(/[^A-Za-z0-9.-]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 32);
  return `${at}-${safe(scenario)}-${safe(target)}-${(salt & 0xffff).toString(16).padStart(4, "0")}`;
}
