/** The instrument proves itself on this machine: one calibration, start to finish. docs/calibrate.md is its prose. */
import { Cleanup } from "../../base/cleanup.ts";
import type { Clock } from "../../base/clock.ts";
import { pressureBetween } from "../../metrics/host-pressure.ts";
import { usualSender } from "../../proto/sender-names.ts";
import { targets } from "../../targets/catalog.ts";
import { EndingWatch } from "../ending.ts";
import type { Fleet } from "../fleet.ts";
import type { Heard } from "../heard.ts";
import { readPressure } from "../host-pressure.ts";
import type { RunRecord } from "../record.ts";
import type { GuardHandle } from "../run.ts";
import { readClock } from "../start-line.ts";
import {
  type CalibrationFigures,
  type Certificate,
  type CertifiedHost,
  type Clocks,
  statusOf,
} from "./certificate.ts";
import { clocksAndTimers } from "./checks/clocks-and-timers.ts";
import { conservation, conservationFigures } from "./checks/conservation.ts";
import { freeze, freezeFigures } from "./checks/freeze.ts";
import { knownFigures, knownLatency } from "./checks/known-latency.ts";
import { busyRatio, maximumOf, maximumRate, probeOf, slipLimitMs } from "./checks/maximum-rate.ts";
import { sameTwice, sameTwiceFigures } from "./checks/same-twice.ts";
import { slipCurve } from "./checks/slip-curve.ts";
import { readClockFigures } from "./clock-figures.ts";
import { type CalibrationDrive, type Driven, Drives } from "./drives.ts";
import { freezes } from "./freeze-distribution.ts";
import { knownDelays } from "./known-distribution.ts";
import { KnownServer } from "./known-server.ts";
import { nextRate, type Probed } from "./rate-search.ts";

/** Everything that touches the world. */
export interface CalibrationParts {
  readonly clock: Clock;
  readonly record: RunRecord;
  readonly heard: Heard;
  readonly host: CertifiedHost;
  /** Milliseconds the server adds without telling; 0 but when the calibration itself is under test. */
  readonly plantedMs: number;
  openGuard(): Promise<GuardHandle>;
  openFleet(guard: GuardHandle, watch: EndingWatch): Promise<Fleet & AsyncDisposable>;
}

/** As many as a run has by default, and as the published figures of other load generators. */
const connections = 64;
/** Far below every limit: how fast the instrument is has no part in how truly it tells. */
const truthRatePerS = 1_000;
/** The answers of a whole freeze come at once; so few are written and read in a few milliseconds. */
const freezeRatePerS = 400;

/**
 * Drives load against a server whose answers are known and compares.
 * @throws {Failure} when it could not be carried out; what was found is in the certificate, good or bad
 */
export async function calibrate(parts: CalibrationParts, user: AbortSignal): Promise<Certificate> {
  const { clock, record, heard, host, plantedMs } = parts;
  const watch = new EndingWatch(user);
  const startedMs = clock.nowMs();
  const date = new Date(clock.epochMs()).toISOString();
  const before = readPressure(startedMs);
  const guard = await parts.openGuard();
  guard.onDeath((because) => watch.end({ status: "failed", because: `the guard died: ${because}` }));
  const { figures, breaks } = await underGuard();
  await guard.allIsWell();
  record.throwIfBroken();

  const neededPerS = Math.max(0, ...targets.flatMap(({ claims }) => claims.map(({ ratePerS }) => ratePerS)));
  const checks = [
    maximumRate(figures.maximum, neededPerS),
    ...slipCurve(figures.slipCurve),
    ...clocksAndTimers(figures.clocks),
    ...knownLatency(figures.knownLatency),
    ...freeze(figures.freeze),
    ...sameTwice(figures.sameTwice),
    conservation(figures.conservation, breaks),
  ];
  return {
    schemaVersion: 1,
    date,
    tookS: (clock.nowMs() - startedMs) / 1000,
    host,
    sender: usualSender,
    status: statusOf(checks),
    hostPressure: pressureBetween(before, readPressure(clock.nowMs())),
    figures,
    checks,
    ...(plantedMs === 0 ? {} : { plantedMs }),
  };

  async function underGuard(): Promise<{ figures: CalibrationFigures; breaks: readonly string[] }> {
    await using cleanup = new Cleanup();
    heard.step("reading the clock, waiting for timers");
    const clockFigures = await readClockFigures(clock, watch.signal);
    heard.step("starting the known-latency server and an agent");
    const server = cleanup.use(
      await KnownServer.start(
        {
          delays: knownDelays,
          freezes,
          unsaidMs: plantedMs,
          folder: record.path("target"),
          wards: guard,
          clock,
        },
        watch.signal,
      ),
    );
    server.onDeath((because) =>
      watch.end({ status: "target-died", because: `the known-latency server died: it ${because}` }),
    );
    const fleet = cleanup.use(await parts.openFleet(guard, watch));
    const gatheredMs = clock.nowMs();
    const drives = new Drives({ fleet, server, watch, heard, record, clock });

    const closed = await drives.make(closedDrive);
    heard.step("looking for the highest rate at which the agent is on time");
    const open = await searchMaximum(drives, closed);
    const maximum = maximumOf(closed, open);
    heard.step(`${maximum.ratePerAgentPerS} requests/s; how late below that`);
    const curve = await driveSlipCurve(drives, maximum.ratePerAgentPerS);
    heard.step("telling latencies that are known, twice");
    const baseline = await drives.make({
      ...knownDrive,
      name: "no delay",
      door: "now",
      warmupS: 0,
      durationS: 2,
    });
    const known: { readonly driven: Driven; readonly truth: Awaited<ReturnType<KnownServer["truth"]>> }[] =
      [];
    for (const name of ["known, first", "known, again"]) {
      const driven = await drives.make({ ...knownDrive, name });
      known.push({ driven, truth: await server.truth(driven.numbers.from, driven.numbers.to) });
    }
    heard.step("standing still for 1 s in 5 s");
    const frozen = await drives.make(freezeDrive);
    const agents: Clocks["agents"] = [];
    for (const { link, clock: first } of fleet.members) {
      const again = await readClock(link, clock, watch.signal);
      agents.push({
        ...first,
        movedMs: again.offsetMs - first.offsetMs,
        errorAgainMs: again.errorMs,
        afterS: (clock.nowMs() - gatheredMs) / 1000,
      });
    }
    fleet.dismiss("the calibration is over");
    const [first, again] = known as [(typeof known)[number], (typeof known)[number]];
    return {
      breaks: drives.all.flatMap(({ instrument }) => instrument.identityBreaks),
      figures: {
        maximum,
        slipCurve: curve,
        clocks: { ...clockFigures, agents },
        knownLatency: knownFigures({
          delays: knownDelays,
          ratePerS: truthRatePerS,
          requests: first.driven.latency.count,
          drives: known.map(({ driven, truth }) => ({ responseMs: driven.latency.responseMs, truth })),
          baselineMs: baseline.latency.responseMs,
        }),
        freeze: freezeFigures(freezes, frozen),
        sameTwice: sameTwiceFigures(first.driven, again.driven),
        conservation: conservationFigures(drives.all),
      },
    };
  }
}

