/** A web server as a process of its own, with its own folder and ports, stopped by its id. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../base/clock.ts";

/** A server that does not listen after this long is broken; Tomcat is the slow one. */
const startWithinMs = 60_000;
/** Servers asked to stop finish what they are doing; these have nothing to do. */
const stopWithinMs = 10_000;
const lookEveryMs = 20;

/** The ports of one server. */
export interface Ports {
  /** Connections may be idle for a minute. */
  readonly patient: number;
  /** Connections that are idle for `hastyIdleMs` are closed, and the server does not announce it. */
  readonly hasty: number;
}

/** Long enough to ask again before it is over, short enough to be waited for. */
export const hastyIdleMs = 300;

export interface Place {
  readonly folder: string;
  readonly ports: Ports;
  /** Where the site is, for servers that stand in front of it. */
  readonly sitePort: number;
}

export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
}

export interface RealServer {
  readonly name: string;
  /** What becomes of trailers. */
  readonly trailers: "passed on" | "dropped" | "answer broken off";
  /** What becomes of a 103 (Early Hints). */
  readonly earlyHints: "passed on" | "refused";
  /** Says 100 (Continue) to `Expect`, even when the body came along. */
  readonly saysContinue: boolean;
  /** What is missing here, in words. */
  missing(): string | undefined;
  /** Writes what it needs and returns what to run. The site itself, which runs already, has none. */
  readonly prepare?: (place: Place) => Promise<readonly ServerCommand[]>;
}

export class RunningServer implements AsyncDisposable {
  readonly ports: Ports;
  readonly #folder: string;
  readonly #children: ChildProcess[] = [];
  #said = "";

  private constructor(folder: string, ports: Ports) {
    this.#folder = folder;
    this.ports = ports;
  }

  /**
   * Resolves when all its ports are listened on. `site` is where the site listens.
   * @throws when one is not in time, with what the server said
   */
  static async start({ prepare }: RealServer, site: Ports): Promise<RunningServer> {
    const folder = await mkdtemp(join(tmpdir(), "wire-servers-"));
    // httpd reads its files as another user.
    await chmod(folder, 0o755);
    const ports = prepare === undefined ? site : await freePorts();
    const running = new RunningServer(folder, ports);
    try {
      const commands = await prepare?.({ folder, ports, sitePort: site.patient });
      for (const command of commands ?? []) running.#run(command);
      await running.#listens(ports.patient);
      await running.#listens(ports.hasty);
    } catch (error) {
      await running[Symbol.asyncDispose]();
      throw error;
    }
    return running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#children.map(stop));
    await rm(this.#folder, { recursive: true, force: true });
  }

  #run({ program, args }: ServerCommand): void {
    const child = spawn(program, args, { cwd: this.#folder, stdio: ["ignore", "pipe", "pipe"] });
    this.#children.push(child);
    child.on("error", (error) => (this.#said += error.message));
    for (const output of [child.stdout, child.stderr])
      output.on("data", (text) => (this.#said = (this.#said + String(text)).slice(-10_000)));
  }

  async #listens(port: number): Promise<void> {
    const untilMs = systemClock.nowMs() + startWithinMs;
    while (!(await isListenedOn(port))) {
      if (this.#children.some(hasEnded) || systemClock.nowMs() > untilMs)
        throw new Error(`nobody listens on ${port}: ${this.#said}`);
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }
}

const hasEnded = ({ exitCode, signalCode, pid }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null || pid === undefined;

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
  await ended;
  clearTimeout(force);
}

/** Different ones, because both are held until the second is found. */
async function freePorts(): Promise<Ports> {
  const holders = [createServer(), createServer()];
  for (const holder of holders) await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const [patient, hasty] = holders.map((holder) => (holder.address() as AddressInfo).port);
  await Promise.all(holders.map((holder) => new Promise((resolve) => holder.close(resolve))));
  return { patient: patient!, hasty: hasty! };
}

function isListenedOn(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const tell = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once("connect", () => tell(true));
    socket.once("error", () => tell(false));
  });
}
