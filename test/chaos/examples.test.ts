import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readWish } from "../../chaos/chaos-plan.ts";
import { chaosExamples } from "../../chaos/examples.ts";
import { planChaos } from "../../chaos/plan-chaos.ts";
import { findTarget } from "../../targets/catalog.ts";
import { membersOf } from "../../targets/launch/members.ts";

test.each(chaosExamples)("$word says that $when", ({ word, stage }) => {
  const spec = findTarget(stage);
  const wish = readWish(word);
  if ("problem" in wish) throw new Error(wish.problem);
  const { faults, problems } = planChaos(
    { wishes: [wish], quiet: [] },
    {
      ...{ spec, members: membersOf(spec), launcher: "processes", network: "loopback" },
      ...{ host: { platform: "linux", isRoot: true, hasProc: true }, seed: 1, sells: true },
    },
    60,
  );
  expect(problems).toEqual([]);
  expect(faults.length).toBeGreaterThan(0);
});

test("each of them is in the page about it", () => {
  const page = readFileSync(new URL("../../docs/later-tier-faults.md", import.meta.url), "utf8");
  expect(chaosExamples.filter(({ word, when }) => !page.includes(`| ${when} | \`${word}\` |`))).toEqual([]);
});
