/** A service as a process of its own, that a test can stop, kill and start again under the same address. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep } from "../../base/clock.ts";
import { shopProgram } from "../../targets/launch/shop-program.ts";

const READY_LIMIT_MS = 30_000;

export class ServiceProcess implements AsyncDisposable {
  readonly address: string;
  readonly #folder: string;
  #child: ChildProcess | undefined;

  private constructor(address: string, folder: string) {
    this.address = address;
    this.#folder = folder;
  }

  /** `config` is that of a service, without name and address. Resolves when it is well. */
  static async start(config: object): Promise<ServiceProcess> {
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), "service-test-"));
    const service = new ServiceProcess(`127.0.0.1:${port}`, folder);
    const whole = { name: "service-under-test", host: "127.0.0.1", port, ...config };
    await writeFile(join(folder, "service.json"), JSON.stringify(whole));
    await service.restart();
    return service;
  }

  /** From now on it answers nothing, and its connections stay. */
  pause(): void {
    this.#child?.kill("SIGSTOP");
  }

  resume(): void {
    this.#child?.kill("SIGCONT");
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  async restart(): Promise<void> {
    const { command, args } = shopProgram();
    const words = [...args, "answer-calls", "--config", join(this.#folder, "service.json")];
    const child = spawn(command, words, { stdio: ["ignore", "ignore", "pipe"] });
    this.#child = child;
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-4_000);
    });
    const untilMs = Date.now() + READY_LIMIT_MS;
    while (!(await this.#isWell())) {
      if (Date.now() > untilMs || child.exitCode !== null)
        throw new Error(`the service did not become ready\n${said}`);
      await sleep(30);
    }
  }

  async metrics(): Promise<string> {
    return (await fetch(`http://${this.address}/metrics`)).text();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #isWell(): Promise<boolean> {
    try {
      return (await fetch(`http://${this.address}/health`)).status === 200;
    } catch {
      return false;
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}
