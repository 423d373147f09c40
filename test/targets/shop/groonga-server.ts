/** A real Groonga for one test file, that can be killed and started again over the same files. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep } from "../../../base/clock.ts";
import { lookFor } from "../../../targets/launch/components.ts";
import { Ports } from "../../../targets/launch/ports.ts";
import { groongaArgs } from "../../../targets/launch/render-groonga.ts";

const READY_LIMIT_MS = 10_000;

/** Where Groonga is; undefined where it is not installed. */
export const groongaCommand = (): string | undefined => lookFor(["groonga"]).found[0]?.command;

export class GroongaServer implements AsyncDisposable {
  readonly url: string;
  readonly #command: string;
  readonly #folder: string;
  readonly #port: number;
  #child: ChildProcess | undefined;

  private constructor(command: string, folder: string, port: number) {
    this.#command = command;
    this.#folder = folder;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(command: string): Promise<GroongaServer> {
    const folder = await mkdtemp(join(tmpdir(), "groonga-test-"));
    const server = new GroongaServer(command, folder, await new Ports().next());
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const args = groongaArgs(this.#command, { port: this.#port, folder: this.#folder });
    this.#child = spawn("/bin/sh", args, { stdio: "ignore" });
    const untilMs = Date.now() + READY_LIMIT_MS;
    for (;;) {
      try {
        await (await fetch(`${this.url}/d/status`)).text();
        return;
      } catch (error) {
        if (Date.now() > untilMs) throw new Error("Groonga did not become ready", { cause: error });
        await sleep(30);
      }
    }
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
