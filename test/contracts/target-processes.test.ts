/** Small stages on the `processes` launcher; and that no stage and no operation is left out. */
import { expect, test } from "vitest";
import { targets } from "../../targets/catalog.ts";
import { read } from "../house/files.ts";
import { processesContract } from "./stages-as-processes.ts";
import { isLarge, stagesToTry } from "./stages-to-try.ts";
import { operations } from "./target-operations.ts";

test("every operation of docs/shop-api.md is asked of every stage", () => {
  const told = [...read("docs/shop-api.md").matchAll(/^\| ([a-z_]+) \| `/gm)].map(([, name]) => name);
  expect(told.length).toBeGreaterThan(0);
  expect(operations.map(({ operation }) => operation).toSorted()).toEqual(told.toSorted());
});

test("npm test tries every stage as processes, and as containers those that differ most; test:all every one", () => {
  expect(stagesToTry(targets, "processes", false)).toEqual(targets);
  const ids = stagesToTry(targets, "compose", false).map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(["stage-01", "stage-05", "stage-08", "stage-14"]));
  expect(stagesToTry(targets, "compose", true)).toEqual(targets);
});

processesContract(stagesToTry(targets, "processes").filter((spec) => !isLarge(spec)));
