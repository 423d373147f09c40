/** A call to a service that was not answered. Who knows that nothing was done says `NotDone` instead. */
export class CallFailed extends Error {
  constructor(sentence: string, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.name = "CallFailed";
  }
}
