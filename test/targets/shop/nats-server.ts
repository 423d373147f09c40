/** A real NATS server for one test file, that can be killed, stopped, and started again over the same files. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep } from "../../../base/clock.ts";
import { lookFor } from "../../../targets/launch/components.ts";
import { Ports } from "../../../targets/launch/ports.ts";
import { answersInfo } from "../../../targets/launch/probes.ts";
import { renderNats } from "../../../targets/launch/render-nats.ts";

const READY_LIMIT_MS = 20_000;

/** Where NATS is; undefined where it is not installed. */
export const natsCommand = (): string | undefined => lookFor(["nats"]).found[0]?.command;

export class NatsServer implements AsyncDisposable {
  readonly address: string;
  readonly #command: string;
  readonly #folder: string;
  readonly #port: number;
  #child: ChildProcess | undefined;

  private constructor(command: string, folder: string, port: number) {
    this.#command = command;
    this.#folder = folder;
    this.#port = port;
    this.address = `127.0.0.1:${port}`;
  }

  static async start(command: string): Promise<NatsServer> {
    const folder = await mkdtemp(join(tmpdir(), "nats-test-"));
    const server = new NatsServer(command, folder, await new Ports().next());
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const path = join(this.#folder, "nats.conf");
    await writeFile(
      path,
      renderNats({ name: "queue", port: this.#port, folder: join(this.#folder, "streams") }),
    );
    this.#child = spawn(this.#command, ["-c", path], { stdio: "ignore" });
    const untilMs = Date.now() + READY_LIMIT_MS;
    for (;;) {
      try {
        await answersInfo(this.#port)(AbortSignal.timeout(1_000));
        return;
      } catch (error) {
        if (Date.now() > untilMs) throw new Error("NATS did not become ready", { cause: error });
        await sleep(30);
      }
    }
  }

  /** Holds it up, or lets it go on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#child?.kill(signal);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
