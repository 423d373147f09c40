/** When a run was, out of what it is exported as; and how Prometheus is asked for it. */
import { expect, test } from "vitest";
import { anyOfIt, endOfIt, fileNameOf, timesIn } from "../../../controller/observe/exported.ts";

const text = `# TYPE bench_run_info gauge
# HELP bench_run_info 1, with what else is known of the run at 5.000
bench_run_info{run_id="a 7 8"} 1 1785488405.000
bench_run_info{run_id="a 7 8"} 1 1785488415.500
bench_inflight{run_id="a 7 8"} NaN 1785488410.000
# EOF
`;
const about = {
  kind: "run",
  runId: "a",
  fromEpochMs: 1_785_488_405_000,
  toEpochMs: 1_785_488_415_500,
} as const;

test("the first and the last value, whatever their order, and no number of a label or of a comment", () => {
  expect(timesIn(text)).toEqual({ fromEpochMs: about.fromEpochMs, toEpochMs: about.toEpochMs });
});

test("what has no value was at no time", () => {
  expect(timesIn("# TYPE bench_run_info gauge\n# EOF\n")).toBeUndefined();
});

test("whether there is any of it is asked over all of it, whether its end is there at its end", () => {
  expect(anyOfIt(about)).toEqual({
    query: 'present_over_time(bench_run_info{run_id="a"}[311s])',
    atEpochMs: about.toEpochMs,
  });
  expect(endOfIt({ ...about, kind: "search", runId: 'a"b' })).toEqual({
    query: 'bench_capacity_info{run_id="a\\"b"}',
    atEpochMs: about.toEpochMs,
  });
});

test("its file stays in its folder, whatever the run is called, and is nobody else's", () => {
  expect(fileNameOf({ runId: "../x/20260731T090000Z-a" }, 7)).toBe("..-x-20260731T090000Z-a.7.om");
  expect(fileNameOf({ runId: "a" }, 7)).not.toBe(fileNameOf({ runId: "a" }, 8));
});
