import { expect, test } from "vitest";
import { buildProgram } from "../../cli/program.ts";
import { packageVersion } from "../../proto/version.ts";

test("--version tells the version of the package", () => {
  // Written out there, because `bench --help` loads as little as it can.
  expect(buildProgram().version()).toBe(packageVersion);
});
