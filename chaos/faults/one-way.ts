/** Half a partition: one side is heard, the other is not. */
import { relayFault } from "../relay/relay-fault.ts";
import { isSilent } from "../relay/silence.ts";

export const oneWay = relayFault({
  name: "one-way",
  does: "lets nothing through these edges one way: of requests (up), or of answers, which come too late for whoever gave up (down)",
  value: { means: "the way that is cut: up or down", usual: "down" },
  mechanism: "nothing passed on one way",
  read: (words) =>
    words === "up" || words === "down"
      ? { kind: "hold", way: words, heal: "resume" }
      : { problem: "is no way; write up, towards the callee, or down, towards the caller" },
  bites: isSilent,
});
