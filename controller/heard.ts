/** Who listens to a run while it goes; the controller does not know what they do with it. */
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
  }): void;
}
