/** Free loopback ports, below the range from which the system takes ports for outgoing connections. */
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { Failure } from "../../base/failure.ts";

const LOWEST = 20_000;
const TRIES = 200;

export interface PortTools {
  /** Ports handed out lie in [20000, below). */
  readonly below: number;
  /** A whole number in [from, below). */
  pick(from: number, below: number): number;
  isFree(port: number, host: string): Promise<boolean>;
  /** Undefined: another of us holds it. */
  lease(port: number): Promise<Disposable | undefined>;
}

/**
 * Hands out ports that were free a moment ago, never the same one twice, and to nobody else of us until it is disposed of:
 * minutes pass before a container listens on its own, and one that a fault has ended comes back to the same.
 */
export class Ports implements Disposable {
  readonly #given = new Set<number>();
  readonly #leases: Disposable[] = [];
  readonly #tools: PortTools;

  constructor(tools: PortTools = systemPorts()) {
    this.#tools = tools;
  }

  /**
   * One that is free on each of `hosts`, all of them loopback.
   * @throws {Failure} `environment` when none of many was free
   */
  async next(hosts: readonly string[] = ["127.0.0.1"]): Promise<number> {
    const { below, pick, isFree, lease } = this.#tools;
    for (let tried = 0; tried < TRIES; tried++) {
      const port = pick(LOWEST, below);
      if (this.#given.has(port)) continue;
      this.#given.add(port);
      const leased = await lease(port);
      if (leased === undefined) continue;
      const answers = await Promise.all(hosts.map((host) => isFree(port, host)));
      if (answers.every(Boolean)) {
        this.#leases.push(leased);
        return port;
      }
      leased[Symbol.dispose]();
    }
    throw new Failure(
      "environment",
      `no free port on ${hosts.join(", ")} among ${TRIES} between ${LOWEST} and ${below - 1}`,
      {
        hint: "`ss -ltn` shows what listens; `bench targets down` ends targets of ours that were kept",
      },
    );
  }

  /** Others of us may have them again. */
  [Symbol.dispose](): void {
    for (const lease of this.#leases.splice(0)) lease[Symbol.dispose]();
  }
}

export function systemPorts(): PortTools {
  return { below: firstOutgoingPort(), pick: randomInt, isFree: isPortFree, lease: leasePort };
}

/**
 * By a socket with a name and no file (Linux, `man 7 unix`: abstract), which like the port belongs to one network namespace
 * and goes with its process, however that ends. Where there are none nobody is kept from the port.
 */
function leasePort(port: number): Promise<Disposable | undefined> {
  const nobody: Disposable = { [Symbol.dispose]() {} };
  if (process.platform !== "linux") return Promise.resolve(nobody);
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) =>
      resolve(error.code === "EADDRINUSE" ? undefined : nobody),
    );
    server.listen({ path: `\0stagebench-port-${port}`, exclusive: true }, () => {
      server.unref();
      resolve({ [Symbol.dispose]: () => void server.close() });
    });
  });
}

/** A port of an outgoing connection can sit where we want to listen; staying below that range avoids most races. */
function firstOutgoingPort(): number {
  try {
    const [first] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split(/\s+/);
    if (Number(first) > LOWEST + 2_000) return Number(first);
  } catch {
    // No /proc here: the usual default of systems without one is 49152, and of Linux 32768.
  }
  return 32_768;
}

/** Whether `host` is an address of this machine: also of an interface without anybody at its other end, which lists leave out. */
export const isOwnAddress = (host: string): Promise<boolean> => isPortFree(0, host);

function isPortFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
