import { expect, test } from "vitest";
import { queryOf, wordsOf } from "../../../../targets/shop/search/words.ts";

test.each([
  {
    why: "words are separated by anything else",
    typed: "silk -teapot, (old)",
    words: ["silk", "teapot", "old"],
  },
  { why: "operators of the engine's language are no words", typed: '* OR "', words: ["OR"] },
  { why: "a script without spaces gives one word", typed: "紫砂茶壶 2号", words: ["紫砂茶壶", "2号"] },
  { why: "marks belong to their letters", typed: "café", words: ["café"] },
  { why: "nothing to look for gives none", typed: "--- !", words: [] },
])("$why", ({ typed, words }) => expect(wordsOf(typed)).toEqual(words));

test("every word becomes a phrase of its own, so that none can be an operator", () => {
  expect(queryOf(["silk", "OR", "茶壶"])).toBe('"silk" "OR" "茶壶"');
});
