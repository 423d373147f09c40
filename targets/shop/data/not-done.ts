/** A store was not reached, or undid what it was told: nothing was done. The door may answer 503 "busy". */
export class NotDone extends Error {
  /** `full`: no free connection in time; `unreachable`: none could be made; `undone`: the server rolled it back. */
  readonly reason: "full" | "unreachable" | "undone";

  constructor(reason: NotDone["reason"], sentence: string, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.name = "NotDone";
    this.reason = reason;
  }
}
