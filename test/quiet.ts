/** Which tests have the machine for themselves, and which whole runs need not. */

/** Contracts about time, or about requests of which none may be late: nobody else may be busy meanwhile. */
export const quietContracts = [
  "agent",
  "agent-threads",
  "cache-faults",
  "config-centre",
  "container-edges",
  "faults",
  "grpc-sender",
  "http2-*",
  "namespaces",
  "orchestration",
  "orchestration-words",
  "order-queue",
  "sender",
  "service-rates",
  "shop-limits",
  "wire-*",
].map((name) => `test/contracts/${name}.test.ts`);

/** Whole runs of which the end matters, and not what was measured. */
export const unhurriedRuns = [
  "endings",
  "guard",
  "html-report",
  "own-system",
  "targets",
  "watch",
  "words",
].map((name) => `test/e2e/${name}.test.ts`);
