import { expect, test } from "vitest";
import { hlogHeader, hlogLine } from "../../metrics/hlog.ts";
import { hlogIntervals } from "../../metrics/hlog-reader.ts";
import { Latency } from "../../metrics/latency.ts";

const latency = Latency.blank();
latency.record(1_234);

test("what was written is read back, comments and columns passed over", () => {
  const log = [
    hlogHeader(1_700_000_000_000, ["of one agent"]),
    hlogLine("home.response", 5, 1, latency),
    hlogLine("slip", 6, 1, latency),
  ].join("");
  const encoded = latency.encode();
  expect([...hlogIntervals(log)]).toEqual([
    { tag: "home.response", startS: 5, lengthS: 1, encoded },
    { tag: "slip", startS: 6, lengthS: 1, encoded },
  ]);
});

test("a line without a tag, and one that ends as other systems' do", () => {
  expect([...hlogIntervals("0.127,1.007,2.769,HISTFAAAAEV42pNpmSz\r\n")]).toEqual([
    { tag: "", startS: 0.127, lengthS: 1.007, encoded: "HISTFAAAAEV42pNpmSz" },
  ]);
});

test.each([
  ["a word", "hello\n"],
  ["no histogram", "#c\n0.1,1.0,2.0\n"],
  ["a time that is none", "soon,1.0,2.0,HISTF\n"],
])("%s is refused with the number of its line", (_what, log) => {
  expect(() => [...hlogIntervals(log)]).toThrow(/^line [12] is no interval of a histogram log$/);
});
