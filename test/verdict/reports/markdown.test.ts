import { expect, test } from "vitest";
import { judge } from "../../../verdict/judge.ts";
import { markdown } from "../../../verdict/reports/markdown.ts";
import { evidence, tallied } from "../../fakes/evidence.ts";

const page = (seen: ReturnType<typeof evidence>): string =>
  markdown.render({ evidence: seen, tally: tallied(), verdict: judge(seen, tallied()) });

test("what is longer than a comment may be is cut after a whole row, and says so", () => {
  const operations = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, at) => [`operation-${at}`, evidence().overall]),
  );
  const long = page(evidence({ operations }));
  expect(Buffer.byteLength(long)).toBeLessThanOrEqual(64 * 1_024);
  expect(long).toMatch(/\n\| operation-\d+ \|[^\n]*\|\n\n_The rest did not fit;/);
  expect(long.startsWith("## ✅ UPHELD")).toBe(true);
  expect(page(evidence())).not.toContain("did not fit");
});

test("over time a fall is seen in a line", () => {
  const timeline = evidence().timeline.map((second) => ({ ...second, completed: second.atS < 5 ? 400 : 0 }));
  expect(page(evidence({ timeline }))).toContain("| completed/s | █████▁▁▁▁▁ | 0 to 400 |");
});
