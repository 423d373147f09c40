/** Who listens to a run while it goes; the controller does not know what they do with it. */
import type { TimelineSecond } from "../metrics/timeline-second.ts";

export interface Heard {
  /** One sentence about what is being done now. */
  step(sentence: string): void;
  /** One merged second of the running drive. */
  second(seen: {
    /** Seconds since the drive's start. */
    readonly atS: number;
    readonly phase: string;
    readonly offeredPerS: number;
    readonly achievedPerS: number;
    readonly p99Ms: number;
    readonly inFlight: number;
    readonly leftS: number;
    /** All that is known of it so far. */
    readonly seen?: TimelineSecond;
  }): void;
}
