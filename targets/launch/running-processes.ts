/** A target whose nodes are processes of this machine, as it is handed over: watched, measured, and taken down again. */
import { Failure } from "../../base/failure.ts";
import type {
  Books,
  BudgetReport,
  NodeDeath,
  NodeHandle,
  NodeUsage,
  RunningTarget,
} from "../running-target.ts";
import type { TargetSpec } from "../target.ts";
import type { BudgetGroup, Budgets } from "./cpu-budget.ts";
import { httpBooks } from "./http-books.ts";
import type { KeptTarget } from "./kept.ts";
import type { Member } from "./members.ts";
import { describeEnding, type NodeProcess } from "./node-process.ts";
import { processTable, treeOf } from "./process-table.ts";
import { sweep } from "./sweep.ts";
import type { WardList } from "./ward-list.ts";

/** A member that was ready. */
export interface StartedNode {
  readonly member: Member;
  readonly process: NodeProcess;
  /** host:port */
  readonly address: string;
  readonly group: BudgetGroup;
}

export interface RunningParts {
  readonly runId: string;
  readonly spec: TargetSpec;
  readonly nodes: readonly StartedNode[];
  readonly budgets: Budgets;
  /** Everything created for it. */
  readonly created: WardList;
  readonly startUpS: Readonly<Record<string, number>>;
}

/** What taking a target down may take in all. */
export const TAKE_DOWN_LIMIT_MS = 3_000;

export class RunningProcesses implements RunningTarget {
  readonly launcher = "processes";
  readonly id: string;
  readonly entryUrls: readonly string[];
  readonly nodes: readonly NodeHandle[];
  readonly standIns: readonly string[];
  readonly startUpS: Readonly<Record<string, number>>;
  readonly books: Books;
  readonly #parts: RunningParts;
  readonly #deaths: NodeDeath[] = [];
  readonly #listeners: ((death: NodeDeath) => void)[] = [];
  readonly #startedAt = new Date().toISOString();
  #isWatching = true;
  #closing: Promise<void> | undefined;

  constructor(parts: RunningParts) {
    this.#parts = parts;
    this.id = parts.spec.id;
    this.startUpS = parts.startUpS;
    this.entryUrls = parts.nodes
      .filter(({ member }) => member.node === parts.spec.entry)
      .map(({ address }) => `http://${address}`);
    this.nodes = parts.nodes.map(handleOf);
    this.standIns = Object.entries(parts.spec.nodes).flatMap(([name, { standInFor }]) =>
      standInFor === undefined ? [] : [`${name} stands in for ${standInFor}`],
    );
    this.books = this.#openBooks();
    for (const node of parts.nodes) void node.process.ended.then(() => this.#noticeDeath(node));
  }

  async applyBudgets(): Promise<BudgetReport> {
    for (const { group } of this.#parts.nodes) group.apply();
    const { mechanism, because } = this.#parts.budgets;
    return because === undefined ? { mechanism } : { mechanism, because };
  }

  /** Nodes that share a machine share its scheduler periods too; their CPU is told apart by their processes. */
  async usage(): Promise<readonly NodeUsage[]> {
    const sharing = this.#parts.nodes.filter(({ member }) => member.machine !== undefined);
    const table = sharing.length === 0 ? [] : processTable();
    return this.#parts.nodes.map((node) => {
      const usage = { node: node.member.name, ...node.group.usage() };
      if (node.member.machine === undefined) return usage;
      const tree = treeOf([node.process.pid], table);
      const cpuS = table.filter(({ pid }) => tree.has(pid)).reduce((sum, row) => sum + row.cpuS, 0);
      return { ...usage, cpuS };
    });
  }

  onDeath(listener: (death: NodeDeath) => void): void {
    this.#listeners.push(listener);
    for (const death of this.#deaths) listener(death);
  }

  /**
   * Stops looking after the target and leaves it running; what it needs to be taken down later is returned.
   * Closing it afterwards does nothing.
   */
  async leave(): Promise<KeptTarget> {
    this.#isWatching = false;
    this.#closing ??= Promise.resolve();
    for (const { process } of this.#parts.nodes) process.release();
    const { folders, cgroups } = this.#parts.created.leftovers();
    return {
      id: this.id,
      runId: this.#parts.runId,
      startedAt: this.#startedAt,
      nodes: this.#parts.nodes.map(({ member, address, process: { ward } }) => ({
        name: member.name,
        address,
        ward,
      })),
      folders,
      cgroups,
      entryUrls: this.entryUrls,
      auditUrl: this.#auditOrigin(),
    };
  }

  /**
   * Takes everything down, within 3 s; a second time does nothing.
   * @throws {Failure} `environment` naming what could not be removed
   */
  close(): Promise<void> {
    this.#isWatching = false;
    this.#closing ??= takeDown(this.#parts);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Asked of one shop directly: the way through balancers and proxies may be what is broken. */
  #openBooks(): Books {
    return {
      openSale: (sale, signal) => httpBooks(this.#auditOrigin()).openSale(sale, signal),
      stocks: (tag, signal) => httpBooks(this.#auditOrigin()).stocks(tag, signal),
      orders: (tag, signal) => httpBooks(this.#auditOrigin()).orders(tag, signal),
    };
  }

  /** The first shop that lives. */
  #auditOrigin(): string {
    const shops = this.#parts.nodes.filter(({ member }) => member.component === "shop");
    const alive = shops.find(({ process }) => process.ending === undefined) ?? shops[0];
    if (alive === undefined) throw new Failure("target", `${this.id} has no shop, and so no books`);
    return `http://${alive.address}`;
  }

  #noticeDeath({ member, process }: StartedNode): void {
    const { ending } = process;
    if (!this.#isWatching || ending === undefined) return;
    const death: NodeDeath = {
      node: member.name,
      because: `${member.name} (pid ${process.pid}) ${describeEnding(ending)}`,
      atEpochMs: ending.atEpochMs,
      lastLines: process.lastLines(),
    };
    this.#deaths.push(death);
    for (const listener of this.#listeners) listener(death);
  }
}

/**
 * Ends and removes what was created.
 * @throws {Failure} `environment` naming what is still there
 */
export async function takeDown({
  created,
  budgets,
}: Pick<RunningParts, "created" | "budgets">): Promise<void> {
  const { problems } = await sweep(created.leftovers(), { limitMs: TAKE_DOWN_LIMIT_MS });
  budgets.close();
  if (problems.length > 0) {
    throw new Failure("environment", "not everything of the target could be removed", { problems });
  }
}

function handleOf({ member, process, address }: StartedNode): NodeHandle {
  return {
    name: member.name,
    component: member.component,
    tier: member.tier,
    zone: member.zone,
    pid: process.pid,
    address,
    cpuMillicores: member.cpuMillicores,
    ...(member.machine !== undefined && { machine: member.machine }),
    logPath: process.logPath,
    ...(member.holds.length > 0 && { holds: member.holds }),
  };
}
