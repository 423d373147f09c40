/** A table of rules of ours is removed from the network of a node; with the network it is gone anyway. */
import { z } from "zod";
import { withoutTable } from "../network/drop-rules.ts";
import { inNetworkOf } from "../network/in-network.ts";
import { mendKind } from "./mend-kind.ts";

export const nftMend = mendKind({
  shape: z.object({
    mend: z.literal("nft"),
    /** The process that holds the network. */
    holder: z.object({ pid: z.number().int().min(2), startTicks: z.number().int().optional() }),
    /** `inet` when absent. */
    family: z.enum(["inet", "netdev"]).optional(),
    table: z.string().regex(/^stagebench_[0-9a-f]+$/),
  }),
  async perform({ holder: { pid, startTicks }, family, table }, signal) {
    await inNetworkOf({ pid, startTicks }, ["nft", "-f", "-"], {
      input: withoutTable(table, family),
      signal,
    });
  },
  manual: ({ holder: { pid }, family = "inet", table }) =>
    `nsenter --net=/proc/${pid}/ns/net nft delete table ${family} ${table}`,
});
