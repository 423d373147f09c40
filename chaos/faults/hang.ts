/** A callee that takes connections and never serves them, as one whose process stands still. */
import { relayFault } from "../relay/relay-fault.ts";
import { isSilent } from "../relay/silence.ts";

export const hang = relayFault({
  name: "hang",
  does: "takes connections and never serves them, as a process that stands still behind a kernel that answers for it",
  value: { means: "all, or only new connections", usual: "all" },
  mechanism: "connections taken and not served",
  read(words) {
    if (words === "all") return { kind: "hang", established: "hold" };
    if (words === "new") return { kind: "hang", established: "keep" };
    return { problem: "does not say which connections; write all or new" };
  },
  bites: isSilent,
});
