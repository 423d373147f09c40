/** A target whose nodes are containers, as it is handed over: watched, measured, and taken down again. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { Failure, sentenceOf } from "../../../base/failure.ts";
import type {
  Books,
  BudgetReport,
  EntryName,
  NodeDeath,
  NodeUsage,
  RunningTarget,
} from "../../running-target.ts";
import type { TargetSpec } from "../../target.ts";
import { bookkeepersOf } from "../areas.ts";
import { entryNameOf } from "../entry-name.ts";
import { httpBooks } from "../http-books.ts";
import type { KeptTarget } from "../kept.ts";
import { sweep } from "../sweep.ts";
import type { WardList } from "../ward-list.ts";
import { writeAttachment } from "./attachment.ts";
import { Autoscaler } from "./autoscaler.ts";
import type { ContainerMaker } from "./container-maker.ts";
import type { ContainerNode } from "./container-node.ts";
import type { Engine } from "./engine.ts";
import { Orchestrator } from "./orchestrator.ts";

export interface RunningComposeParts {
  readonly runId: string;
  readonly spec: TargetSpec;
  readonly nodes: readonly ContainerNode[];
  readonly maker: ContainerMaker;
  readonly engine: Engine;
  /** Everything created for it. */
  readonly created: WardList;
  /** Given up when it goes. */
  readonly ports: Disposable;
  readonly startUpS: Readonly<Record<string, number>>;
  /** Kept after the run. */
  readonly folder: string;
  readonly subnet: string;
  /** Gone after the run. */
  readonly temporary: string;
  say(line: string): void;
  /** Ends listening to the engine. */
  readonly watching: AbortController;
}

/** A container takes the engine a second or two to remove, and it removes a few at a time. */
export const TAKE_DOWN_LIMIT_MS = 20_000;

export class RunningCompose implements RunningTarget {
  readonly launcher = "compose";
  readonly id: string;
  readonly startUpS: Readonly<Record<string, number>>;
  readonly books: Books;
  readonly operations?: Orchestrator;
  readonly entryName?: EntryName;
  readonly #parts: RunningComposeParts;
  readonly #nodes: ContainerNode[];
  readonly #deaths: NodeDeath[] = [];
  readonly #listeners: ((death: NodeDeath) => void)[] = [];
  readonly #startedAt = new Date().toISOString();
  #budgets: BudgetReport | undefined;
  #closing: Promise<void> | undefined;
  readonly #autoscaler: Autoscaler | undefined;

