import { expect, test } from "vitest";
import { together } from "../../../chaos/cache/hot-pages.ts";

test("what shops tell of a page is added up, each by the time it looks back on", () => {
  const told = [
    { pages: [{ key: "home", asked: 40, loads: 3 }], lookedBackMs: 2_000 },
    {
      pages: [
        { key: "item:1", asked: 90, loads: 1 },
        { key: "home", asked: 90, loads: 2 },
      ],
      lookedBackMs: 3_000,
    },
  ];
  expect(together(told)).toEqual([
    { key: "home", askedPerS: 50, loads: 5 },
    { key: "item:1", askedPerS: 30, loads: 1 },
  ]);
});
