/** The members of one service, and which of them is asked next: of those that are there, the one with the fewest calls in hand. */
import type { CallTime } from "./call-time.ts";
import type { LinkLimits, ServiceLink } from "./service-link.ts";

export class ServiceMembers {
  readonly links: readonly ServiceLink[];
  #turn = 0;

  constructor(links: readonly ServiceLink[]) {
    this.links = links;
  }

  get isReachable(): boolean {
    return this.links.some(({ isConnected }) => isConnected);
  }

  /** A member that is there; undefined when none could be reached in the time of the call. */
  async pick({ signal }: CallTime): Promise<ServiceLink | undefined> {
    // Those that are gone are looked for meanwhile, without anybody waiting for them.
    const dialling = this.links.filter(({ isConnected }) => !isConnected).map((link) => link.connect());
    if (!this.isReachable && dialling.length > 0) {
      const anyOne = Promise.any(dialling.map(async (dialled) => (await dialled) || Promise.reject()));
      await Promise.race([anyOne.catch(() => {}), aborted(signal)]);
    }
    const from = this.#turn++ % this.links.length;
    const inTurn = [...this.links.slice(from), ...this.links.slice(0, from)];
    return inTurn
      .filter(({ isConnected }) => isConnected)
      .reduce<ServiceLink | undefined>(
        (best, link) => (best === undefined || link.inHand < best.inHand ? link : best),
        undefined,
      );
  }

  close(): void {
    for (const link of this.links) link.close();
  }
}

/** Figures of ours: a member on the same machine answers a connection in a millisecond, or is not there. */
export const linkLimits: LinkLimits = { connectMs: 1_000, restMs: 200, messageBytes: 4 * 1024 * 1024 };

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
