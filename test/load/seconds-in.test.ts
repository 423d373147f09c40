/** Words of time. */
import { expect, test } from "vitest";
import { secondsIn } from "../../load/seconds-in.ts";

test.each([
  ["90s", 90],
  ["1.5m", 90],
  ["2min", 120],
  ["500ms", 0.5],
  ["2h", 7200],
  ["7", 7],
  ["", undefined],
  ["s", undefined],
  ["1e3", undefined],
  ["-1s", undefined],
])("%j is %s seconds", (word, seconds) => expect(secondsIn(word)).toBe(seconds));
