import { expect, test } from "vitest";
import { launcherProblem, usualLauncher } from "../../targets/launchers.ts";
import { stage01 } from "../../targets/stages/stage-01-single-machine.ts";
import { stage14 } from "../../targets/stages/stage-14-containers.ts";

test("a stage is brought up as processes unless it is about containers", () => {
  expect(usualLauncher(stage01)).toBe("processes");
  expect(usualLauncher(stage14)).toBe("compose");
});

test("what is about containers refuses processes with a sentence, and a launcher nobody knows is told", () => {
  expect(launcherProblem(stage14, "processes")).toBe(
    "stage-14 is about containers: it comes up with --launcher compose, and not as processes",
  );
  expect(launcherProblem(stage01, "compse")).toContain('"compose"');
  expect(launcherProblem(stage01, "compose")).toBeUndefined();
  expect(launcherProblem(stage14, undefined)).toBeUndefined();
});
