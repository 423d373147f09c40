/** What the door asks at every request: the limit and the switches in force now. */
import type { Settings } from "../config-centre/settings.ts";

export class Switches {
  readonly #startLimit: number;
  #limit: number;
  #off: ReadonlySet<string> = new Set();

  /** `startLimit` is what the node was told at its start: in force whenever the settings say nothing else. */
  constructor(startLimit: number) {
    this.#startLimit = startLimit;
    this.#limit = startLimit;
  }

  take({ inFlightLimit, switchedOff }: Settings): void {
    this.#limit = inFlightLimit ?? this.#startLimit;
    this.#off = new Set(switchedOff);
  }

  readonly inFlightLimit = (): number => this.#limit;
  readonly isSwitchedOff = (operation: string): boolean => this.#off.has(operation);
}
