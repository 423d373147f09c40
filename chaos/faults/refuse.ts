/** Nobody listens any more: new connections are refused at once. */
import { relayFault } from "../relay/relay-fault.ts";

export const refuse = relayFault({
  name: "refuse",
  does: "refuses new connections, as where nobody listens, and breaks off those that are there, or lets them live",
  value: { means: "what becomes of those that are there: reset or keep", usual: "reset" },
  mechanism: "a closed port",
  isForAll: true,
  read: (words) =>
    words === "reset" || words === "keep"
      ? { kind: "refuse", established: words }
      : { problem: "does not say what becomes of connections that are there; write reset or keep" },
  bites: ({ how }) => (how === "refused" ? "a new connection is refused" : undefined),
});
