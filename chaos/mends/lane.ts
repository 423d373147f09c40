/** A narrow lane of ours on a device in the network of a node is closed; with the network it is gone anyway. */
import { z } from "zod";
import { closeLaneWords } from "../network/lane-words.ts";
import { closeLane } from "../network/lanes.ts";
import { mendKind } from "./mend-kind.ts";

export const laneMend = mendKind({
  shape: z.object({
    mend: z.literal("lane"),
    /** The process that holds the network. */
    holder: z.object({ pid: z.number().int().min(2), startTicks: z.number().int().optional() }),
    /** Ours: a node's own, or the other end of its line. */
    device: z.string().regex(/^(eth0|node\d+)$/),
    lane: z.number().int().min(1).max(65_534),
  }),
  async perform({ holder: { pid, startTicks }, device, lane }, signal) {
    await closeLane({ holder: { pid, startTicks }, device }, lane, signal);
  },
  manual: ({ holder: { pid }, device, lane }) =>
    closeLaneWords(device, lane)
      .map((words) => `nsenter --net=/proc/${pid}/ns/net tc ${words.join(" ")}`)
      .join("; "),
});
