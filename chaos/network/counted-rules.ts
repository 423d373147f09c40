/** Rules of nftables that are in place in networks of nodes: put there, asked what they counted, taken back. */
import type { ProcessIdentity } from "../../targets/running-target.ts";
import type { PreparedFault } from "../fault.ts";
import { performMend } from "../mend.ts";
import { droppedIn, type Family, withoutTable } from "./drop-rules.ts";
import { inNetworkOf } from "./in-network.ts";
import { holderWords } from "./places.ts";

export interface CountedRules {
  /** Whose packets they are about, for people. */
  readonly name: string;
  /** Who holds the network they are in. */
  readonly holder: ProcessIdentity;
  /** The table with all that is in it. */
  readonly text: string;
}

/** A fault that is one table of rules in each of some networks. */
export function preparedRules(
  places: readonly CountedRules[],
  { family, table, does }: { readonly family: Family; readonly table: string; readonly does: string },
): PreparedFault {
  const where = places.map(({ name }) => name).join(", ");
  const mends = places.map(({ holder }) => ({
    ...{ mend: "nft" as const, holder: holderWords(holder), family, table },
  }));
  /** Packets so far; undefined when there is no such table. */
  async function dropped({ holder }: CountedRules): Promise<number | undefined> {
    try {
      const listed = await inNetworkOf(holder, ["nft", "list", "table", family, table]);
      return listed === undefined ? undefined : droppedIn(listed);
    } catch (error) {
      if (/No such file or directory/.test((error as Error).message)) return undefined;
      throw error;
    }
  }
  let most = 0;
  const count = async () => {
    const counts = await Promise.all(places.map(dropped));
    const packets = counts.reduce<number>((sum, each) => sum + (each ?? 0), 0);
    most = Math.max(most, packets);
    return packets;
  };
  return {
    mends,
    async inject(signal) {
      for (const { holder, text } of places) {
        const input = `${withoutTable(table, family)}${text}`;
        await inNetworkOf(holder, ["nft", "-f", "-"], { input, signal });
      }
    },
    async verify() {
      const packets = await count();
      return packets === 0 ? undefined : `the kernel ${does} of ${where}: ${packets} so far`;
    },
    async undo(signal) {
      // What cannot be counted is taken back all the same.
      await count().catch(() => {});
      for (const mend of mends) await performMend(mend, signal);
    },
    account: async () => ({
      sentence: `${most} packets were dropped in all`,
      figures: { droppedPackets: most },
    }),
    async verifyUndone() {
      const left = await Promise.all(
        places.map(async (place) => ((await dropped(place)) === undefined ? [] : [place.name])),
      );
      const names = left.flat();
      return names.length === 0
        ? undefined
        : `packets are still dropped in the network of ${names.join(", ")}`;
    },
  };
}
