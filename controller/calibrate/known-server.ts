/** The known-latency server as the calibration sees it: a process of its own, known to the guard, that tells what it did. */
import { z } from "zod";
import { type Clock, sleep } from "../../base/clock.ts";
import { Failure, sentenceOf } from "../../base/failure.ts";
import type { Wards } from "../../targets/launch/launcher.ts";
import { describeEnding, NodeProcess } from "../../targets/launch/node-process.ts";
import type { Freezes } from "./freeze-distribution.ts";
import type { KnownDelays } from "./known-distribution.ts";
import { serverProgram } from "./server-program.ts";

/** Which way of answering: at once, after a known delay, or with freezes. */
export type Door = "now" | "drawn" | "freezing";

const quantiles = z.object({ p50: z.number(), p90: z.number(), p99: z.number(), p999: z.number() });
const port = z.number().int().min(1);
const listening = z.object({ listening: z.object({ now: port, drawn: port, freezing: port, desk: port }) });
const self = z.object({
  cpuS: z.number(),
  requests: z.object({ now: z.number(), drawn: z.number(), freezing: z.number() }),
});
const truth = z.object({
  answered: z.number(),
  drawnMs: quantiles,
  actualMs: quantiles,
  lateUs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
});

/** What the server knows about its answers; see `targets/known-latency/truth.ts`. */
export type ServerTruth = z.infer<typeof truth>;
/** CPU it has used, and requests it has read at each door. */
export type ServerSelf = z.infer<typeof self>;

export interface KnownServerOptions {
  readonly delays: KnownDelays;
  readonly freezes: Freezes;
  /** Added to every drawn delay and told to nobody; 0 but in the test of the calibration itself. */
  readonly unsaidMs: number;
  /** Where its log goes. */
  readonly folder: string;
  readonly wards: Wards;
  readonly clock: Clock;
}

/** A cold Node under tsx on two busy cores takes one to two seconds. */
const startLimitMs = 15_000;
const askLimitMs = 5_000;
const leaveLimitMs = 1_000;

export class KnownServer implements AsyncDisposable {
  readonly pid: number;
  readonly #process: NodeProcess;
  readonly #ports: z.infer<typeof listening>["listening"];
  #isLeaving = false;

  private constructor(started: NodeProcess, ports: KnownServer["ports"]) {
    this.pid = started.pid;
    this.#process = started;
    this.#ports = ports;
  }

  /**
   * Starts it and waits until it listens.
   * @throws {Failure} `environment` when it does not; the signal's reason when that comes first
   */
  static async start(options: KnownServerOptions, signal: AbortSignal): Promise<KnownServer> {
    const { delays, freezes: freeze, unsaidMs, folder, wards, clock } = options;
    const { command, args } = serverProgram();
    const started = NodeProcess.start(
      {
        name: "known-latency",
        command,
        args: [...args, JSON.stringify({ delays, freeze, unsaidMs })],
        cwd: folder,
        politely: "SIGTERM",
      },
      `${folder}/known-latency.log`,
      wards,
    );
    try {
      const untilMs = clock.nowMs() + startLimitMs;
      for (;;) {
        const ports = portsIn(started.lastLines(3));
        if (ports !== undefined) return new KnownServer(started, ports);
        if (started.ending !== undefined || clock.nowMs() > untilMs) throw didNotStart(started);
        await sleep(20, signal, clock);
      }
    } catch (error) {
      started.signal("SIGKILL");
      throw error;
    }
  }

  get ports(): z.infer<typeof listening>["listening"] {
    return this.#ports;
  }

  url(door: Door): string {
    return `http://127.0.0.1:${this.#ports[door]}`;
  }

  self(): Promise<ServerSelf> {
    return this.#ask("GET", "/self", self);
  }

  /** About the requests with numbers in [from, to). */
  truth(from: number, to: number): Promise<ServerTruth> {
    return this.#ask("GET", `/truth?from=${from}&to=${to}`, truth);
  }

  /** Its counts, its truth and its cycle of freezes begin anew. */
  async forget(): Promise<void> {
    await this.#ask("POST", "/forget", z.object({}));
  }

  /** Calls back once when it ends without having been asked to. */
  onDeath(listener: (because: string) => void): void {
    void this.#process.ended.then((ending) => {
      if (!this.#isLeaving) listener(describeEnding(ending));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isLeaving = true;
    this.#process.signal("SIGTERM");
    const insist = setTimeout(() => this.#process.signal("SIGKILL"), leaveLimitMs);
    await this.#process.ended;
    clearTimeout(insist);
  }

  async #ask<T>(method: string, path: string, shape: z.ZodType<T>): Promise<T> {
    try {
      const signal = AbortSignal.timeout(askLimitMs);
      const answer = await fetch(`http://127.0.0.1:${this.#ports.desk}${path}`, { method, signal });
      return shape.parse(await answer.json());
    } catch (cause) {
      throw new Failure(
        "environment",
        `the known-latency server did not tell ${path}: ${sentenceOf(cause)}`,
        {
          cause,
          hint: this.#process.lastLines().join("\n") || "its log is empty",
        },
      );
    }
  }
}

function portsIn(lines: readonly string[]): KnownServer["ports"] | undefined {
  for (const line of lines) {
    if (!line.startsWith('{"listening"')) continue;
    const read = listening.safeParse(JSON.parse(line));
    if (read.success) return read.data.listening;
  }
  return undefined;
}

function didNotStart(started: NodeProcess): Failure {
  const how =
    started.ending === undefined
      ? `listen within ${startLimitMs / 1_000} s`
      : `start: it ${describeEnding(started.ending)}`;
  return new Failure("environment", `the known-latency server did not ${how}`, {
    hint: started.lastLines().join("\n") || `its log ${started.logPath} is empty`,
  });
}
