/** The layer-4 node that has the address everybody comes in by is gone, whichever it is at that moment; another takes it over. */
import { sleep } from "../../base/clock.ts";
import { contentOf } from "../../targets/launch/cgroup-folder.ts";
import type { NodeHandle } from "../../targets/running-target.ts";
import type { Fault, Ground } from "../fault.ts";
import { isListening } from "../listening.ts";

export const vipFailover: Fault = {
  name: "vip-failover",
  does: "ends the layer-4 node that has the virtual address at the time, so that VRRP has to move it",
  place: "group",
  only: { what: "layer-4 balancers, all members of a node together", fits: ({ tier }) => tier === "l4" },
  lasts: "while",
  undo: "compensable",
  plan({ group = "", nodes }, { members, launcher, network }) {
    const together = members.filter(({ node }) => node === group);
    const zones = new Set(together.map(({ zone }) => zone));
    return {
      mechanism: "SIGKILL to all processes of whoever has the address, and its link taken down",
      problems: [
        ...(together.length > zones.size ? [] : [`of ${group} nobody stands by; bring it up with one more`]),
        ...(network === "loopback"
          ? [
              launcher === "compose"
                ? "containers keep their addresses, and all members take traffic: --launcher processes --network namespaces has an address that moves"
                : "on loopback no address moves, and all members take traffic: --network namespaces has one that does",
            ]
          : []),
      ],
      takes: nodes.map((name) => `state of ${name}`),
    };
  },
  async prepare({ nodes }, { node, target, clock }) {
    const members = nodes.map(node);
    const entries = target.entryUrls.map((url) => new URL(url));
    const addresses = entries.map(({ hostname }) => hostname);
    const [held] = holdersOf(addresses, members);
    if (held === undefined) throw new Error(`none of ${nodes.join(", ")} has an address that moves`);
    const { address, member: victim } = held;
    const entry = entries.find(({ hostname }) => hostname === address)!.host;
    const heir = () =>
      holdersOf(addresses, members).find((each) => each.address === address && each.member !== victim)
        ?.member;
    const search = new HeirSearch(heir, clock);
    return {
      // Whoever clears up after us takes the whole target down: there is nothing to start again.
      mends: [],
      async inject(signal) {
        search.begin(signal);
        await victim.kill();
      },
      async verify() {
        if (await isListening(victim.address)) return undefined;
        const next = heir();
        if (next !== undefined) return `${address} went from ${victim.name} to ${next.name}`;
        return (await isListening(entry))
          ? undefined
          : `nobody answers at ${address} any more, which was with ${victim.name}`;
      },
      async undo(signal) {
        search.end();
        if (!victim.isRunning) await victim.restart(signal);
      },
      verifyUndone: async () => (victim.isRunning ? undefined : `${victim.name} is down`),
      account: async () => {
        const { found } = search;
        if (found === undefined)
          return { sentence: `nobody took over ${address} from ${victim.name}`, figures: {} };
        const awayS = found.afterMs / 1_000;
        return {
          sentence: `${address} went from ${victim.name} to ${found.name} within ${awayS.toFixed(2)} s`,
          figures: { awayS },
        };
      },
    };
  },
};

/** How often it is looked who has the address. */
const LOOK_EVERY_MS = 20;

/** Looks, beside everything else, who takes the address over, and when. */
class HeirSearch {
  readonly #look: () => NodeHandle | undefined;
  readonly #clock: Ground["clock"];
  readonly #stop = new AbortController();
  #found: { readonly name: string; readonly afterMs: number } | undefined;

  constructor(look: () => NodeHandle | undefined, clock: Ground["clock"]) {
    this.#look = look;
    this.#clock = clock;
  }

  get found(): { readonly name: string; readonly afterMs: number } | undefined {
    return this.#found;
  }

  begin(signal: AbortSignal): void {
    void this.#go(this.#clock.nowMs(), AbortSignal.any([signal, this.#stop.signal]));
  }

  end(): void {
    this.#stop.abort(new Error("the search is over"));
  }

  async #go(fromMs: number, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const name = this.#look()?.name;
      if (name !== undefined) {
        this.#found = { name, afterMs: this.#clock.nowMs() - fromMs };
        return;
      }
      await sleep(LOOK_EVERY_MS, stop, this.#clock).catch(() => {});
    }
  }
}

interface Held {
  readonly address: string;
  readonly member: NodeHandle;
}

/** By what the kernel of each node's network calls its own. */
function holdersOf(addresses: readonly string[], members: readonly NodeHandle[]): readonly Held[] {
  return members.flatMap((member) => {
    const grip = member.grip();
    if (!member.isRunning || grip.kind !== "processes" || grip.network === undefined) return [];
    const own = ownAddresses(contentOf(`/proc/${grip.network.holder.pid}/net/fib_trie`) ?? "");
    return addresses.filter((address) => own.has(address)).map((address) => ({ address, member }));
  });
}

/** Addresses that are this network's own, out of /proc/<pid>/net/fib_trie: each stands above the line that says what it is. */
export function ownAddresses(trie: string): ReadonlySet<string> {
  return new Set(
    [...trie.matchAll(/\|-- (\d+\.\d+\.\d+\.\d+)\n\s+\/32 host LOCAL/g)].map(([, address]) => address!),
  );
}
