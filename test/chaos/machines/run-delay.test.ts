/** What the kernel says of waiting threads. */
import { expect, test } from "vitest";
import { delayIn } from "../../../chaos/machines/run-delay.ts";

test.each([
  { text: "974699 2160278000 4\n", seconds: 2.160278 },
  { text: "0 0 0", seconds: 0 },
  { text: "", seconds: undefined },
  { text: undefined, seconds: undefined },
  { text: "not numbers at all", seconds: undefined },
])("$text is $seconds s of waiting", ({ text, seconds }) => expect(delayIn(text)).toBe(seconds));
