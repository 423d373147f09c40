/** A fault that does what a test says, and remembers in which order it was asked for what. */
import type { Fault, Ground, PreparedFault } from "../../chaos/fault.ts";
import type { FaultEntry, FaultJournal } from "../../chaos/fault-journal.ts";
import type { Mend } from "../../chaos/mend.ts";
import type { ScheduledFault } from "../../chaos/plan-chaos.ts";

export interface FaultScript {
  /** Looks until it is seen to bite; it never is when absent. */
  readonly bitesAtLook?: number;
  /** Tries until it can be taken back; at the first when absent. */
  readonly undoneAtTry?: number;
  readonly prepareFails?: string;
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
  /** What it was asked for, in order: `prepare`, `inject`, `look`, `undo`, `look back`, `close`. */
  readonly asked: string[];
  readonly #script: FaultScript;

  constructor(script: FaultScript = {}, asked: string[] = []) {
    this.#script = script;
    this.asked = asked;
    this.undo = script.undo ?? "reversible";
  }

  plan() {
    return { mechanism: "a script", problems: [] };
  }

  async prepare(_: unknown, __: Ground): Promise<PreparedFault> {
    const {
      bitesAtLook,
      undoneAtTry = 1,
      prepareFails,
      injectFails,
      looksForEver,
      looksBackForEver,
      looksBackFails,
      staysSeen = false,
      mends = [],
      closes,
    } = this.#script;
    this.asked.push("prepare");
    if (prepareFails !== undefined) throw new Error(prepareFails);
    let looks = 0;
    let tries = 0;
    return {
      mends,
      inject: async () => {
        this.asked.push("inject");
        if (injectFails !== undefined) throw new Error(injectFails);
      },
      verify: async () => {
        this.asked.push("look");
        looks++;
        if (looksForEver) return new Promise(() => {});
        return bitesAtLook !== undefined && looks >= bitesAtLook ? `bites at look ${looks}` : undefined;
      },
      // Not async: one that fails before it has begun is to be borne as well.
      undo: () => {
        this.asked.push("undo");
        tries++;
        if (tries < undoneAtTry) throw new Error(`try ${tries} failed`);
        return Promise.resolve();
      },
      verifyUndone: async () => {
        this.asked.push("look back");
        if (looksBackForEver) return new Promise(() => {});
        if (looksBackFails !== undefined) throw new Error(looksBackFails);
        return staysSeen || tries < undoneAtTry ? "it is still there" : undefined;
      },
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
  #listener: (id: string, because: string) => void = () => {};

  constructor(asked: string[] = [], fails?: string) {
    this.#asked = asked;
    this.#fails = fails;
  }

  async begin(entry: FaultEntry): Promise<void> {
    this.#asked.push("written down");
    if (this.#fails !== undefined) throw new Error(this.#fails);
    this.entries.push(entry);
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
