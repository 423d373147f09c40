/**
 * A budget for trying again: calls earn it, retries spend it. While everything goes well nearly every failure may be
 * tried again; when everything fails, no more than the ratio is added to the load of a service that is in trouble.
 */
export class RetryBudget {
  readonly #ratio: number;
  readonly #most: number;
  #saved: number;

  /** `ratio`: retries per call that are paid for in the long run. `most`: retries that can be saved up. */
  constructor(ratio: number, most: number) {
    this.#ratio = ratio;
    this.#most = most;
    this.#saved = most;
  }

  /** A first call was made. */
  earn(): void {
    this.#saved = Math.min(this.#most, this.#saved + this.#ratio);
  }

  /** Whether one retry is paid for; it is spent by that. */
  spend(): boolean {
    if (this.#saved < 1) return false;
    this.#saved -= 1;
    return true;
  }
}
