import { expect, test } from "vitest";
import { sparkline } from "../../../verdict/telling/sparkline.ts";

test.each([
  { why: "from nothing to the most", values: [0, 1, 2, 3, 4, 5, 6, 7], line: "▁▂▃▄▅▆▇█" },
  { why: "all alike", values: [3, 3, 3], line: "███" },
  { why: "nothing happened", values: [0, 0], line: "▁▁" },
  { why: "of some nothing is known", values: [1, null, 2], line: "▅·█" },
  { why: "there are none", values: [], line: "" },
])("$line when $why", ({ values, line }) => {
  expect(sparkline(values)).toBe(line);
});

test("no wider than asked for, and a single peak is seen", () => {
  const values = Array.from({ length: 601 }, (_, at) => (at === 333 ? 100 : 1));
  const line = sparkline(values, 60);
  expect([...line].length).toBeLessThanOrEqual(60);
  expect([...line].filter((sign) => sign === "█")).toHaveLength(1);
});
