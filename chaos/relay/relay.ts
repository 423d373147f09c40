/** The relay itself: doors for the edges of a run, and the set of faults that is on. Carries out what it is asked. */
import { type Clock, systemClock } from "../../base/clock.ts";
import { sentenceOf } from "../../base/failure.ts";
import type { Ports } from "../../targets/launch/ports.ts";
import { isChosen } from "./cohort.ts";
import { Door } from "./door.ts";
import { FaultTrace } from "./fault-trace.ts";
import type { LinkEffects } from "./link.ts";
import { effectsOf, type PutFault } from "./link-effects.ts";
import { LoopDelay } from "./loop-delay.ts";
import { nameOf, type RelayAnswer, type RelayAsk, type RelayFault } from "./relay-control.ts";
import { TokenBucket } from "./token-bucket.ts";

export interface RelayOptions {
  readonly clock?: Clock;
  readonly ports?: Pick<Ports, "next">;
}

interface Kept extends PutFault {
  readonly cancelLease: () => void;
}

export class Relay {
  readonly #clock: Clock;
  readonly #ports: Pick<Ports, "next"> | undefined;
  readonly #doors = new Map<string, Door>();
  readonly #traces = new Map<string, FaultTrace>();
  readonly #loopDelay: LoopDelay;
  /** What is on. Replaced as a whole, never changed: a link sees one set or the other. */
  #faults: readonly Kept[] = [];
  #numbers = 0;

  constructor({ clock = systemClock, ports }: RelayOptions = {}) {
    this.#clock = clock;
    this.#ports = ports;
    this.#loopDelay = new LoopDelay(clock, (lateMs) => {
      for (const { trace } of this.#faults) trace.loopWasLate(lateMs);
    });
  }

  /** Never rejects: what cannot be done is said. */
  async answer(ask: RelayAsk): Promise<RelayAnswer> {
    try {
      return { ok: true, ...(await this.#carryOut(ask)) };
    } catch (error) {
      return { ok: false, because: sentenceOf(error) };
    }
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    for (const { cancelLease } of this.#faults) cancelLease();
    this.#faults = [];
    this.#loopDelay.stop();
    await Promise.all([...this.#doors.values()].map((door) => door.close()));
  }

  async #carryOut(ask: RelayAsk): Promise<Omit<Extract<RelayAnswer, { ok: true }>, "ok">> {
    switch (ask.ask) {
      case "open": {
        const door = await Door.open({
          ...ask,
          clock: this.#clock,
          ...(this.#ports && { ports: this.#ports }),
          nextNumber: () => ++this.#numbers,
          effectsOn: (connection, edge) => this.#effectsOn(connection, edge),
          dialRefused: (edge) => this.#dialRefused(edge),
        });
        this.#doors.set(door.name, door);
        return { address: door.address };
      }
      case "redirect": {
        const door = this.#door(nameOf(ask.edge));
        door.redirect(ask.upstream);
        await door.settled();
        return {};
      }
      case "put":
        return this.#put(ask.fault);
      case "renew":
        return this.#renew(ask.fault);
      case "lift":
        return this.#lift(ask.fault);
      case "seen": {
        const seen = this.#traces
          .get(ask.fault)
          ?.seen(this.#faults.some(({ fault }) => fault.id === ask.fault));
        return seen === undefined ? {} : { seen };
      }
      case "links": {
        const { links, ever } = this.#door(nameOf(ask.edge));
        return { links: { open: links.size, ever } };
      }
      default:
        return ask satisfies never;
    }
  }

  async #put(fault: RelayFault): Promise<Record<string, never>> {
    const doors = fault.edges.map((edge) => this.#door(nameOf(edge)));
    const known = this.#faults.find((each) => each.fault.id === fault.id);
    known?.cancelLease();
    const trace = known?.trace ?? new FaultTrace(this.#clock.nowMs());
    this.#traces.set(fault.id, trace);
    this.#replace(fault.id, {
      ...{ fault, trace, cancelLease: this.#lease(fault) },
      edges: new Set(doors.map(({ name }) => name)),
      buckets:
        fault.does.kind === "bandwidth" && fault.does.of === "edges"
          ? { up: new TokenBucket(fault.does.bytesPerS), down: new TokenBucket(fault.does.bytesPerS) }
          : undefined,
      ownBuckets: new Map(),
    });
    this.#loopDelay.start();
    this.#resetAtOnce(fault, trace, doors);
    await this.#refresh();
    return {};
  }

  async #renew(id: string): Promise<Record<string, never>> {
    const known = this.#faults.find(({ fault }) => fault.id === id);
    if (known === undefined) return {};
    known.cancelLease();
    this.#replace(id, { ...known, cancelLease: this.#lease(known.fault) });
    return {};
  }

  #lease({ id, leaseMs }: RelayFault): () => void {
    return this.#clock.after(leaseMs, () => void this.#lift(id));
  }

  async #lift(id: string): Promise<Record<string, never>> {
    const known = this.#faults.find(({ fault }) => fault.id === id);
    if (known === undefined) return {};
    known.cancelLease();
    this.#replace(id, undefined);
    if (this.#faults.length === 0) this.#loopDelay.stop();
    const { does } = known.fault;
    if (does.kind === "hold" && does.heal === "reset") {
      for (const edge of known.edges) this.#resetChosen(known.fault, known.trace, this.#door(edge));
    }
    await this.#refresh();
    return {};
  }

  #replace(id: string, kept: Kept | undefined): void {
    const others = this.#faults.filter(({ fault }) => fault.id !== id);
    this.#faults = kept === undefined ? others : [...others, kept];
  }

  /** Those that are there when it is put. */
  #resetAtOnce(fault: RelayFault, trace: FaultTrace, doors: readonly Door[]): void {
    const { does } = fault;
    const isReset =
      (does.kind === "reset" && does.when === "now") ||
      (does.kind === "refuse" && does.established === "reset");
    if (isReset) for (const door of doors) this.#resetChosen(fault, trace, door);
  }

  #resetChosen(fault: RelayFault, trace: FaultTrace, { links }: Door): void {
    for (const link of links) if (isChosen(fault, link.name)) link.reset(trace);
  }

  /** Everything as the set of now says. */
  async #refresh(): Promise<void> {
    const doors = [...this.#doors.values()];
    for (const door of doors) {
      door.refuse(
        this.#faults.some(({ fault, edges }) => fault.does.kind === "refuse" && edges.has(door.name)),
      );
      for (const link of door.links) link.change(this.#effectsOn(link.name, door.name, true));
    }
    await Promise.all(doors.map((door) => door.settled()));
  }

  #effectsOn(connection: string, edge: string, isEstablished = false): LinkEffects {
    const on = this.#faults.filter(({ fault, edges }) => edges.has(edge) && isChosen(fault, connection));
    return effectsOf(on, connection, isEstablished);
  }

  /** By every fault that is on there: its connections are fewer than those that came. */
  #dialRefused(edge: string): void {
    for (const { edges, trace } of this.#faults) if (edges.has(edge)) trace.dialRefused();
  }

  #door(name: string): Door {
    const door = this.#doors.get(name);
    if (door === undefined) throw new Error(`the edge ${name} does not lead through the relay`);
    return door;
  }
}
