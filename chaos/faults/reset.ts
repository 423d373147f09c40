/** Connections are broken off by RST, at the moment that hurts. */
import { bytesIn } from "../byte-words.ts";
import { relayFault } from "../relay/relay-fault.ts";

export const reset = relayFault({
  name: "reset",
  does: "breaks connections off: those that are there, whoever comes, in the middle of an answer, or between request and answer",
  value: {
    means:
      "now (once), accept, answer (the request arrives, its answer does not; answer~place_order: of requests in which that stands), or after so many bytes of answers: 4096B",
    usual: "now",
  },
  mechanism: "RST to both sides",
  read(words) {
    if (words === "now" || words === "accept" || words === "answer") return { kind: "reset", when: words };
    const asked = /^answer~(.+)$/s.exec(words)?.[1]?.trim();
    if (asked) return { kind: "reset", when: "answer", asked };
    const afterBytes = bytesIn(words);
    return afterBytes === undefined || !Number.isInteger(afterBytes)
      ? {
          problem:
            "is no way of resetting; write now, accept, answer, answer~place_order or for example 4096B",
        }
      : { kind: "reset", when: "bytes", afterBytes };
  },
});
