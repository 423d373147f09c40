/** Adds members to nodes that are loaded and takes them from nodes that are not, and keeps the bill. */
import { type Clock, sleep, systemClock } from "../../../base/clock.ts";
import { sentenceOf } from "../../../base/failure.ts";
import type { NodeUsage, Operations } from "../../running-target.ts";
import type { Autoscale } from "../../target.ts";
import { type Bill, Rent } from "./rent.ts";
import { decide, type Past, type ScalingRule } from "./scaling-rule.ts";

/** What is known of a member besides its CPU. */
export interface ScaledMember {
  readonly name: string;
  readonly node: string;
  readonly cpuMillicores: number;
}

export interface AutoscalerParts {
  readonly autoscale: Autoscale;
  readonly operations: Operations;
  members(): readonly ScaledMember[];
  usage(): Promise<readonly NodeUsage[]>;
  /** Every change, as it happens. */
  note(event: ScalingEvent): void;
  readonly clock?: Clock;
}

export interface ScalingEvent {
  /** Since it was opened. */
  readonly atS: number;
  readonly event: "ordered" | "added" | "removed" | "failed";
  readonly node: string;
  /** Members the node is to have. */
  readonly members: number;
  readonly usedRatio?: number;
  readonly because?: string;
}

/**
 * Kubernetes' defaults with every time divided by five, because a run lasts a minute where a sale lasts an hour:
 * a look every 3 s instead of 15, doubling or 4 more within 12 s instead of 60, calm for 60 s instead of 300.
 */
export const usualRule: ScalingRule & { readonly lookEveryS: number } = {
  lookEveryS: 3,
  targetRatio: 0.5,
  toleranceRatio: 0.1,
  growthSpanS: 12,
  leastStep: 4,
  calmSpanS: 60,
};

export class Autoscaler {
  readonly #parts: AutoscalerParts;
  readonly #clock: Clock;
  readonly #openedMs: number;
  readonly #stop = new AbortController();
  readonly #rent = new Rent();
  readonly #past = new Map<string, readonly Past[]>();
  /** Members at first: it never shrinks below them. */
  readonly #least = new Map<string, number>();
  /** Nodes for which something is under way. */
  readonly #busy = new Set<string>();
  #before: { readonly atMs: number; readonly cpuS: ReadonlyMap<string, number> } | undefined;
  #running: Promise<void> | undefined;

  constructor(parts: AutoscalerParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    this.#openedMs = this.#clock.nowMs();
    for (const { node, members } of parts.operations.scalable()) this.#least.set(node, members);
    for (const { name } of this.#scaled()) this.#rent.order(name, 0);
  }

  /** Begins to look after the nodes, where it reacts at all; a second time does nothing. */
  start(): void {
    if (this.#parts.autoscale.mode === "reactive") this.#running ??= this.#run();
  }

  /** Stops, whatever is under way; what was added stays. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Up to now, which is `atS` since it was opened. */
  bill(): Bill & { readonly atS: number } {
    const atS = this.#nowS();
    return { atS, ...this.#rent.bill(atS) };
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#look();
        await sleep(usualRule.lookEveryS * 1_000, signal, this.#clock);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  async #look(): Promise<void> {
    const usage = await this.#parts.usage();
    const now = { atMs: this.#clock.nowMs(), cpuS: new Map(usage.map(({ node, cpuS }) => [node, cpuS])) };
    const before = this.#before;
    this.#before = now;
    if (before === undefined) return;
    const spanS = (now.atMs - before.atMs) / 1_000;
    for (const { node, members, most } of this.#parts.operations.scalable()) {
      // One that is being scaled has members that are not counted yet, or not any more.
      if (this.#busy.has(node)) continue;
      const seen = this.#scaled().filter((member) => member.node === node && before.cpuS.has(member.name));
      const budgetS = seen.reduce((sum, member) => sum + (member.cpuMillicores / 1_000) * spanS, 0);
      if (budgetS === 0) continue;
      const usedS = seen.reduce(
        (sum, { name }) => sum + Math.max(0, (now.cpuS.get(name) ?? 0) - before.cpuS.get(name)!),
        0,
      );
      const look = { atS: this.#nowS(), members, usedRatio: usedS / budgetS };
      const bounds = { least: this.#least.get(node) ?? 1, most };
      const decision = decide(look, this.#past.get(node) ?? [], usualRule, bounds);
      this.#past.set(node, decision.past);
      if (decision.members === members) continue;
      this.#busy.add(node);
      void this.#scale(node, { from: members, to: decision.members, usedRatio: look.usedRatio }).finally(() =>
        this.#busy.delete(node),
      );
    }
  }

  async #scale(
    node: string,
    { from, to, usedRatio }: { readonly from: number; readonly to: number; readonly usedRatio: number },
  ): Promise<void> {
    const { autoscale, operations, note } = this.#parts;
    const { signal } = this.#stop;
    // A machine is paid for while it is on its way; which names its members will have is not known yet.
    const ordered = Array.from({ length: Math.max(0, to - from) }, (_, index) => `${node} ordered ${index}`);
    for (const name of ordered) this.#rent.order(name, this.#nowS());
    try {
      if (to > from) {
        note({ atS: this.#nowS(), event: "ordered", node, members: to, usedRatio });
        await sleep(autoscale.provisioningS * 1_000, signal, this.#clock);
      }
      const { added, removed } = await operations.scale(node, to, signal);
      const atS = this.#nowS();
      // Its name takes the place of the order, at the same moment: nothing is paid for twice, or not at all.
      for (const name of ordered) this.#rent.giveBack(name, atS);
      for (const name of added) this.#rent.order(name, atS);
      for (const name of removed) this.#rent.giveBack(name, atS);
      note({ atS, event: to > from ? "added" : "removed", node, members: to, usedRatio });
    } catch (error) {
      if (!signal.aborted)
        note({ atS: this.#nowS(), event: "failed", node, members: to, because: sentenceOf(error) });
    } finally {
      for (const name of ordered) this.#rent.giveBack(name, this.#nowS());
    }
  }

  #scaled(): readonly ScaledMember[] {
    return this.#parts.members().filter(({ node }) => this.#least.has(node));
  }

  #nowS(): number {
    return (this.#clock.nowMs() - this.#openedMs) / 1_000;
  }
}
