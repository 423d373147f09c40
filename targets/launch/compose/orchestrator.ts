/** Scale-out, scale-in and rolling update of a running target: containers come and go while it takes requests. */
import { type Clock, sleep, systemClock } from "../../../base/clock.ts";
import { Failure } from "../../../base/failure.ts";
import type { Operations, Scaled, Updated } from "../../running-target.ts";
import type { NodeSettings, TargetSpec } from "../../target.ts";
import type { Member } from "../members.ts";
import type { ContainerNode } from "./container-node.ts";
import { grown, leastOf, shrunk } from "./spares.ts";

/** What makes and removes containers. */
export interface Maker {
  make(members: readonly Member[], signal: AbortSignal): Promise<ContainerNode[]>;
  reconfigure(member: Member): Promise<void>;
  remove(node: ContainerNode): Promise<void>;
}

export interface OrchestratorParts {
  readonly spec: TargetSpec;
  readonly maker: Maker;
  /** The target's own list, changed in place. */
  readonly nodes: ContainerNode[];
  /** Whether budgets apply, and so to new members too. */
  hasBudgets(): boolean;
  readonly clock?: Clock;
}

/**
 * How long a member that is sent no more requests is left to finish those it has. nginx starts workers with the new
 * list of members and lets the old ones finish; when the last of them has let go is not told, so this is judgement.
 */
const DRAIN_MS = 1_000;
/** A shop gives what it has in hand 1.5 s after SIGTERM. */
const STOP_LIMIT_S = 3;
/** A container and a shop take seconds each, on busy cores. */
const UNDO_LIMIT_MS = 120_000;

