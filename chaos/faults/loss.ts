/** Segments are lost on the way: TCP sends them again, and everything behind them waits. */
import { relayFault } from "../relay/relay-fault.ts";
import { shareIn } from "../share.ts";

export const loss = relayFault({
  name: "loss",
  does: "loses segments as a bad line does: none is missing in the end, for TCP sends them again, and all behind them waits",
  value: { means: "share of the segments", usual: "2%" },
  mechanism: "waits as of TCP for lost segments",
  read(words) {
    const ratio = shareIn(words);
    return ratio === undefined || ratio > 0.5
      ? { problem: "is not a share of segments above 0% and up to 50%; write for example 2%" }
      : { kind: "loss", ratio, way: "both" };
  },
});
