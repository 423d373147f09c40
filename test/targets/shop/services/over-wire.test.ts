import { expect, test } from "vitest";
import { CallFailed } from "../../../../targets/shop/services/call-failed.ts";
import {
  keyStateOf,
  keyStateOnWire,
  keyStateWords,
} from "../../../../targets/shop/services/key-state-over-wire.ts";
import { onWire, triedOf, triedWords } from "../../../../targets/shop/services/tried-over-wire.ts";
import { wordIn } from "../../../../targets/shop/services/word-in.ts";

test.each(triedWords)("a try that comes to %s is the same on the other side", (status) => {
  const tried = triedOf(status, 65, true);
  const { status: word, orderId, isEarlier } = onWire(tried);
  expect(triedOf(wordIn(triedWords, word), orderId, isEarlier)).toEqual(tried);
});

test.each(keyStateWords)("a key that is %s is the same on the other side", (status) => {
  const state = keyStateOf(status, 65);
  const { status: word, orderId } = keyStateOnWire(state);
  expect(keyStateOf(word, orderId)).toEqual(state);
});

test("a word nobody knows is neither a yes nor a no", () => {
  expect(() => wordIn(triedWords, "perhaps")).toThrow(CallFailed);
});
