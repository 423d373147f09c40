/** Everything over some edges takes longer, as over a longer way. */
import { secondsIn } from "../../load/seconds-in.ts";
import { relayFault } from "../relay/relay-fault.ts";

const MOST_MS = 60_000;

export const latency = relayFault({
  name: "latency",
  does: "makes an exchange over these edges take so much longer, half of it each way; nothing overtakes",
  value: { means: "how much longer, and behind ~ by how much that varies, up or down", usual: "200ms" },
  mechanism: "delay",
  read(words) {
    const [delayWord = "", jitterWord = "0", ...more] = words.split("~");
    const [delayMs, jitterMs] = [millisecondsIn(delayWord), millisecondsIn(jitterWord)];
    if (more.length > 0 || delayMs === undefined || jitterMs === undefined)
      return { problem: "is not a delay; write for example 200ms or 200ms~50ms" };
    if (!(delayMs > 0 && delayMs <= MOST_MS))
      return { problem: `is not a delay above 0 ms and up to ${MOST_MS / 1000} s` };
    if (jitterMs > delayMs) return { problem: "varies by more than it is" };
    return { kind: "latency", delayMs: delayMs / 2, jitterMs: jitterMs / 2, way: "both" };
  },
  bites(now, before, does) {
    if (does.kind !== "latency" || now.how !== "answered" || before.how !== "answered") return undefined;
    const leastMs = 2 * (does.delayMs - does.jitterMs);
    const longerMs = now.afterMs - before.afterMs;
    if (longerMs < leastMs / 2) return undefined;
    return `an exchange takes ${now.afterMs.toFixed(0)} ms, and took ${before.afterMs.toFixed(0)} ms before`;
  },
});

function millisecondsIn(word: string): number | undefined {
  const seconds = secondsIn(word);
  return seconds === undefined ? undefined : seconds * 1000;
}
