/** A fault that does what a test says, and remembers in which order it was asked for what. */
import { sleep } from "../../base/clock.ts";
import type { Fault, Ground, PreparedFault } from "../../chaos/fault.ts";
import type { FaultEntry, FaultJournal } from "../../chaos/fault-journal.ts";
import type { Mend } from "../../chaos/mend.ts";
import type { ScheduledFault } from "../../chaos/plan-chaos.ts";

export interface FaultScript {
  /** Looks after `inject` until it is seen to bite; it never is when absent. */
  readonly bitesAtLook?: number;
  /** Looks before `inject` at which it is seen all the same, by somebody else's doing. */
  readonly isSoForLooks?: number;
  /** Looks before `inject` at which nobody can look. */
  readonly cannotLookFor?: number;
  readonly leadS?: number;
  /** How long these take, whatever their signals say. */
  readonly prepareTakesMs?: number;
  readonly injectTakesMs?: number;
  readonly accountTakesMs?: number;
  /** How long its user says that it may take. */
  readonly limitMs?: number;
  /** What is said to be its effect. */
  readonly effect?: string;
  /** Tries until it can be taken back; at the first when absent. */
  readonly undoneAtTry?: number;
  /** How long taking it back takes, whatever its signal says. */
  readonly undoTakesMs?: number;
  readonly prepareFails?: string;
  /** Tries at making it ready that fail; all of them when absent. */
  readonly prepareFailsFor?: number;
  readonly injectFails?: string;
  /** A look that never ends. */
  readonly looksForEver?: boolean;
  readonly looksBackForEver?: boolean;
  /** Nobody can be asked whether it is gone. */
  readonly looksBackFails?: string;
  /** Taking it back goes well, and it is seen all the same. */
  readonly staysSeen?: boolean;
  readonly mends?: readonly Mend[];
  readonly undo?: Fault["undo"];
  /** It watches something from `prepare` on, and what becomes of ending that: done, refused, or never over. */
  readonly closes?: "done" | "fails" | "never";
}

export class ScriptedFault implements Fault {
  readonly name = "scripted";
  readonly does = "what a test says";
  readonly place = "node";
  readonly lasts = "either";
  readonly undo: Fault["undo"];
  /** What it was asked for, in order: `prepare`, `look before`, `inject`, `look`, `undo`, `look back`, `account`, `close`. */
  readonly asked: string[];
  readonly #script: FaultScript;
  #prepared = 0;

  constructor(script: FaultScript = {}, asked: string[] = []) {
    this.#script = script;
    this.asked = asked;
    this.undo = script.undo ?? "reversible";
  }

  plan() {
    return { mechanism: "a script", problems: [] };
  }

  leadS(): number {
    return this.#script.leadS ?? 0;
  }

  async prepare(_: unknown, { clock }: Ground): Promise<PreparedFault> {
    const {
      bitesAtLook,
      isSoForLooks = 0,
      cannotLookFor = 0,
      prepareTakesMs,
      injectTakesMs,
      accountTakesMs,
      limitMs,
      effect,
      undoneAtTry = 1,
      undoTakesMs,
      prepareFails,
      prepareFailsFor = Number.POSITIVE_INFINITY,
      injectFails,
      looksForEver,
      looksBackForEver,
      looksBackFails,
      staysSeen = false,
      mends = [],
      closes,
    } = this.#script;
    this.asked.push("prepare");
    this.#prepared++;
    if (prepareFails !== undefined && this.#prepared <= prepareFailsFor) throw new Error(prepareFails);
    if (prepareTakesMs !== undefined) await sleep(prepareTakesMs, undefined, clock);
    let isInjected = false;
    let looksBefore = 0;
    let looks = 0;
    let tries = 0;
    return {
      mends,
      ...(limitMs !== undefined && { limitMs }),
      inject: async () => {
        this.asked.push("inject");
        isInjected = true;
        if (injectTakesMs !== undefined) await sleep(injectTakesMs, undefined, clock);
        if (injectFails !== undefined) throw new Error(injectFails);
      },
      verify: async () => {
        if (!isInjected) {
          this.asked.push("look before");
          looksBefore++;
          if (looksBefore <= cannotLookFor) throw new Error("nobody answers");
          return looksBefore <= isSoForLooks ? "somebody was here" : undefined;
        }
        this.asked.push("look");
        looks++;
        if (looksForEver) return new Promise(() => {});
        const bites = bitesAtLook !== undefined && looks >= bitesAtLook;
        return bites ? (effect ?? `bites at look ${looks}`) : undefined;
      },
      // Not async: one that fails before it has begun is to be borne as well.
      undo: () => {
        this.asked.push("undo");
        tries++;
        if (tries < undoneAtTry) throw new Error(`try ${tries} failed`);
        return undoTakesMs === undefined ? Promise.resolve() : sleep(undoTakesMs, undefined, clock);
      },
      verifyUndone: async () => {
        this.asked.push("look back");
        if (looksBackForEver) return new Promise(() => {});
        if (looksBackFails !== undefined) throw new Error(looksBackFails);
        return staysSeen || tries < undoneAtTry ? "it is still there" : undefined;
      },
      ...(accountTakesMs !== undefined && {
        account: async () => {
          this.asked.push("account");
          await sleep(accountTakesMs, undefined, clock);
          return { sentence: "told at last", figures: {} };
        },
      }),
      ...(closes !== undefined && {
        close: async () => {
          this.asked.push("close");
          if (closes === "fails") throw new Error("it goes on watching");
          if (closes === "never") await new Promise(() => {});
        },
      }),
    };
  }
}

/** As the plan has it. */
export function scheduled(rest: Partial<ScheduledFault> = {}): ScheduledFault {
  return {
    ...{ id: "scripted:shop-1@2", fault: "scripted", nodes: ["shop-1"], edges: [], atS: 2, forS: 10 },
    ...{ mechanism: "a script", place: "node", undo: "reversible" },
    ...rest,
  };
}

/** Keeps what it is told; says so at once, or fails. */
export class ListedJournal implements FaultJournal {
  readonly entries: FaultEntry[] = [];
  readonly mendedIds: string[] = [];
  readonly #asked: string[];
  readonly #fails: string | undefined;
  readonly #hangs: boolean;
  #listener: (id: string, because: string) => void = () => {};

  constructor(asked: string[] = [], fails?: string, hangs = false) {
    this.#asked = asked;
    this.#fails = fails;
    this.#hangs = hangs;
  }

  async begin(entry: FaultEntry): Promise<void> {
    this.#asked.push("written down");
    if (this.#fails !== undefined) throw new Error(this.#fails);
    this.entries.push(entry);
    if (this.#hangs) await new Promise(() => {});
  }

  mended(id: string): void {
    this.#asked.push("told");
    this.mendedIds.push(id);
  }

  onMendedByKeeper(listener: (id: string, because: string) => void): void {
    this.#listener = listener;
  }

  /** As when the time of a fault is over, or nothing was heard of the run. */
  keeperMends(id: string, because: string): void {
    this.#listener(id, because);
  }
}
