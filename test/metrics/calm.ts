/** The vital signs of an agent with nothing to do. */
import { Latency } from "../../metrics/latency.ts";
import type { Vitals } from "../../metrics/recorder.ts";

const none = Latency.blank();

export const calm: Vitals = {
  eventLoopDelay: none.pack(),
  cpuRatio: 0.1,
  spunMs: 2,
  gcMs: 1,
  gcLongestMs: 0.5,
  stalledMs: 2,
  pressure: {},
};
none.release();
