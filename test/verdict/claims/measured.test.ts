import { expect, test } from "vitest";
import { natureOf } from "../../../verdict/claims/measured.ts";

test.each([
  { name: "stampedeFactor", about: "count", scale: "ratio", unit: "" },
  { name: "smallQuestionBeforeMs", about: "speed", scale: "plain", unit: "ms" },
  { name: "databaseReadsUnderPerS", about: "speed", scale: "plain", unit: "/s" },
  { name: "awayS", about: "course", scale: "plain", unit: "s" },
  { name: "hotPageReads", about: "count", scale: "plain", unit: "" },
])("what a fault measured as $name is read by its name: $about, $scale, $unit", ({ name, ...is }) => {
  expect(natureOf({ figure: "fault", name })).toMatchObject(is);
});
