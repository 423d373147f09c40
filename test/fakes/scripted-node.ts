/** A node that does as it is told and remembers it: killed and started again without any process. */
import type { NodeGrip, NodeHandle } from "../../targets/running-target.ts";

export interface ScriptedNodeOptions {
  readonly name?: string;
  /** One on which nobody listens when absent. */
  readonly address?: string;
  readonly grip?: NodeGrip;
  /** Called before it is up again; what it throws, or never resolves to, is what becomes of the restart. */
  readonly onRestart?: (signal: AbortSignal) => Promise<void>;
}

export class ScriptedNode implements NodeHandle {
  readonly name: string;
  readonly component = "shop";
  readonly tier = "app";
  readonly zone = undefined;
  readonly pid = 0;
  readonly address: string;
  readonly cpuMillicores = 100;
  readonly logPath = "";
  /** `kill`, `start`, in their order. */
  readonly log: string[] = [];
  isRunning = true;
  readonly #options: ScriptedNodeOptions;

  constructor(options: ScriptedNodeOptions = {}) {
    this.name = options.name ?? "node";
    // Port 1 is tcpmux, which no machine has had for decades.
    this.address = options.address ?? "127.0.0.1:1";
    this.#options = options;
  }

  grip(): NodeGrip {
    return this.#options.grip ?? { kind: "processes", processes: [], dataFolder: "" };
  }

  async kill(): Promise<void> {
    this.isRunning = false;
    this.log.push("kill");
  }

  async restart(signal: AbortSignal): Promise<void> {
    await this.#options.onRestart?.(signal);
    this.isRunning = true;
    this.log.push("start");
  }
}
