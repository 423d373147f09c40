/** A narrow line: so many bytes a second, and what is more waits. */
import { bytesIn } from "../byte-words.ts";
import { relayFault } from "../relay/relay-fault.ts";

export const bandwidth = relayFault({
  name: "bandwidth",
  does: "lets only so many bytes a second through these edges, each way, all their connections together",
  value: { means: "bytes a second, 64k or 1MB (k is 1000)", usual: "64k" },
  mechanism: "a token bucket",
  read(words) {
    const bytesPerS = bytesIn(words);
    return bytesPerS === undefined || bytesPerS < 1
      ? { problem: "is not so many bytes a second; write for example 64k or 1MB" }
      : { kind: "bandwidth", bytesPerS, way: "both", of: "edges" };
  },
});
