/** A word of a closed set that came over the wire. Pure. */
import { CallFailed } from "./call-failed.ts";

/** @throws {CallFailed} when it is another one: what was done is then not known either */
export function wordIn<const W extends string>(words: readonly W[], word: string): W {
  const found = words.find((each) => each === word);
  if (found === undefined)
    throw new CallFailed(`a service said "${word}", which is none of ${words.join(", ")}`);
  return found;
}
