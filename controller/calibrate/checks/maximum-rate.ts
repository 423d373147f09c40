/** Can one agent make the load that the built-in targets claim to carry, on time? */
import { count, figure, ms } from "../../../verdict/telling/figures.ts";
import type { CalibrationCheck, Maximum, Probe } from "../certificate.ts";
import type { Driven } from "../drives.ts";
import { highestGood } from "../rate-search.ts";

/** Source: half of what Nighthawk's and our own goals allow at 80 % of the rated load: slip p99 of 1 ms. */
export const slipLimitMs = 1;
/** Answers that came within the probe, of arrivals offered: less means that a line grows somewhere. Judgement, as for a target's throughput. */
const keptUpRatio = 0.99;
/** Above this a process is out of CPU. Source: Locust warns of its own workers above 90 %. */
export const busyRatio = 0.9;

export function probeOf({ drive, load, instrument, serverCpuRatio }: Driven): Probe {
  const slipP99Ms = instrument.slipMs.p99;
  return {
    ratePerS: drive.ratePerS,
    isGood:
      slipP99Ms <= slipLimitMs &&
      load.dropped === 0 &&
      load.failed === 0 &&
      load.completedPerS >= keptUpRatio * load.offeredPerS &&
      instrument.lostIntervals === 0,
    completedPerS: load.completedPerS,
    slipP99Ms,
    dropped: load.dropped,
    failed: load.failed,
    agentCpuRatio: instrument.agentCpuRatio,
    serverCpuRatio,
  };
}

/** CPU of the busiest agent per completed request, microseconds; 0 when there were none. */
export function cpuUsPerRequest({ load, instrument }: Driven): number {
  return load.completedPerS > 0 ? (instrument.agentCpuRatio * 1e6) / load.completedPerS : 0;
}

export function maximumOf(closed: Driven, open: readonly Driven[]): Maximum {
  const probes = open.map(probeOf);
  // A rate that failed and then held was tried twice because the machine may have been in the way.
  const held = new Set(probes.filter(({ isGood }) => isGood).map(({ ratePerS }) => ratePerS));
  const ratePerAgentPerS = highestGood(
    probes.filter(({ isGood, ratePerS }) => isGood || !held.has(ratePerS)),
  );
  const best = open.find((driven, at) => driven.drive.ratePerS === ratePerAgentPerS && probes[at]!.isGood);
  const costUs = best === undefined ? 0 : cpuUsPerRequest(best);
  return {
    ratePerAgentPerS,
    ratePerCorePerS: costUs > 0 ? 1e6 / costUs : 0,
    cpuUsPerRequest: costUs,
    limitedBy: limitOf(probes.filter(({ ratePerS }) => !held.has(ratePerS))),
    connections: closed.drive.maxConnections,
    closed: {
      ratePerS: closed.load.completedPerS,
      cpuUsPerRequest: cpuUsPerRequest(closed),
      agentCpuRatio: closed.instrument.agentCpuRatio,
      serverCpuRatio: closed.serverCpuRatio,
    },
    probes,
  };
}

/** `bad`: the probes of rates that did not hold. */
function limitOf(bad: readonly Probe[]): Maximum["limitedBy"] {
  const lowestBad = bad.filter(({ isGood }) => !isGood).toSorted((a, b) => a.ratePerS - b.ratePerS)[0];
  if (lowestBad === undefined) return "not reached";
  if (lowestBad.agentCpuRatio >= busyRatio) return "agent";
  return lowestBad.serverCpuRatio >= busyRatio ? "server" : "pauses";
}

const limitWords: Readonly<Record<Maximum["limitedBy"], string>> = {
  agent: "the agent had no more CPU",
  server: "the known-latency server had no more CPU, so the agent may be able to do more",
  pauses:
    "neither agent nor server was out of CPU: pauses, of this machine or of the agent, made requests late",
  "not reached": "no probe failed, so it may be able to do more",
};

/** `neededPerS`: the highest rate a built-in target claims. */
export function maximumRate(maximum: Maximum, neededPerS: number): CalibrationCheck {
  const { ratePerAgentPerS, cpuUsPerRequest: costUs, limitedBy } = maximum;
  const isEnough = ratePerAgentPerS >= neededPerS;
  const because =
    ratePerAgentPerS === 0
      ? `at no rate that was tried did one agent keep slip p99 within ${ms(slipLimitMs)} without dropping anything`
      : `one agent makes up to ${count(ratePerAgentPerS)} requests/s at ${figure(costUs)} µs of CPU each; ` +
        `${limitWords[limitedBy]}; built-in targets claim up to ${count(neededPerS)} /s`;
  return {
    check: "maximum-rate",
    subject: "agent",
    status: isEnough ? "upheld" : "refuted",
    because,
    observed: ratePerAgentPerS,
    limit: neededPerS,
    unit: "requests/s",
  };
}