const closedDrive: CalibrationDrive = {
  name: "closed",
  scenario: "calibration-closed",
  door: "now",
  ratePerS: connections,
  warmupS: 1,
  durationS: 2,
  maxConnections: connections,
  maxInFlight: 2_000,
};

/** Seconds of six are the fewest in two drives that can differ at all by a rank test with p < 0.01 and one to spare. */
const knownDrive: CalibrationDrive = {
  name: "known",
  scenario: "calibration",
  door: "drawn",
  ratePerS: truthRatePerS,
  warmupS: 1,
  durationS: 6,
  maxConnections: 1_000,
  maxInFlight: 10_000,
};

/**
 * Fewer connections than arrivals in a freeze, as in real runs: whoever finds none waits in line, which is in the
 * response time and not in the service time. Enough of them that the line at the end of the freeze is short.
 */
const freezeDrive: CalibrationDrive = {
  name: "freezing",
  scenario: "calibration-even",
  door: "freezing",
  ratePerS: freezeRatePerS,
  warmupS: 0,
  durationS: freezes.everyMs / 1000,
  maxConnections: 160,
  maxInFlight: 10_000,
};

function openDrive(name: string, ratePerS: number, durationS: number): CalibrationDrive {
  // What waits longer than 50 ms for its turn has no place in a probe that asks for 1 ms.
  const maxInFlight = Math.max(500, Math.ceil(ratePerS * 0.05));
  return {
    name,
    scenario: "calibration",
    door: "now",
    ratePerS,
    warmupS: 0,
    durationS,
    maxConnections: connections,
    maxInFlight,
  };
}

/** One second each: this is what a minute has room for. */
const mostProbes = 14;

/** A probe that fails although the agent had CPU left is made once more: something else may have been in the way. */
async function searchMaximum(drives: Drives, closed: Driven): Promise<readonly Driven[]> {
  const made: Driven[] = [];
  const probes: Probed[] = [];
  const probe = async (ratePerS: number) => {
    const driven = await drives.make(openDrive(`probe ${ratePerS}`, ratePerS, 1));
    made.push(driven);
    return probeOf(driven);
  };
  const options = {
    firstPerS: closed.load.completedPerS / 2,
    growth: 1.5,
    resolutionRatio: 0.08,
    leastPerS: 100,
  };
  for (
    let ratePerS = nextRate(probes, options);
    ratePerS !== undefined;
    ratePerS = nextRate(probes, options)
  ) {
    if (made.length >= mostProbes) break;
    let { isGood, agentCpuRatio } = await probe(ratePerS);
    if (!isGood && agentCpuRatio < busyRatio) ({ isGood, agentCpuRatio } = await probe(ratePerS));
    probes.push({ ratePerS, isGood });
  }
  return made;
}

/** The same second chance, by the same rule, for every point of the curve. */
async function driveSlipCurve(drives: Drives, maximumPerS: number): Promise<CalibrationFigures["slipCurve"]> {
  const curve: CalibrationFigures["slipCurve"] = [];
  if (maximumPerS === 0) return curve;
  for (const ofMaximumRatio of [0.1, 0.5, 0.8]) {
    const ratePerS = Math.round(maximumPerS * ofMaximumRatio);
    const drive = openDrive(`slip at ${ofMaximumRatio * 100} %`, ratePerS, ofMaximumRatio === 0.8 ? 2 : 1);
    let driven = await drives.make(drive);
    let tries = 1;
    if (driven.instrument.slipMs.p99 > slipLimitMs && driven.instrument.agentCpuRatio < busyRatio) {
      driven = await drives.make(drive);
      tries++;
    }
    const { p50, p99, max } = driven.instrument.slipMs;
    curve.push({ ofMaximumRatio, ratePerS, tries, slipMs: { p50, p99, max } });
  }
  return curve;
}
