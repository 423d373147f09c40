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
}

/** Hands out ports that were free a moment ago, never the same one twice. */
export class Ports {
  readonly #given = new Set<number>();
  readonly #tools: PortTools;

  constructor(tools: PortTools = systemPorts()) {
    this.#tools = tools;
  }

  /**
   * One that is free on each of `hosts`, all of them loopback.
   * @throws {Failure} `environment` when none of many was free
   */
  async next(hosts: readonly string[] = ["127.0.0.1"]): Promise<number> {
    const { below, pick, isFree } = this.#tools;
    for (let tried = 0; tried < TRIES; tried++) {
      const port = pick(LOWEST, below);
      if (this.#given.has(port)) continue;
      this.#given.add(port);
      const answers = await Promise.all(hosts.map((host) => isFree(port, host)));
      if (answers.every(Boolean)) return port;
    }
    throw new Failure(
      "environment",
      `no free port on ${hosts.join(", ")} among ${TRIES} between ${LOWEST} and ${below - 1}`,
      {
        hint: "`ss -ltn` shows what listens; `bench targets down` ends targets of ours that were kept",
      },
    );
  }
}

function systemPorts(): PortTools {
  return { below: firstOutgoingPort(), pick: randomInt, isFree: isPortFree };
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
