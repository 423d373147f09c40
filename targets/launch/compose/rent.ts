/** What a target's nodes cost: every member is paid for from the moment it is ordered until it is given back. */

export interface Bill {
  /** Node-seconds, of all members together. */
  readonly nodeS: number;
  /** The most members that were paid for at once. */
  readonly most: number;
}

export class Rent {
  readonly #since = new Map<string, number>();
  readonly #settledS = new Map<string, number>();
  #most = 0;

  /** Paid for from now on; once more does nothing. */
  order(member: string, atS: number): void {
    if (this.#since.has(member)) return;
    this.#since.set(member, atS);
    this.#most = Math.max(this.#most, this.#since.size);
  }

  /** Given back; one that is not paid for is given back already. */
  giveBack(member: string, atS: number): void {
    const since = this.#since.get(member);
    if (since === undefined) return;
    this.#since.delete(member);
    this.#settledS.set(member, (this.#settledS.get(member) ?? 0) + atS - since);
  }

  bill(atS: number): Bill {
    let nodeS = 0;
    for (const settledS of this.#settledS.values()) nodeS += settledS;
    for (const since of this.#since.values()) nodeS += atS - since;
    return { nodeS, most: this.#most };
  }
}