export class Orchestrator implements Operations {
  readonly #parts: OrchestratorParts;
  readonly #clock: Clock;
  /** The declared node of every member there is or was. */
  readonly #nodeOf = new Map<string, string>();
  readonly #stop = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: OrchestratorParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    for (const { name, member } of parts.nodes) this.#nodeOf.set(name, member.node);
  }

  scalable(): ReturnType<Operations["scalable"]> {
    return Object.entries(this.#parts.spec.orchestration?.scales ?? {}).map(([node, most = 0]) => {
      const members = this.#membersOf(node).map(({ member }) => member);
      return { node, members: members.length, least: leastOf(members), most };
    });
  }

  /** Gives up what is under way, and takes no more orders. Resolves when nothing is. */
  async stop(): Promise<void> {
    this.#stop.abort(new Failure("target", "its target is going down"));
    await this.#turn;
  }

  scale(node: string, count: number, asked: AbortSignal): Promise<Scaled> {
    const startedMs = this.#clock.nowMs();
    return this.#inTurn(asked, async (signal) => {
      const most = this.#parts.spec.orchestration?.scales[node];
      if (most === undefined) throw this.#doesNotScale(node);
      const present = this.#membersOf(node);
      const members = present.map(({ member }) => member);
      const least = leastOf(members);
      if (!Number.isInteger(count) || count < least || count > most)
        throw new Failure("usage", `${node} has ${least} to ${most} members; ${count} cannot be`);
      const added = grown(members, count);
      if (added.length > 0) await this.#start(added, signal);
      const removed = shrunk(members, count);
      const isGoing = ({ name }: ContainerNode) => removed.some((member) => member.name === name);
      if (removed.length > 0) await this.#remove(node, present.filter(isGoing), signal);
      const tookMs = this.#clock.nowMs() - startedMs;
      return { added: added.map(({ name }) => name), removed: removed.map(({ name }) => name), tookMs };
    });
  }

  rollingUpdate(node: string, settings: NodeSettings, asked: AbortSignal): Promise<Updated> {
    const startedMs = this.#clock.nowMs();
    return this.#inTurn(asked, async (signal) => {
      const present = this.#membersOf(node);
      const members = present.map(({ member }) => member);
      if (present[0]?.component !== "shop")
        throw new Failure("usage", `${node} is not an application; only those are updated while they run`);
      const changed = (member: Member) => ({ ...member, settings: { ...member.settings, ...settings } });
      const most = this.#parts.spec.orchestration?.scales[node] ?? 0;
      if (present.length < 2 && most < 2) {
        throw new Failure("usage", `${node} has 1 member, and nobody would serve while that is replaced`, {
          hint: "bring the target up with more of them",
        });
      }
      // Somebody has to serve while the only member is replaced; one of the new release, so that this is tried first.
      const helpers = present.length < 2 ? grown(members, 2).map(changed) : [];
      const done: Member[] = [];
      try {
        if (helpers.length > 0) await this.#start(helpers, signal);
        for (const old of present) {
          done.push(old.member);
          await this.#replace(old, changed(old.member), signal);
        }
      } catch (error) {
        // Back to what served before, last first; the reason is why the update failed, not how it was undone. It is
        // undone also when whoever asked for it has gone, but not when the whole target goes.
        const undoing = AbortSignal.any([AbortSignal.timeout(UNDO_LIMIT_MS), this.#stop.signal]);
        for (const before of done.toReversed()) {
          const now = this.#membersOf(node).find(({ name }) => name === before.name);
          if (now === undefined) await this.#start([before], undoing);
          else await this.#replace(now, before, undoing);
        }
        await this.#removeHelpers(node, helpers, undoing);
        throw error;
      }
      await this.#removeHelpers(node, helpers, signal);
      return { members: members.map(({ name }) => name), tookMs: this.#clock.nowMs() - startedMs };
    });
  }

  async #removeHelpers(node: string, helpers: readonly Member[], signal: AbortSignal): Promise<void> {
    const going = this.#membersOf(node).filter(({ name }) => helpers.some((helper) => helper.name === name));
    if (going.length > 0) await this.#remove(node, going, signal);
  }

  async #remove(node: string, going: readonly ContainerNode[], signal: AbortSignal): Promise<void> {
    await this.#takeOut(node, going, signal);
    await Promise.all(going.map((each) => this.#end(each)));
  }

  async #replace(old: ContainerNode, member: Member, signal: AbortSignal): Promise<void> {
    await this.#takeOut(member.node, [old], signal);
    await this.#end(old);
    await this.#start([member], signal);
  }

  /** New containers; sent requests once all are ready. Those that do not become ready are gone again. */
  async #start(members: readonly Member[], signal: AbortSignal): Promise<void> {
    const { maker, nodes, hasBudgets } = this.#parts;
    const made = await maker.make(members, signal);
    const started = await Promise.allSettled(made.map((each) => each.start(signal)));
    const failed = started.find((each) => each.status === "rejected");
    if (failed !== undefined) {
      await Promise.all(made.map((each) => this.#end(each)));
      throw failed.reason;
    }
    if (hasBudgets()) await Promise.all(made.map((each) => each.applyBudget()));
    nodes.push(...made);
    await this.#rewire(members[0]!.node);
  }

  /** Sends them no more requests, and waits for those under way. */
  async #takeOut(node: string, going: readonly ContainerNode[], signal: AbortSignal): Promise<void> {
    const { nodes } = this.#parts;
    for (const each of going) nodes.splice(nodes.indexOf(each), 1);
    await this.#rewire(node);
    await sleep(DRAIN_MS, signal, this.#clock);
  }

  async #end(node: ContainerNode): Promise<void> {
    await node.stop(STOP_LIMIT_S);
    node.leave();
    await this.#parts.maker.remove(node);
  }

  /** Everybody who calls the node is told of the members it has now; in a zone, of those near by. */
  async #rewire(node: string): Promise<void> {
    const { maker, nodes, spec } = this.#parts;
    const present = this.#membersOf(node);
    for (const { name } of present) this.#nodeOf.set(name, node);
    const callers = nodes.filter((each) => spec.nodes[each.member.node]?.calls?.includes(node));
    for (const caller of callers) {
      const isNear = ({ zone }: ContainerNode) =>
        zone === undefined || caller.zone === undefined || zone === caller.zone;
      const isOfNode = (name: string) => this.#nodeOf.get(name) === node;
      const before = caller.member.calls;
      // In the place where the first of them stood, so that nothing else changes its order.
      const at = before.findIndex(isOfNode);
      const others = before.filter((name) => !isOfNode(name));
      const calls = others.toSpliced(
        at < 0 ? others.length : at,
        0,
        ...present.filter(isNear).map(({ name }) => name),
      );
      await maker.reconfigure({ ...caller.member, calls });
      await caller.reload(calls);
    }
  }

  #membersOf(node: string): readonly ContainerNode[] {
    return this.#parts.nodes
      .filter(({ member }) => member.node === node)
      .sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  }

  #doesNotScale(node: string): Failure {
    const names = this.scalable().map((each) => each.node);
    return new Failure(
      "usage",
      `${node} does not scale; of this target ${names.join(", ") || "nothing"} does`,
    );
  }

  #inTurn<T>(asked: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const signal = AbortSignal.any([asked, this.#stop.signal]);
    const done = this.#turn.then(() => {
      signal.throwIfAborted();
      return work(signal);
    });
    this.#turn = done.catch(() => {}); // Told to whoever asked; the next one begins anew.
    return done;
  }
}
