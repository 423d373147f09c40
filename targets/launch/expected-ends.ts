/** Whether a node may end just now without that being a death: somebody is doing something to it that may end it. */
export class ExpectedEnds {
  #expecting = 0;

  get isExpected(): boolean {
    return this.#expecting > 0;
  }

  /** From now until the returned function is called; calling it again changes nothing. */
  begin(): () => void {
    this.#expecting++;
    let isOver = false;
    return () => {
      if (!isOver) this.#expecting--;
      isOver = true;
    };
  }
}
