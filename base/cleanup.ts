/** What was opened is closed in reverse order, whatever happens: our `AsyncDisposableStack`, which Node 20 lacks. */
export class Cleanup implements AsyncDisposable {
  readonly #undos: (() => unknown)[] = [];

  /** Registers the undo; call it before doing the thing it undoes. */
  defer(undo: () => unknown): void {
    this.#undos.push(undo);
  }

  /** Adopts something disposable and hands it back. */
  use<T extends AsyncDisposable>(opened: T): T {
    this.defer(() => opened[Symbol.asyncDispose]());
    return opened;
  }

  /**
   * Runs every undo once, last first, even when some throw.
   * @throws the only error, or an `AggregateError` of all
   */
  async [Symbol.asyncDispose](): Promise<void> {
    const errors: unknown[] = [];
    for (let undo = this.#undos.pop(); undo; undo = this.#undos.pop()) {
      try {
        await undo();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, `${errors.length} clean-ups failed`);
  }
}
