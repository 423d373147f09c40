/** What a calibration found, as it stands in `certificate.json`: figures, and what was demanded of them. */
import { z } from "zod";

const size = z.number().min(0);
const whole = z.number().int().min(0);
const spread = z.object({ p50: size, p99: size, max: size });

/** The machine and the program a certificate is about; any difference makes it another's. */
const host = z.object({
  cpu: z.string(),
  cores: whole,
  memoryBytes: whole,
  kernel: z.string(),
  platform: z.string(),
  /** Cores that go to sleep are late for the next arrival: what was proven awake is not proven of them. */
  haltPollMs: z.exactOptional(size),
  node: z.string(),
  bench: z.string(),
});

const probe = z.object({
  /** Arrivals per second asked for. */
  ratePerS: size,
  isGood: z.boolean(),
  completedPerS: size,
  slipP99Ms: size,
  dropped: whole,
  failed: whole,
  agentCpuRatio: size,
  serverCpuRatio: size,
});

const maximum = z.object({
  /** Highest open rate of one agent at which nothing was dropped and slip p99 stayed within its limit. */
  ratePerAgentPerS: size,
  /** The same per core-second of the agent's CPU. */
  ratePerCorePerS: size,
  cpuUsPerRequest: size,
  /** What kept it from more: who was out of CPU at the lowest rate that failed. */
  limitedBy: z.enum(["agent", "server", "pauses", "not reached"]),
  connections: whole,
  /** As many requests as come, one after another on every connection. */
  closed: z.object({ ratePerS: size, cpuUsPerRequest: size, agentCpuRatio: size, serverCpuRatio: size }),
  probes: z.array(probe),
});

const clocks = z.object({
  grainNs: size,
  readNs: size,
  timers: whole,
  /** Below 0: the timer was early. */
  timerLateMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
  agents: z.array(
    z.object({
      offsetMs: z.number(),
      errorMs: size,
      /** Read once more at the end: how far the offset had moved by then, and the error of that reading. */
      movedMs: z.number(),
      errorAgainMs: size,
      afterS: size,
    }),
  ),
});

const knownQuantile = z.object({
  quantile: z.string(),
  /** In closed form. */
  expectedMs: size,
  /** Of exactly these requests: as drawn, and as the server says it kept them. */
  drawnMs: size,
  serverMs: size,
  /** What the instrument says, nothing subtracted; one for each of the two drives. */
  recoveredMs: z.array(size),
  /** What a server without delay gave, in the same way: network, server and instrument together. */
  baselineMs: size,
  limitMs: size,
});

const freezeQuantile = z.object({
  quantile: z.string(),
  expectedMs: size,
  responseMs: size,
  /** Beside it, because this is what tools show that start their watch when they send. */
  serviceMs: size,
  limitMs: size,
});

const sample = z.object({
  metric: z.enum(["p50", "p99"]),
  aMs: z.array(size),
  bMs: z.array(size),
  u: size,
  p: size,
});

const counts = z.object({
  drive: z.string(),
  planned: whole,
  fired: whole,
  completed: whole,
  failed: whole,
  dropped: whole,
  inFlightAtEnd: whole,
  owed: z.exactOptional(whole),
  readByServer: whole,
});

const check = z.object({
  check: z.string(),
  subject: z.string(),
  status: z.enum(["upheld", "refuted", "inconclusive"]),
  because: z.string(),
  observed: z.exactOptional(z.number()),
  limit: z.exactOptional(z.number()),
  unit: z.exactOptional(z.string()),
});

export const certificateSchema = z.object({
  schemaVersion: z.literal(1),
  /** ISO 8601. */
  date: z.string(),
  tookS: size,
  host,
  /** The sender the figures are about. */
  sender: z.string(),
  status: z.enum(["upheld", "refuted", "inconclusive"]),
  /** How hard pressed the host was by everything that ran on it meanwhile, ourselves included. */
  hostPressure: z.object({ cpuSomeRatio: z.exactOptional(size), stealRatio: z.exactOptional(size) }),
  figures: z.object({
    maximum,
    /** `tries` above 1: what came before did not hold, although the agent had CPU left. */
    slipCurve: z.array(z.object({ ofMaximumRatio: size, ratePerS: size, tries: whole, slipMs: spread })),
    clocks,
    knownLatency: z.object({
      ratePerS: size,
      requests: whole,
      /** The server's own lateness: the answer written after its drawn delay was over. */
      serverLateUs: spread,
      quantiles: z.array(knownQuantile),
    }),
    freeze: z.object({
      everyMs: size,
      forMs: size,
      ratePerS: size,
      requests: whole,
      connections: whole,
      quantiles: z.array(freezeQuantile),
      /** Share of requests a closed loop would have met the freeze with, from the service time at the median. */
      closedLoopFrozenRatio: size,
    }),
    sameTwice: z.array(sample),
    conservation: z.array(counts),
  }),
  checks: z.array(check),
  /** Milliseconds the server added without telling, when the calibration itself was under test. */
  plantedMs: z.exactOptional(size),
});

export type Certificate = z.infer<typeof certificateSchema>;
export type CalibrationFigures = Certificate["figures"];
export type CalibrationCheck = Certificate["checks"][number];
export type CertifiedHost = z.infer<typeof host>;
export type Maximum = z.infer<typeof maximum>;
export type Probe = z.infer<typeof probe>;
export type Clocks = z.infer<typeof clocks>;

const gravity = { upheld: 0, inconclusive: 1, refuted: 2 } as const;

/** The gravest of all; a certificate without checks certifies nothing. */
export function statusOf(checks: readonly CalibrationCheck[]): Certificate["status"] {
  return checks.reduce<Certificate["status"]>(
    (gravest, { status }) => (gravity[status] > gravity[gravest] ? status : gravest),
    checks.length === 0 ? "inconclusive" : "upheld",
  );
}
