/** Nodes are cut off from all others, or two sides from each other. */
import { relayFault } from "../relay/relay-fault.ts";
import { healOf, healWords, isSilent } from "../relay/silence.ts";

export const partition = relayFault({
  name: "partition",
  does: "cuts nodes off: nothing passes over any of their edges, in or out; with a>b between the two sides, either way",
  value: healWords,
  isBothWays: true,
  mechanism: "nothing passed on",
  read(words) {
    const heal = healOf(words);
    return typeof heal === "string" ? { kind: "hold", way: "both", heal } : heal;
  },
  bites: isSilent,
});