  constructor(parts: RunningComposeParts) {
    this.#parts = parts;
    this.#nodes = [...parts.nodes];
    this.id = parts.spec.id;
    this.startUpS = parts.startUpS;
    const entryName = entryNameOf(parts.nodes, parts.spec.entry);
    if (entryName !== undefined) this.entryName = entryName;
    if (parts.spec.orchestration !== undefined) {
      this.operations = new Orchestrator({
        spec: parts.spec,
        maker: parts.maker,
        nodes: this.#nodes,
        hasBudgets: () => this.#budgets?.mechanism === "compose",
      });
    }
    this.#autoscaler = this.#openAutoscaler();
    const origin = () => auditOriginOf(this.#nodes, this.id);
    // Asked of one shop directly: the way through balancers and proxies may be what is broken.
    this.books = {
      openSale: (sale, signal) => httpBooks(origin()).openSale(sale, signal),
      stocks: (tag, signal) => httpBooks(origin()).stocks(tag, signal),
      orders: (tag, signal) => httpBooks(origin()).orders(tag, signal),
      items: async (ids, signal) => httpBooks(origin()).items?.(ids, signal),
    };
  }

  get nodes(): readonly ContainerNode[] {
    return this.#nodes;
  }

  get entryUrls(): readonly string[] {
    return this.#nodes
      .filter(({ member }) => member.node === this.#parts.spec.entry)
      .map(({ address }) => `http://${address}`);
  }

  get standIns(): readonly string[] {
    const { nodes } = this.#parts.spec;
    const declared = Object.entries(nodes).flatMap(([name, { standInFor }]) =>
      standInFor === undefined ? [] : [`${name} stands in for ${standInFor}`],
    );
    const autoscaler =
      this.#autoscaler === undefined
        ? []
        : ["a loop of the launcher, which ends with the run, stands in for an autoscaler of its own"];
    return [...declared, ...sharedMachines(this.#nodes), ...autoscaler];
  }

  /** All budgets or none: a stage of which only some nodes are held back would be a model of nothing. */
  async applyBudgets(): Promise<BudgetReport> {
    try {
      await Promise.all(this.#nodes.map((node) => node.applyBudget()));
      this.#budgets = { mechanism: "compose" };
      // How much of its budget a node uses can be said from now on.
      this.#autoscaler?.start();
    } catch (error) {
      this.#budgets = { mechanism: "none", because: sentenceOf(error) };
    }
    return this.#budgets;
  }

  usage(): Promise<readonly NodeUsage[]> {
    return Promise.all(this.#nodes.map((node) => node.usage()));
  }

  onDeath(listener: (death: NodeDeath) => void): void {
    this.#listeners.push(listener);
    for (const death of this.#deaths) listener(death);
  }

  /** Told by the nodes. */
  noticeDeath(death: NodeDeath): void {
    this.#deaths.push(death);
    for (const listener of this.#listeners) listener(death);
  }

  /** Stops looking after the target and leaves it running; closing it afterwards does nothing. */
  async leave(): Promise<KeptTarget> {
    this.#closing ??= Promise.resolve();
    for (const node of this.#nodes) node.leave();
    await this.#settle();
    await this.#unwatch();
    const { runId, spec, maker, folder, subnet, temporary } = this.#parts;
    const hasBudgets = this.#budgets?.mechanism === "compose";
    await writeAttachment(folder, { runId, spec, subnet, temporary, hasBudgets, ...maker.state() });
    const { folders, cgroups, containers = [] } = this.#parts.created.leftovers();
    return {
      id: this.id,
      ...{ runId, folder },
      startedAt: this.#startedAt,
      nodes: this.#nodes.map(({ name, address, ward }) => ({ name, address, ward })),
      folders,
      cgroups,
      containers,
      entryUrls: this.entryUrls,
      auditUrl: auditOriginOf(this.#nodes, this.id),
    };
  }

  /**
   * Takes everything down; a second time does nothing.
   * @throws {Failure} `environment` naming what could not be removed
   */
  close(): Promise<void> {
    for (const node of this.#nodes) node.leave();
    this.#closing ??= this.#takeDown();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #takeDown(): Promise<void> {
    await this.#settle();
    // Or what is under way would make containers after the last look.
    await this.operations?.stop();
    await this.#unwatch();
    await takeDown(this.#parts.created);
    this.#parts.ports[Symbol.dispose]();
  }

  async #unwatch(): Promise<void> {
    this.#parts.watching.abort();
    await this.#parts.engine[Symbol.asyncDispose]();
  }

  #openAutoscaler(): Autoscaler | undefined {
    const autoscale = this.#parts.spec.orchestration?.autoscale;
    if (autoscale === undefined || this.operations === undefined) return undefined;
    return new Autoscaler({
      autoscale,
      operations: this.operations,
      members: () =>
        this.#nodes.map(({ name, cpuMillicores, member: { node } }) => ({ name, node, cpuMillicores })),
      usage: () => this.usage(),
      note: (event) => {
        this.#note(event);
        const { node, members, usedRatio } = event;
        const load =
          usedRatio === undefined ? "" : `, which used ${Math.round(usedRatio * 100)} % of its CPU`;
        this.#parts.say(`autoscaler: ${event.event} ${members} members of ${node}${load}`);
      },
    });
  }

  /** The autoscaler leaves, and its bill stays in the run's folder. */
  async #settle(): Promise<void> {
    if (this.#autoscaler === undefined) return;
    await this.#autoscaler.stop();
    this.#note({ event: "bill", ...this.#autoscaler.bill() });
  }

  #note(line: object): void {
    appendFileSync(join(this.#parts.folder, "autoscale.ndjson"), `${JSON.stringify(line)}\n`);
  }
}

/**
 * Of the first shop that lives and has the books.
 * @throws {Failure} `target` when there is none that has
 */
export function auditOriginOf(nodes: readonly ContainerNode[], id: string): string {
  const keeping = bookkeepersOf(nodes.map(({ member }) => member));
  const shops = nodes.filter(({ name }) => keeping.has(name));
  const alive = shops.find(({ isRunning }) => isRunning) ?? shops[0];
  if (alive === undefined) throw new Failure("target", `${id} has no shop, and so no books`);
  return `http://${alive.address}`;
}

/**
 * Ends and removes what was created.
 * @throws {Failure} `environment` naming what is still there
 */
export async function takeDown(created: WardList): Promise<void> {
  const { problems } = await sweep(created.leftovers(), { limitMs: TAKE_DOWN_LIMIT_MS });
  if (problems.length > 0) {
    throw new Failure("environment", "not everything of the target could be removed", { problems });
  }
}

/** An engine holds each container to a budget of its own, so one budget for several is only its parts. */
function sharedMachines(nodes: readonly ContainerNode[]): string[] {
  const machines = new Map<string, string[]>();
  for (const { name, machine } of nodes) {
    if (machine !== undefined) machines.set(machine, [...(machines.get(machine) ?? []), name]);
  }
  return [...machines].map(
    ([machine, names]) =>
      `${names.join(" and ")}, each held to its own part of the budget, stand in for one machine "${machine}" whose budget they would share: containers have no budget in common`,
  );
}
