/** What a launcher hands over, whichever it was. */
import type { Sale } from "../scenarios/scenario.ts";
import type { Business, Component, Lookups, NodeSettings, Strategy, Tier } from "./target.ts";

export interface RunningTarget extends AsyncDisposable {
  readonly id: string;
  readonly launcher: "processes" | "compose" | "external";
  /** Origins to send load to, for example `http://127.0.0.1:41231`. More than one: agents spread over them. */
  readonly entryUrls: readonly string[];
  /** The way in by name; absent: there are only addresses. */
  readonly entryName?: EntryName;
  readonly nodes: readonly NodeHandle[];
  /** What stands in for something else, one sentence each. */
  readonly standIns: readonly string[];
  /** How long bringing it up took, by step, in seconds. */
  readonly startUpS: Readonly<Record<string, number>>;
  /** Applies every node's CPU budget; idempotent. Says which mechanism, or why it could not. */
  applyBudgets(): Promise<BudgetReport>;
  /** Cumulative CPU figures of every node since it started. */
  usage(): Promise<readonly NodeUsage[]>;
  /** Books of the target; absent when it keeps none we can read. */
  readonly books?: Books;
  /** What can be asked of its orchestrator; absent where it has none. */
  readonly operations?: Operations;
  /** Calls back once for every node that dies without having been asked to. */
  onDeath(listener: (death: NodeDeath) => void): void;
}

/** A name that leads to every entry, at a name server of the target's own. */
export interface EntryName {
  /** `http://shop.bench:20001` */
  readonly url: string;
  /** host:port, by UDP. */
  readonly nameServer: string;
  /** What those who ask do with its answers. */
  readonly lookups: Lookups;
  /** For each zone the name that leads to its entries alone. */
  readonly near: readonly string[];
}

export interface NodeHandle {
  readonly name: string;
  readonly component: Component;
  readonly tier: Tier;
  readonly zone: string | undefined;
  /** As of its last start. */
  readonly pid: number;
  /** Whether it is up: started, ready, and not ended since. */
  readonly isRunning: boolean;
  /** host:port it listens on, loopback. */
  readonly address: string;
  /** host:port by which the other nodes know it; absent: `address`. */
  readonly knownAs?: string;
  readonly cpuMillicores: number;
  /** Shared with the other nodes that name it: see NodeSpec. */
  readonly machine?: string;
  /** Path of its log file. */
  readonly logPath: string;
  readonly holds?: readonly Business[];
  /** How often somebody brought it back without having been asked to; absent: nobody would. */
  readonly restarts?: number | undefined;
  /** How it can be taken hold of from outside, as of now. */
  grip(): NodeGrip;
  /**
   * Ends it at once, as a power cut would: all its processes, without a goodbye. Resolves when they are gone; is not
   * reported as a death. Does nothing to one that is down.
   * @throws {Failure} `environment` when something of it is still there
   */
  kill(): Promise<void>;
  /**
   * Starts it again, after killing it when it runs: under the same address, with the configuration, the budget and
   * whatever it kept on disk. Until it is ready the budget does not hold it back. Resolves when it is ready; killed again
   * when that fails.
   * @throws {Failure} `target` when it does not become ready, or its target is going down
   */
  restart(signal: AbortSignal): Promise<void>;
  /**
   * From now on its end is the doing of a fault, and not reported as a death, until the function that is returned is
   * called. Absent where only our own killing ends a node.
   */
  expectEnd?(): () => void;
  /**
   * Starts a second program on its machine, under its budget and as whom it runs; told to the wards of the target, and
   * gone when the target goes. Absent where there cannot be one.
   * @throws {Failure} `environment` when it cannot be started at all
   */
  startBeside?(program: BesideProgram): Beside;
}

export interface BesideProgram {
  /** `cache-standby`; its log is called so. */
  readonly name: string;
  /** Absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  /** File to be read as its standard input. */
  readonly stdinPath?: string;
}

export interface Beside extends ProcessIdentity {
  readonly logPath: string;
  /** Ends it at once. */
  kill(): void;
  /**
   * It is the node from now on: killed, restarted and watched in its place. It must listen at its address by now.
   * @throws {Error} while the node itself still runs
   */
  takeOver(): void;
}

/** What a node is on this machine. */
export type NodeGrip =
  | {
      readonly kind: "processes";
      /** All its processes, children included; none when it is down. */
      readonly processes: readonly ProcessIdentity[];
      /** Cgroup folder of the machine it is on, in the cpu controller; absent where there are no budgets. */
      readonly cpuGroup?: string;
      /** What it keeps on disk; gone after the run. Absent where it keeps nothing there. */
      readonly dataFolder: string;
      /** Cgroup folder in which the memory of its machine is counted by itself; absent where it was not planned. */
      readonly memoryGroup?: string;
      /** What is added to its wall clock stands there, see targets/launch/own-clock.ts; absent where it has none of its own. */
      readonly clockFile?: string;
      /** Absent where it has none of its own. */
      readonly network?: OwnNetwork;
    }
  | {
      readonly kind: "container";
      /** The engine's own name of it. */
      readonly id: string;
      /** Path of the engine's socket. */
      readonly engine: string;
      /** What it keeps on disk, at the same path outside and inside; gone after the run. */
      readonly dataFolder: string;
      /** Its first process, as this machine numbers it; absent while it is down. */
      readonly process?: ProcessIdentity;
    };

