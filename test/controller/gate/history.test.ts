import { expect, test } from "vitest";
import { historyOf } from "../../../controller/gate/history.ts";
import { fingerprint, run } from "../../fakes/repeated-runs.ts";

const slower = { ...fingerprint, plan: { ...fingerprint.plan, rate: "50/s" } };
const built = {
  ...fingerprint,
  target: { ...fingerprint.target, declaration: "d2" },
  program: { shop: "p2" },
};
const short = (id: string) => {
  const made = run(id);
  return { ...made, figures: { ...made.figures, p99: { value: 40, requests: 9_999 } } };
};
const seen = [
  run("other", {}, { fingerprint: slower }),
  run("late", {}, { doubts: ["our agents were late"] }),
  short("short"),
  run("old"),
  run("new", {}, { fingerprint: built }),
];

test("runs like the newest, whatever its program; the others are counted by why they are left out", () => {
  const { runs, ...without } = historyOf(seen, "p99");
  expect(runs.map(({ runId }) => runId)).toEqual(["old", "new"]);
  expect(without).toEqual({ others: 1, setAside: 1, tooFew: 1 });
});

test("requests too few for a p99 are enough for a p50", () => {
  expect(historyOf(seen, "p50")).toMatchObject({ tooFew: 0, runs: { length: 3 } });
});

test("no run is no history", () => {
  expect(historyOf([], "p99")).toEqual({ runs: [], others: 0, setAside: 0, tooFew: 0 });
});
