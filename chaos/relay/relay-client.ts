/** The relay as the run has it: asks, remembers where the doors are, and keeps up what is on. */
import { type Clock, systemClock } from "../../base/clock.ts";
import type { Edge } from "../fault.ts";
import {
  askRelay,
  isGone,
  type LinkCount,
  nameOf,
  type RelayControl,
  type RelaySeen,
  type WantedFault,
} from "./relay-control.ts";

/** After so long without us a fault is gone by itself; the guard's own patience is the same. */
export const RELAY_LEASE_MS = 5_000;

export class RelayClient implements RelayControl {
  readonly socketPath: string;
  readonly #clock: Clock;
  readonly #doors = new Map<string, string>();
  readonly #renewals = new Map<string, () => void>();

  constructor(socketPath: string, clock: Clock = systemClock) {
    this.socketPath = socketPath;
    this.#clock = clock;
  }

  /**
   * Listens for an edge, and gives the address for its caller.
   * @throws when the relay cannot
   */
  async open(edge: Edge, upstream: string, host: string): Promise<string> {
    const { address = "" } = await askRelay(this.socketPath, { ask: "open", edge, upstream, host });
    this.#doors.set(nameOf(edge), address);
    return address;
  }

  leads(edge: Edge): boolean {
    return this.#doors.has(nameOf(edge));
  }

  addressOf(edge: Edge): string {
    const address = this.#doors.get(nameOf(edge));
    if (address === undefined) throw new Error(`the edge ${nameOf(edge)} does not lead through the relay`);
    return address;
  }

  async put(wanted: WantedFault): Promise<void> {
    const fault = { ...wanted, leaseMs: RELAY_LEASE_MS };
    this.#renewals.get(fault.id)?.();
    await askRelay(this.socketPath, { ask: "put", fault });
    this.#renew(fault.id);
  }

  async lift(fault: string): Promise<void> {
    this.#renewals.get(fault)?.();
    this.#renewals.delete(fault);
    await this.#unlessGone(askRelay(this.socketPath, { ask: "lift", fault }));
  }

  async seen(fault: string): Promise<RelaySeen | undefined> {
    return (await this.#unlessGone(askRelay(this.socketPath, { ask: "seen", fault })))?.seen;
  }

  async redirect(edge: Edge, upstream: string | undefined): Promise<void> {
    await askRelay(this.socketPath, {
      ...{ ask: "redirect", edge },
      ...(upstream !== undefined && { upstream }),
    });
  }

  async links(edge: Edge): Promise<LinkCount> {
    const { links = { open: 0, ever: 0 } } = await askRelay(this.socketPath, { ask: "links", edge });
    return links;
  }

  /** Nothing is kept up any more; what is on goes with its lease. */
  close(): void {
    for (const cancel of this.#renewals.values()) cancel();
    this.#renewals.clear();
  }

  /** A renewal that fails is no reason to stop renewing: the fault is on as long as it is not lifted. */
  #renew(fault: string): void {
    const cancel = this.#clock.after(RELAY_LEASE_MS / 5, () => {
      const again = () => {
        if (this.#renewals.get(fault) === cancel) this.#renew(fault);
      };
      askRelay(this.socketPath, { ask: "renew", fault }).then(again, again);
    });
    this.#renewals.set(fault, cancel);
  }

  async #unlessGone<T>(asked: Promise<T>): Promise<T | undefined> {
    try {
      return await asked;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }
}