/** The network of one node, and the line that joins it to the others'. */
export interface OwnNetwork {
  /** A process that lives in it. */
  readonly holder: ProcessIdentity;
  /** A process that lives in the network where all lines end. */
  readonly core: ProcessIdentity;
  /** What that end of the line is called there; the node's own is `eth0`. */
  readonly link: string;
}

/** A pid may be given to somebody else; together with the start time it may not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat; undefined where there is no /proc. */
  readonly startTicks: number | undefined;
}

/** What an orchestrator does with a target that runs and takes requests. One at a time, in the order asked for. */
export interface Operations {
  /** Nodes that scale, with the members they have and may have. */
  scalable(): readonly Scalable[];
  /**
   * Brings the node to `count` members. A new one takes requests once it is ready; one that goes is sent none any more
   * and may finish what it has, before it is stopped.
   * @throws {Failure} `usage` when the node does not scale, or not as far; `target` when a new member does not become
   *   ready, which is removed again then
   */
  scale(node: string, count: number, signal: AbortSignal): Promise<Scaled>;
  /**
   * Gives every member of the node these settings, one after the other, so that the others go on serving; an only member
   * is helped out by one more for as long as it takes.
   * @throws {Failure} `usage` when it is no application, or cannot have a second member; `target` when a changed member
   *   does not become ready: it, and those before it, are as they were then
   */
  rollingUpdate(node: string, settings: NodeSettings, signal: AbortSignal): Promise<Updated>;
}

export interface Scalable {
  readonly node: string;
  readonly members: number;
  /** One in each of its zones. */
  readonly least: number;
  readonly most: number;
}

export interface Scaled {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** From the asking to the last change in effect. */
  readonly tookMs: number;
}

export interface Updated {
  readonly members: readonly string[];
  readonly tookMs: number;
}

export interface BudgetReport {
  readonly mechanism: "cgroup-v1" | "cgroup-v2" | "compose" | "none";
  /** Why there are no budgets, when there are none. */
  readonly because?: string;
}

export interface NodeUsage {
  readonly node: string;
  /** CPU seconds used since start. */
  readonly cpuS: number;
  /** Scheduler periods of the budget, and those in which the node wanted more than it had. 0 without a budget. */
  readonly periods: number;
  readonly throttledPeriods: number;
}

export interface NodeDeath {
  readonly node: string;
  readonly because: string;
  readonly atEpochMs: number;
  readonly lastLines: readonly string[];
}

/** The target's own account of what it sold. Implemented over HTTP against the shop's /audit (docs/audit.md). */
export interface Books {
  /** Opens (or re-opens with a fresh id) a sale. Must be done before the first attempt. */
  openSale(sale: OpenSale, signal: AbortSignal): Promise<Sale>;
  /** Stock of every sale opened under `tag` in database and cache, after the target is quiet. */
  stocks(tag: string, signal: AbortSignal): Promise<readonly StockBook[]>;
  /** Every order found under `tag`, straight from the databases (never a cache), in any order. */
  orders(tag: string, signal: AbortSignal): AsyncIterable<OrderEntry>;
  /** Those of the items that exist, as the database has them, past every cache and replica. Undefined where nobody tells. */
  items?(ids: readonly number[], signal: AbortSignal): Promise<readonly KeptItem[] | undefined>;
}

export interface KeptItem {
  readonly id: number;
  readonly name: string;
  /** Whole cents. */
  readonly price: number;
}

export interface OpenSale {
  readonly tag: string;
  readonly itemId: number;
  readonly stock: number;
  readonly perUserLimit: number;
  readonly strategy: Strategy;
  /** Attempts before this wall-clock instant are refused as "not open yet"; 0 = open at once. */
  readonly opensAtEpochMs: number;
}

export interface StockBook {
  readonly saleId: number;
  readonly itemId: number;
  /** Units at opening. */
  readonly initial: number;
  /** Units left by the database's stock row. */
  readonly remaining: number;
  /** Units left by the cache's counter; absent when the strategy keeps none. */
  readonly cacheRemaining?: number;
  /** Units in committed orders, summed from the order rows. */
  readonly sold: number;
  /** Of the sold units those that are only held until they are paid for; absent where they are not told apart. */
  readonly reserved?: number;
}

export interface OrderEntry {
  /** The attempt number in the order's idempotency key. */
  readonly attempt: number;
  readonly userId: number;
  readonly saleId: number;
  readonly units: number;
}
