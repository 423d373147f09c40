import { expect, test } from "vitest";
import { readScaleWords } from "../../cli/scale-words.ts";

const scalable = [
  { node: "home-app", members: 2, least: 2, most: 3 },
  { node: "trade-app", members: 2, least: 2, most: 4 },
];

test("words are orders, in their order", () => {
  expect(readScaleWords(["trade-app=4", "home-app=2"], scalable)).toEqual({
    orders: [
      { node: "trade-app", count: 4 },
      { node: "home-app", count: 2 },
    ],
    problems: [],
  });
});

test.each([
  { why: "names nobody near", word: "trade-ap=3", says: 'did you mean "trade-app"?' },
  { why: "names a node that keeps data", word: "trade=3", says: '"trade"' },
  { why: "is more than there may be", word: "trade-app=5", says: "trade-app has 2 to 4 members" },
  { why: "would empty a zone", word: "trade-app=1", says: "trade-app has 2 to 4 members" },
  { why: "has no count", word: "trade-app", says: "node=count, for example home-app=3" },
  { why: "has half a member", word: "trade-app=2.5", says: "node=count" },
  { why: "has a count below nothing", word: "trade-app=-1", says: "node=count" },
])("a word that $why is a problem", ({ word, says }) => {
  const { orders, problems } = readScaleWords([word], scalable);
  expect(orders).toEqual([]);
  expect(problems).toEqual([expect.stringContaining(says)]);
});

test("all problems are told at once, and a node named twice is one", () => {
  const { problems } = readScaleWords(["x", "home-app=9", "trade-app=3", "trade-app=4"], scalable);
  expect(problems).toHaveLength(3);
  expect(problems[2]).toBe("trade-app is named twice");
});
