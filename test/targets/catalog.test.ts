import { expect, test } from "vitest";
import { findTarget, targets } from "../../targets/catalog.ts";

test("a target is found by its id", () => {
  expect(findTarget("stage-08").id).toBe("stage-08");
});

test("an unknown id is a usage failure that offers the nearest one", () => {
  expect(() => findTarget("stage-8")).toThrow(
    expect.objectContaining({
      kind: "usage",
      message: expect.stringMatching(/unknown target "stage-8".*stage-0[18]/),
    }),
  );
});

test("no two targets have the same id", () => {
  const ids = targets.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
