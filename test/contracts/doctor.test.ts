/** What is said of this very machine: a program that a target would start is not called missing. */
import { expect, test } from "vitest";
import { allComponents, lookFor } from "../../targets/launch/components.ts";
import { doctor } from "../../targets/launch/doctor.ts";

test("every program that is here says its version, and is counted as here", async () => {
  const programs = lookFor(allComponents).found.filter(({ command }) => command.startsWith("/"));
  expect(programs.length).toBeGreaterThan(0);
  const { rows } = await doctor();
  const told = rows.filter(({ capability }) => programs.some(({ component }) => component === capability));
  expect(told).toHaveLength(programs.length);
  expect(told.filter(({ state }) => state !== "ok")).toEqual([]);
});
