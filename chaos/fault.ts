/** A fault carries its mending: what it needs, how it is injected, how one sees that it bites, how it is taken back. */
import type { Clock } from "../base/clock.ts";
import type { NodeBirths } from "../targets/launch/birth.ts";
import type { Member } from "../targets/launch/members.ts";
import type { NetworkName } from "../targets/networks.ts";
import type { NodeHandle, RunningTarget } from "../targets/running-target.ts";
import type { Strategy, TargetSpec } from "../targets/target.ts";
import type { Hooks } from "./hooks.ts";
import type { HostSeen } from "./host-seen.ts";
import type { Mend } from "./mend.ts";
import type { RelayControl } from "./relay/relay-control.ts";

export interface Fault {
  /** As it is written in `--chaos`, and the name of its file. */
  readonly name: string;
  /** What it does to the target, as one line for people. */
  readonly does: string;
  /**
   * What stands after the second colon: nodes one by one, all members of one declared node together (`group`), edges
   * (`a>b`, or all that lead to a node), one zone, or nothing.
   */
  readonly place: "node" | "group" | "edge" | "zone" | "target";
  /** Of nodes and groups: for whom it is; absent: for all. A selector finds nobody else, and who else is named is refused. */
  readonly only?: Only;
  /** Of edges: those that lead away from the nodes named as well, and back between two sides. Absent: those that lead to them. */
  readonly isBothWays?: boolean;
  /** What stands after `=`; absent: nothing may. */
  readonly value?: { readonly means: string; readonly usual: string };
  /** Whether it goes on for as long as the plan says, happens at one instant and may not be given a length, or as it is planned. */
  readonly lasts: "while" | "once" | "either";
  /** What becomes of it when it is over, by itself or by us. */
  readonly undo: "reversible" | "self-limiting" | "compensable" | "irreversible";
  /** How it would be done here, and all that stands in the way. Pure: nothing is looked at but what is handed in. */
  plan(planned: PlannedFault, outlook: Outlook): FaultPlan;
  /**
   * Seconds before its time at which it is made ready and `inject` is called: for what has to look at the undisturbed
   * target first, or is armed ahead. It must then see to it itself that nothing is disturbed before `Ground.dueAtMs`.
   */
  leadS?(planned: PlannedFault): number;
  /** Looks at the running target and makes ready; changes nothing. */
  prepare(planned: PlannedFault, ground: Ground): Promise<PreparedFault>;
}

export interface Only {
  /** `a replica of a database` */
  readonly what: string;
  fits(member: Member): boolean;
}

/** One disturbance of one run, everything chosen. */
export interface PlannedFault {
  /** `kill:shop-2@20`; unique in its plan. */
  readonly id: string;
  readonly fault: string;
  /** As written, or the usual one; absent where the fault takes none. */
  readonly value?: string;
  /** Names of members; for edges those they lead to. */
  readonly nodes: readonly string[];
  readonly edges: readonly Edge[];
  readonly zone?: string;
  /** The declared node all of whose members are meant. */
  readonly group?: string;
  /** Seconds since the start of the measured part. */
  readonly atS: number;
  /** How long it is kept up, seconds; absent where it happens once. */
  readonly forS?: number;
}

/** Who calls whom, by names of members; `clients` are the agents. */
export interface Edge {
  readonly from: string;
  readonly to: string;
}

export const clients = "clients";

/** What the way in of somebody's own system is called, of whose nodes we know nothing. */
export const entry = "entry";

export interface FaultPlan {
  /** By what it is done here: a signal, a rule of the kernel, the relay, a command of the store. One phrase. */
  readonly mechanism: string;
  /** Why it cannot be, one sentence each. */
  readonly problems: readonly string[];
  /** Edges that must lead through the relay from the start. */
  readonly edges?: readonly Edge[];
  /** By what it is done on those of its edges that lead through the relay for the sake of another fault. */
  readonly ifLed?: { readonly edges: readonly Edge[]; readonly mechanism: string };
  /** What nodes must be given before their first moment. */
  readonly births?: NodeBirths;
  /** What it takes for itself from its lead on and while it lasts, `state of shop-2`: two at once are refused. */
  readonly takes?: readonly string[];
  /** That what it did stays to the end of the run, whatever its length; absent: it is over with its time. */
  readonly until?: "end";
  /** What becomes of this one, where it is not what the fault says of all. */
  readonly undo?: Fault["undo"];
}

/** What is known before anything starts. */
export interface Outlook {
  /** Absent: somebody's own system, of which we know nothing. */
  readonly spec?: TargetSpec;
  readonly members: readonly Member[];
  readonly launcher: RunningTarget["launcher"];
  readonly network: NetworkName;
  readonly host: HostSeen;
  readonly seed: number;
  /** Planned arrivals a second, at the peak; absent where nobody has planned any. */
  readonly ratePerS?: number;
  /** What the scenario sells, and what is in the catalogue. */
  readonly sells: boolean;
  /** How it is sold; absent where nobody has chosen. */
  readonly strategy?: Strategy;
  /** Faults of the user's own, by name. */
  readonly hooks?: Hooks;
  /** Whether something may be done to somebody's own system that cannot be undone. */
  readonly allowsIrreversible?: boolean;
}

/** What a fault may lay hands on. */
export interface Ground {
  readonly outlook: Outlook;
  readonly target: RunningTarget;
  /** @throws {Error} when there is none of that name: plans name only members that exist */
  node(name: string): NodeHandle;
  /** Present when the plan asked for edges through it. */
  readonly relay?: RelayControl;
  /** Whether the target, as of now, is to be left running when the run is over; absent: it goes. */
  isKept?(): boolean;
  readonly clock: Clock;
  /** When the fault is due, on `clock`; absent: as soon as it can be. */
  readonly dueAtMs?: number;
}

/** What was measured of a fault's effect, beyond that there was one. */
export interface FaultAccount {
  readonly sentence: string;
  /** By name with unit. */
  readonly figures: Readonly<Record<string, number>>;
}

export interface PreparedFault {
  /** How it is taken back by somebody who has nothing but this: written to the journal before `inject`. */
  readonly mends: readonly Mend[];
  /** How long injecting it, or one look, may take where that is its user's to say, milliseconds. */
  readonly limitMs?: number;
  /** Idempotent. @throws when it could not be done: it is mended then, and counts as failed */
  inject(signal: AbortSignal): Promise<void>;
  /**
   * An independent look whether it bites: a sentence with a figure once it does, and undefined until then. Asked before
   * `inject` as well, and what is seen already is not injected.
   */
  verify(): Promise<string | undefined>;
  /** While we live; absent: by the mends. Idempotent. */
  undo?(signal: AbortSignal): Promise<void>;
  /** What is still there of it; undefined when nothing is. */
  verifyUndone(): Promise<string | undefined>;
  /** Asked once, after it was seen and is gone; may wait for a few seconds for what comes after the effect. */
  account?(signal: AbortSignal): Promise<FaultAccount>;
  /**
   * Ends what it still watches, `prepare` included. The last that is called, and called always: also when it could not be
   * written down and is never injected. Idempotent.
   */
  close?(): Promise<void>;
}
