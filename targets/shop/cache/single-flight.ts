/** Callers who ask for the same thing at the same time share one look: a popular page that expires is loaded once. */
export class SingleFlight<V> {
  readonly #flights = new Map<string, Promise<V>>();

  /** Joins the flight for `key`, or starts it. Failures are shared as well, and forgotten with the flight. */
  run(key: string, start: () => Promise<V>): Promise<V> {
    const current = this.#flights.get(key);
    if (current) return current;
    const flight = start().finally(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    this.#flights.set(key, flight);
    return flight;
  }

  /** Later callers no longer join the flight that is under way: it may carry what has just been changed. */
  forget(key: string): void {
    this.#flights.delete(key);
  }
}
