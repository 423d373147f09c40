/** A conductor to be watched: what its faults are asked for, and what it tells. */
import { Conductor } from "../../chaos/conductor.ts";
import type { Ground } from "../../chaos/fault.ts";
import type { ScheduledFault } from "../../chaos/plan-chaos.ts";
import type { RunningTarget } from "../../targets/running-target.ts";
import { ManualClock } from "./manual-clock.ts";
import { type FaultScript, ListedJournal, ScriptedFault, scheduled } from "./scripted-fault.ts";

const ORIGIN_MS = 1_000;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** One conductor with faults that do what a test says, on a clock that a test moves. */
export class ConductorStage {
  readonly clock = new ManualClock({ startMs: ORIGIN_MS });
  readonly asked: string[] = [];
  readonly events: string[] = [];
  /** With the seconds of the measured part at which they were told. */
  readonly eventsAt: (readonly [kind: string, atS: number])[] = [];
  readonly said: string[] = [];
  readonly journal: ListedJournal;
  readonly conductor: Conductor;

  constructor(
    script: FaultScript = {},
    {
      faults = [scheduled()],
      launcher = "processes",
      journalFails,
      journalHangs = false,
      isDown = () => false,
      isKept = false,
    }: {
      faults?: readonly ScheduledFault[];
      launcher?: RunningTarget["launcher"];
      journalFails?: string;
      /** Nobody says that it is written down. */
      journalHangs?: boolean;
      /** Whether the node of that name has ended. */
      isDown?: (name: string) => boolean;
      /** Whether the target stays when the run is over. */
      isKept?: boolean;
    } = {},
  ) {
    this.journal = new ListedJournal(this.asked, journalFails, journalHangs);
    this.conductor = new Conductor({
      faults: faults.map((fault) => ({ ...fault, undo: script.undo ?? fault.undo })),
      ground: {
        clock: this.clock,
        target: { launcher } as RunningTarget,
        node: (name: string) => ({ isRunning: !isDown(name) }),
        isKept: () => isKept,
      } as unknown as Ground,
      journal: this.journal,
      clock: this.clock,
      event: (kind) => {
        this.events.push(kind);
        this.eventsAt.push([kind, (this.clock.nowMs() - ORIGIN_MS) / 1_000]);
      },
      say: (sentence) => this.said.push(sentence),
      catalog: [new ScriptedFault(script, this.asked)],
    });
  }

  /** Starts at the instant 0 of the measured part. */
  start(): this {
    this.conductor.start(this.clock.nowMs());
    return this;
  }

  /** In steps in which everybody who waits has his turn. */
  async pass(seconds: number): Promise<this> {
    for (let step = 0; step < seconds * 20; step++) {
      await turn();
      this.clock.pass(50);
    }
    await turn();
    return this;
  }

  async seen() {
    const [fault] = await this.conductor.settled();
    return fault!;
  }
}
