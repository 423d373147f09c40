/** A launcher makes a declarative target run. All hand over the same `RunningTarget`. */

import type { NetworkName } from "../networks.ts";
import type { RunningTarget } from "../running-target.ts";
import type { TargetSpec } from "../target.ts";
import type { NodeBirths } from "./birth.ts";
import type { EdgeDoor } from "./edge-door.ts";

export interface Launcher {
  readonly name: "processes" | "compose" | "external";
  /**
   * Brings every node up and waits until each is ready.
   * @throws {Failure} `environment` when a component or port is missing, `target` when a node does not become ready:
   *   the sentence says which node, what was waited for and how long; the hint has the last lines of its log
   */
  up(spec: TargetSpec, options: LaunchOptions, signal: AbortSignal): Promise<RunningTarget>;
}

export interface LaunchOptions {
  readonly runId: string;
  /** Absolute folder for logs and rendered configurations; kept after the run. */
  readonly folder: string;
  /** Everything created is told to it, as it is created. */
  readonly wards: Wards;
  /** `processes` only: what the nodes' network is; absent: loopback. */
  readonly network?: NetworkName;
  /** Leads some of the connections between nodes; absent: all are direct. */
  readonly through?: EdgeDoor;
  /** What nodes need from their first moment, for faults that come later; in containers that can be a disk. */
  readonly births?: NodeBirths;
  /** One line for people about what is being done now. */
  say(line: string): void;
}

/** Who looks after what we create, in case we die. Implemented by the guard, and by a plain list in tests. */
export interface Wards {
  process(ward: WardedProcess): void;
  /** Folder to remove with all that is in it. */
  folder(path: string): void;
  /** Cgroup folder to empty (by killing what is in it) and remove. */
  cgroup(path: string): void;
  /** Containers and networks to remove, all that carry the run's label. */
  containers(ward: WardedContainers): void;
}

/** What a run has made, or is about to make, with a container engine. */
export interface WardedContainers {
  readonly runId: string;
  /** Path of the engine's socket. */
  readonly socket: string;
}

/** Identity is pid and start time: a pid alone may have been given to somebody else. */
export interface WardedProcess {
  readonly name: string;
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat; undefined where there is no /proc. */
  readonly startTicks: number | undefined;
  /** First signal to try; the sweep goes on to SIGKILL. */
  readonly politely: "SIGTERM" | "SIGQUIT" | "SIGINT";
}
