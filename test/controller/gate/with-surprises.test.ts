import { expect, test } from "vitest";
import { budgetsToBe, withSurprises } from "../../../controller/gate/with-surprises.ts";
import { usualRules } from "../../../verdict/comparison/figure.ts";
import { whySetAside } from "../../../verdict/comparison/run-seen.ts";
import { fingerprint, run } from "../../fakes/repeated-runs.ts";

test("a run in which everything is as planned is taken as it is", () => {
  const seen = run("r1");
  expect(withSurprises(seen, fingerprint)).toBe(seen);
});

test("CPU budgets that turn out otherwise are a doubt about this run, and no wrong word", () => {
  const target = { ...fingerprint.target, "CPU budgets": "none" };
  const planned = { ...fingerprint, target: { ...target, "CPU budgets": "cgroup-v2" } };
  const seen = withSurprises(run("r1", {}, { fingerprint: { ...fingerprint, target } }), planned);
  expect(whySetAside(seen, usualRules)).toBe("target: CPU budgets: cgroup-v2 in the plan, none in this run");
});

test.each([
  { launcher: "processes", was: "processes", budgets: "cgroup-v2", word: "cgroup-v2" },
  { launcher: "processes", was: "processes", budgets: undefined, word: "unknown" },
  { launcher: "compose", was: "processes", budgets: "cgroup-v2", word: "compose" },
  { launcher: "processes", was: "compose", budgets: "compose", word: "unknown" },
] as const)(
  "by $launcher, where those before were by $was with $budgets, budgets will be $word",
  ({ launcher, was, budgets, word }) => {
    expect(budgetsToBe(launcher, { launcher: was, budgets })).toBe(word);
  },
);

test("what nobody could know beforehand is no surprise", () => {
  const of = (budgets: string) => ({
    ...fingerprint,
    target: { ...fingerprint.target, "CPU budgets": budgets },
  });
  const seen = run("r1", {}, { fingerprint: of("cgroup-v2") });
  expect(withSurprises(seen, of("unknown")).doubts).toEqual([]);
});
