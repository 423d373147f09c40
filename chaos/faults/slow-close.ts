/** Connections end late: whoever waits for the end waits, and keeps what it needs for one. */
import { secondsIn } from "../../load/seconds-in.ts";
import { relayFault } from "../relay/relay-fault.ts";

const MOST_S = 600;

export const slowClose = relayFault({
  name: "slow-close",
  does: "passes the end of a connection on late, so that sockets and turns are kept for nothing",
  value: { means: "how late", usual: "2s" },
  mechanism: "ends passed on late",
  read(words) {
    const lateS = secondsIn(words);
    return lateS === undefined || !(lateS > 0 && lateS <= MOST_S)
      ? { problem: `is not a time above 0 s and up to ${MOST_S} s; write for example 2s` }
      : { kind: "slow-close", delayMs: lateS * 1000 };
  },
});
