import { expect, test } from "vitest";
import { FaultTrace } from "../../../chaos/relay/fault-trace.ts";

test("connections that the callee did not take are counted, and are not what the fault has done", () => {
  const trace = new FaultTrace(0);
  trace.dialRefused();
  trace.dialRefused();
  const { firstEffectMs, ...seen } = trace.seen(true);
  expect(seen).toMatchObject({ refusedDials: 2, connections: 0, chunks: 0, resets: 0 });
  expect(firstEffectMs).toBeUndefined();
});
