import { expect, test } from "vitest";
import { judge } from "../../../verdict/judge.ts";
import { csv } from "../../../verdict/reports/csv.ts";
import { evidence } from "../../fakes/evidence.ts";

test("a line for each second under the names of the columns; words with commas are quoted", () => {
  const seen = evidence({
    timeline: evidence().timeline.map((second) => ({ ...second, phase: 'rush, "the first"' })),
  });
  const [head = "", first = "", ...rest] = csv
    .render({ evidence: seen, tally: undefined, verdict: judge(seen, undefined) })
    .split("\n");
  expect(rest).toHaveLength(seen.timeline.length);
  expect(rest.at(-1)).toBe("");
  expect(first.startsWith('0,"rush, ""the first""",400,400,400,0,0,2,3.2,40,241,150,9,0,')).toBe(true);
  expect(head.split(",").slice(0, 8)).toEqual([
    ...["atS", "phase", "planned", "fired", "completed", "failed", "dropped", "inFlight"],
  ]);
  expect(head.split(",")).toHaveLength(first.replace(/"(?:[^"]|"")*"/, "x").split(",").length);
});
