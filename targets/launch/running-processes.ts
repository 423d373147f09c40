/** A target whose nodes are processes of this machine, as it is handed over: watched, measured, and taken down again. */
import { Failure } from "../../base/failure.ts";
import type {
  Books,
  BudgetReport,
  EntryName,
  NodeDeath,
  NodeUsage,
  RunningTarget,
} from "../running-target.ts";
import type { TargetSpec } from "../target.ts";
import { bookkeepersOf } from "./areas.ts";
import type { Births } from "./births.ts";
import type { Budgets } from "./cpu-budget.ts";
import { entryNameOf } from "./entry-name.ts";
import { httpBooks } from "./http-books.ts";
import type { KeptTarget } from "./kept.ts";
import type { Namespaces } from "./network/namespaces.ts";
import { processTable } from "./process-table.ts";
import { RunningNode, type StartedNode } from "./running-node.ts";
import { sweep } from "./sweep.ts";
import type { WardList } from "./ward-list.ts";

export interface RunningParts {
  readonly runId: string;
  readonly spec: TargetSpec;
  readonly nodes: readonly StartedNode[];
  /** Given up when it goes. */
  readonly ports: Disposable;
  readonly budgets: Budgets;
  readonly births: Pick<Births, "close">;
  /** Everything created for it. */
  readonly created: WardList;
  /** Where every node has a network of its own. */
  readonly network?: Namespaces | undefined;
  readonly startUpS: Readonly<Record<string, number>>;
}

/** What taking a target down may take in all. */
export const TAKE_DOWN_LIMIT_MS = 3_000;

export class RunningProcesses implements RunningTarget {
  readonly launcher = "processes";
  readonly id: string;
  readonly entryUrls: readonly string[];
  readonly entryName?: EntryName;
  readonly nodes: readonly RunningNode[];
  readonly standIns: readonly string[];
  readonly startUpS: Readonly<Record<string, number>>;
  readonly books: Books;
  readonly #parts: RunningParts;
  readonly #deaths: NodeDeath[] = [];
  readonly #listeners: ((death: NodeDeath) => void)[] = [];
  readonly #startedAt = new Date().toISOString();
  #closing: Promise<void> | undefined;

  constructor(parts: RunningParts) {
    this.#parts = parts;
    this.id = parts.spec.id;
    this.startUpS = parts.startUpS;
    const entries = parts.nodes.filter(({ member }) => member.node === parts.spec.entry);
    // An address that moves is the same for all who share it.
    this.entryUrls = [...new Set(entries.map((entry) => `http://${entranceOf(entry, parts.network)}`))];
    const entryName = entryNameOf(parts.nodes, parts.spec.entry);
    if (entryName !== undefined) this.entryName = entryName;
    this.nodes = parts.nodes.map((node) => new RunningNode(node, (death) => this.#noticeDeath(death)));
    this.standIns = Object.entries(parts.spec.nodes).flatMap(([name, { standInFor }]) =>
      standInFor === undefined ? [] : [`${name} stands in for ${standInFor}`],
    );
    this.books = this.#openBooks();
  }

  async applyBudgets(): Promise<BudgetReport> {
    for (const { group } of this.nodes) group.apply();
    const { mechanism, because } = this.#parts.budgets;
    return because === undefined ? { mechanism } : { mechanism, because };
  }

  /** Nodes that share a machine share its scheduler periods too; their CPU is told apart by their processes. */
  async usage(): Promise<readonly NodeUsage[]> {
    const table = this.nodes.some(({ machine }) => machine !== undefined) ? processTable() : [];
    return this.nodes.map((node) => {
      const usage = { node: node.name, ...node.group.usage() };
      return node.machine === undefined ? usage : { ...usage, cpuS: node.cpuS(table) };
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
    this.#closing ??= Promise.resolve();
    for (const node of this.nodes) {
      node.leave();
      node.release();
    }
    const { network } = this.#parts;
    network?.release();
    const { folders, cgroups } = this.#parts.created.leftovers();
    return {
      id: this.id,
      runId: this.#parts.runId,
      startedAt: this.#startedAt,
      nodes: this.nodes.map(({ name, address, ward }) => ({ name, address, ward })),
      ...(network && { helpers: network.holders }),
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
    for (const node of this.nodes) node.leave();
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
      items: async (ids, signal) => httpBooks(this.#auditOrigin()).items?.(ids, signal),
    };
  }

  /** The first shop that lives and has the books. */
  #auditOrigin(): string {
    const keeping = bookkeepersOf(this.#parts.nodes.map(({ member }) => member));
    const shops = this.nodes.filter(({ name }) => keeping.has(name));
    const alive = shops.find(({ isRunning }) => isRunning) ?? shops[0];
    if (alive === undefined) throw new Failure("target", `${this.id} has no shop, and so no books`);
    return `http://${alive.address}`;
  }

  #noticeDeath(death: NodeDeath): void {
    this.#deaths.push(death);
    for (const listener of this.#listeners) listener(death);
  }
}

/** Where it is reached from outside: at the address that moves, where it has one. */
function entranceOf({ member, address }: StartedNode, network: Namespaces | undefined): string {
  const virtual = network?.virtualOf(member.name);
  return virtual === undefined ? address : `${virtual.address}:${address.split(":")[1]}`;
}

/**
 * Ends and removes what was created.
 * @throws {Failure} `environment` naming what is still there
 */
export async function takeDown({
  created,
  ports,
  budgets,
  births,
}: Pick<RunningParts, "created" | "ports" | "budgets" | "births">): Promise<void> {
  const { problems } = await sweep(created.leftovers(), { limitMs: TAKE_DOWN_LIMIT_MS });
  ports[Symbol.dispose]();
  budgets.close();
  births.close();
  if (problems.length > 0) {
    throw new Failure("environment", "not everything of the target could be removed", { problems });
  }
}
