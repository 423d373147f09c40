/**
 * A lane of the bus: so many calls at the services at once, so many waiting in line behind them, first come first
 * served. One lane for all services is how a bus is usually built, and lets the slowest service fill it.
 */
import { type TimeOver, whyOver } from "./call-time.ts";

export type Entry =
  | { readonly status: "entered"; leave(): void }
  /** `full`: the line is too long. `late`: its time was over before its turn. `gone`: the caller left. */
  | { readonly status: "full" | TimeOver };

export interface LaneLimits {
  /** Calls that may be at the services at once. */
  readonly inHand: number;
  /** Calls that may wait. */
  readonly waiting: number;
}

interface Waiting {
  enter(): void;
}

export class Lane {
  readonly #limits: LaneLimits;
  readonly #line = new Set<Waiting>();
  #inHand = 0;

  constructor(limits: LaneLimits) {
    this.#limits = limits;
  }

  get inHand(): number {
    return this.#inHand;
  }

  get waiting(): number {
    return this.#line.size;
  }

  /** Waits for a turn as long as the call has time. */
  enter(signal: AbortSignal): Promise<Entry> | Entry {
    if (signal.aborted) return { status: whyOver(signal) };
    if (this.#inHand < this.#limits.inHand) return this.#entered();
    if (this.#line.size >= this.#limits.waiting) return { status: "full" };
    return new Promise((resolve) => {
      const onAbort = () => {
        this.#line.delete(waiting);
        resolve({ status: whyOver(signal) });
      };
      const waiting: Waiting = {
        enter: () => {
          signal.removeEventListener("abort", onAbort);
          resolve(this.#entered());
        },
      };
      this.#line.add(waiting);
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  #entered(): Entry {
    this.#inHand++;
    let isIn = true;
    return {
      status: "entered",
      leave: () => {
        if (!isIn) return;
        isIn = false;
        this.#inHand--;
        const [first] = this.#line;
        if (first === undefined) return;
        this.#line.delete(first);
        first.enter();
      },
    };
  }
}
