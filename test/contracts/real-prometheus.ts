/** A real Prometheus, of what was given to it: started on a free port, asked, ended, with its data. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { sleep } from "../../base/clock.ts";
import { systemProbes } from "../../targets/launch/components.ts";
import { Ports } from "../../targets/launch/ports.ts";

const [promtool, prometheus] = ["promtool", "prometheus"].map((name) => systemProbes.programPath(name));

/** For the name of a suite that needs one; empty when there is one. */
export const noPrometheus =
  promtool !== undefined && prometheus !== undefined
    ? ""
    : " (skipped: there is no prometheus on this machine)";

const READY_TRIES = 300;
const READY_EVERY_MS = 100;

export interface Answered {
  readonly metric: Readonly<Record<string, string>>;
  /** At each time, seconds since 1970; one for an instant. */
  readonly values: readonly (readonly [number, number])[];
}

interface ApiAnswer {
  readonly error?: string;
  readonly data?: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value?: readonly [number, string];
      readonly values?: readonly (readonly [number, string])[];
    }[];
  };
}

export class RealPrometheus implements AsyncDisposable {
  readonly url: string;
  readonly #server: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, server: ChildProcess, folder: string) {
    this.url = url;
    this.#server = server;
    this.#folder = folder;
  }

  /**
   * @param exports OpenMetrics texts that it is to know from the beginning
   * @param config of its own; asks nobody when absent
   */
  static async start(exports: readonly string[], config = "global: {}\n"): Promise<RealPrometheus> {
    const folder = mkdtempSync(join(tmpdir(), "bench-prometheus-"));
    const data = join(folder, "data");
    mkdirSync(data);
    for (const [index, text] of exports.entries()) {
      const file = join(folder, `${index}.om`);
      writeFileSync(file, text);
      await promisify(execFile)(promtool!, ["tsdb", "create-blocks-from", "openmetrics", file, data]);
    }
    writeFileSync(join(folder, "prometheus.yml"), config);
    const port = await new Ports().next();
    const server = spawn(
      prometheus!,
      [
        `--config.file=${join(folder, "prometheus.yml")}`,
        `--storage.tsdb.path=${data}`,
        ...["--storage.tsdb.retention.time=100y", `--web.listen-address=127.0.0.1:${port}`],
      ],
      { stdio: ["ignore", "ignore", "ignore"] },
    );
    const started = new RealPrometheus(`http://127.0.0.1:${port}`, server, folder);
    for (let tries = 0; tries < READY_TRIES; tries++) {
      const answer = await fetch(`${started.url}/-/ready`).catch(() => undefined);
      if (answer?.status === 200) return started;
      await sleep(READY_EVERY_MS);
    }
    await started[Symbol.asyncDispose]();
    throw new Error(`the prometheus did not become ready within ${(READY_TRIES * READY_EVERY_MS) / 1000} s`);
  }

  /** @throws with what it complained of */
  async instant(query: string, atS: number): Promise<readonly Answered[]> {
    return this.#ask("query", { query, time: String(atS) });
  }

  /** @throws with what it complained of */
  async range(
    query: string,
    { fromS, toS, stepS }: { readonly fromS: number; readonly toS: number; readonly stepS: number },
  ): Promise<readonly Answered[]> {
    const words = { query, start: String(fromS), end: String(toS), step: String(stepS) };
    return this.#ask("query_range", words);
  }

  async labels(): Promise<readonly string[]> {
    const answer = await fetch(`${this.url}/api/v1/labels`);
    return ((await answer.json()) as { data: string[] }).data;
  }

  async #ask(what: string, words: Readonly<Record<string, string>>): Promise<readonly Answered[]> {
    const answer = await fetch(`${this.url}/api/v1/${what}?${new URLSearchParams(words)}`);
    const { data, error } = (await answer.json()) as ApiAnswer;
    if (data === undefined) throw new Error(`${error} (asked: ${words["query"]})`);
    return data.result.map(({ metric, value, values = value === undefined ? [] : [value] }) => ({
      metric,
      values: values.map(([atS, word]) => [atS, Number(word)] as const),
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((done) => this.#server.once("exit", done));
    const isRunning = this.#server.exitCode === null && this.#server.signalCode === null;
    if (isRunning && this.#server.kill("SIGTERM")) await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** What promtool says of it; throws when it finds fault. */
export const checkedByPromtool = (...words: readonly string[]): Promise<{ stdout: string }> =>
  promisify(execFile)(promtool!, [...words]);
