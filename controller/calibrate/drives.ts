/** One drive of a calibration: an order to the fleet, and everything seen of it from both ends. */
import { type Clock, sleep } from "../../base/clock.ts";
import { arrivalsBetween } from "../../load/schedule.ts";
import { withWarmUp } from "../../load/warm-up.ts";
import type { OperationTotals } from "../../metrics/operation-sum.ts";
import type { InstrumentTotals, LoadTotals } from "../../metrics/timeline.ts";
import type { TimelineSecond } from "../../metrics/timeline-second.ts";
import { usualSender } from "../../proto/sender-names.ts";
import { findScenario } from "../../scenarios/catalog.ts";
import { Collector } from "../collector.ts";
import type { EndingWatch } from "../ending.ts";
import type { Fleet } from "../fleet.ts";
import type { Heard } from "../heard.ts";
import type { RunRecord } from "../record.ts";
import type { Door, KnownServer } from "./known-server.ts";

export interface CalibrationDrive {
  /** What it is for, in a word or two. */
  readonly name: string;
  readonly scenario: "calibration" | "calibration-even" | "calibration-closed";
  readonly door: Door;
  /** Arrivals per second; shoppers when the scenario is closed. */
  readonly ratePerS: number;
  readonly warmupS: number;
  readonly durationS: number;
  readonly maxConnections: number;
  readonly maxInFlight: number;
}

/** Counts over a whole drive, warm-up included. */
export interface DriveCounts {
  readonly planned: number;
  readonly fired: number;
  readonly completed: number;
  readonly failed: number;
  readonly dropped: number;
  readonly inFlightAtEnd: number;
  /** Arrivals the schedule owes; undefined when the load is closed. */
  readonly owed: number | undefined;
  /** Requests the server read: an outside witness. */
  readonly readByServer: number;
}

export interface Driven {
  readonly drive: CalibrationDrive;
  readonly counts: DriveCounts;
  /** Of the measured part. */
  readonly load: LoadTotals;
  readonly latency: OperationTotals;
  readonly instrument: InstrumentTotals;
  readonly seconds: readonly TimelineSecond[];
  /** CPU of the server over the drive, 1 = one core. */
  readonly serverCpuRatio: number;
  /** Numbers of the arrivals planned in the measured part: [from, to). Both 0 when the load is closed. */
  readonly numbers: { readonly from: number; readonly to: number };
}

export interface DriveTools {
  readonly fleet: Fleet;
  readonly server: KnownServer;
  readonly watch: EndingWatch;
  readonly heard: Heard;
  readonly record: RunRecord;
  readonly clock: Clock;
}

/** Every drive replays the same plan: what differs between them is not chance. */
const seed = 1;
/** A freeze of 1 s has to end, and its answers to come. */
const drainS = 2;
const requestTimeoutMs = 5_000;

/** Makes the drives of one calibration, one after another, and keeps them all. */
export class Drives {
  readonly all: Driven[] = [];
  readonly #tools: DriveTools;

  constructor(tools: DriveTools) {
    this.#tools = tools;
  }

  /** @throws the reason why the calibration was ended early */
  async make(drive: CalibrationDrive): Promise<Driven> {
    const { fleet, server, watch, heard, record, clock } = this.#tools;
    const { name, scenario, door, ratePerS, warmupS, durationS, maxConnections, maxInFlight } = drive;
    const collector = new Collector({
      agents: fleet.members.length,
      warmupS,
      durationS,
      record: undefined,
      heard,
      label: name,
      nowMs: () => clock.nowMs(),
    });
    await server.forget();
    const before = await server.self();
    await fleet.drive(
      {
        drive: this.all.length,
        purpose: "measure",
        scenario,
        scenarioFile: "",
        seed,
        ratePerS,
        warmupS,
        durationS,
        drainS,
        baseUrls: [server.url(door)],
        names: undefined,
        requestTimeoutMs,
        maxConnections,
        maxInFlight,
        sender: usualSender,
        world: { items: 1, categories: 1, users: 1, tag: "calibration", sale: undefined },
      },
      collector,
    );
    watch.signal.throwIfAborted();
    const after = await this.#settled(door, collector);
    const { timeline } = collector;
    const driven: Driven = {
      drive,
      counts: { ...totalOf(timeline.allSeconds()), owed: owedBy(drive), readByServer: after.requests[door] },
      load: timeline.load(),
      latency: timeline.overall(),
      instrument: timeline.instrument(),
      seconds: timeline.seconds(),
      serverCpuRatio: (after.cpuS - before.cpuS) / (warmupS + durationS),
      numbers: numbersOf(drive),
    };
    timeline.release();
    this.all.push(driven);
    record.event("driven", { ...driven, seconds: undefined });
    return driven;
  }

  /** Requests in flight when the agents left may still lie unread in the server's sockets. */
  async #settled(door: Door, { timeline }: Collector): ReturnType<KnownServer["self"]> {
    const { server, watch, clock } = this.#tools;
    const { fired } = totalOf(timeline.allSeconds());
    for (let looks = 0; ; looks++) {
      const self = await server.self();
      if (self.requests[door] >= fired || looks === 10) return self;
      await sleep(20, watch.signal, clock);
    }
  }
}

function totalOf(seconds: readonly TimelineSecond[]): Omit<DriveCounts, "owed" | "readByServer"> {
  const sum = (of: (second: TimelineSecond) => number) =>
    seconds.reduce((total, second) => total + of(second), 0);
  return {
    planned: sum(({ planned }) => planned),
    fired: sum(({ fired }) => fired),
    completed: sum(({ completed }) => completed),
    failed: sum(({ failed }) => failed),
    dropped: sum(({ dropped }) => dropped),
    inFlightAtEnd: seconds.at(-1)?.inFlight ?? 0,
  };
}

function owedBy(drive: CalibrationDrive): number | undefined {
  return isClosed(drive) ? undefined : numbersOf(drive).to;
}

function numbersOf(drive: CalibrationDrive): Driven["numbers"] {
  if (isClosed(drive)) return { from: 0, to: 0 };
  const { ratePerS, warmupS, durationS } = drive;
  const load = withWarmUp(findScenario(drive.scenario).load({ ratePerS, durationS }), warmupS);
  if (load.kind === "closed") throw new Error(`${drive.scenario} was to be open`);
  const from = arrivalsBetween(load, seed, { fromS: 0, toS: warmupS });
  return { from, to: from + arrivalsBetween(load, seed, { fromS: warmupS, toS: load.spanS }) };
}

const isClosed = ({ scenario }: CalibrationDrive): boolean => scenario === "calibration-closed";
