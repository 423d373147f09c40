/** What is sent over some edges goes nowhere, and nobody is told. */
import { relayFault } from "../relay/relay-fault.ts";
import { healOf, healWords, isSilent } from "../relay/silence.ts";

export const blackhole = relayFault({
  name: "blackhole",
  does: "lets nothing through these edges, neither data nor ends nor resets, and says so to nobody",
  value: healWords,
  mechanism: "nothing passed on",
  read(words) {
    const heal = healOf(words);
    return typeof heal === "string" ? { kind: "hold", way: "both", heal } : heal;
  },
  bites: isSilent,
});
