/** What a search for the knee found, as it stands in `capacity.json` of its folder. */
import type { FailureKind } from "../../base/failure.ts";
import type { NodeSeen } from "../evidence.ts";
import type { CapacityObjective, ProbeSeen } from "./probe.ts";
import type { Relief } from "./relief.ts";
import type { Saturated } from "./saturated.ts";

export interface CapacitySeen {
  readonly schemaVersion: 1;
  readonly runId: string;
  readonly scenario: string;
  readonly target: string;
  /** Variants that are not as usual, as words. */
  readonly unusual: readonly string[];
  readonly seed: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /** From the first word to the last probe, bringing the target up included, seconds. */
  readonly tookS: number;
  readonly objective: CapacityObjective;
  /** Absent: there is none, or it could not be found; `because` says why. */
  readonly knee?: Knee;
  readonly because: string;
  /** Whether the search ended with an answer about the target. */
  readonly status: "found" | "below-least" | "beyond-most" | "inconclusive" | "broken";
  /** In the order they were made. */
  readonly probes: readonly ProbeSeen[];
  /** Absent: nothing was bad. */
  readonly saturated?: Saturated;
  /** Of tiers between which their use could not decide. */
  readonly reliefs?: readonly Relief[];
  /** Absent: it was not overloaded, or `overloadUnseen` says why nothing is known of it. */
  readonly afterOverload?: AfterOverload;
  /** One sentence. */
  readonly overloadUnseen?: string;
  /** What ended the search after its knee was proven, before all the rest was known. */
  readonly cutShort?: { readonly kind: FailureKind; readonly because: string };
  /** How CPU budgets were held; `none`: nothing kept the target, our agents and the machine apart. */
  readonly budgets: string;
}

export interface Knee {
  /** Peak arrivals per second, the highest that was confirmed: the knee is at least this. */
  readonly ratePerS: number;
  /** And below this: here the objective was broken, or was going to be, or could not be proven kept. Absent: our agents cannot make more. */
  readonly belowPerS?: number;
  /** Requests per second offered at the knee, complete answers, and good answers in time; means of the probes that prove it. */
  readonly offeredPerS: number;
  readonly completedPerS: number;
  readonly goodPerS: number;
  /** Highest of these, milliseconds. */
  readonly p99Ms: number;
  /** Means of these. */
  readonly nodes: readonly NodeSeen[];
}

export interface AfterOverload {
  /** Peak arrivals per second while it was overloaded, and right after. */
  readonly overloadPerS: number;
  readonly afterPerS: number;
  /** Share of requests answered well in time while it was overloaded, and after. */
  readonly goodRatioUnder: number;
  readonly goodRatioAfter: number;
  /** Seconds between the overload and the first arrival that was watched after it, with no load or little; 0: there was no pause. */
  readonly pauseS: number;
  /** Seconds from the end of the overload, the pause with it, until 99 % were good for a second; absent: not while it was watched. */
  readonly backAfterS?: number;
  /** After the pause. */
  readonly watchedS: number;
}
