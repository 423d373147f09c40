import { expect, test } from "vitest";
import { hlogHeader, hlogLine } from "../../metrics/hlog.ts";
import { Latency } from "../../metrics/latency.ts";
import { recordedIn } from "../../verdict/recorded.ts";

const of = (...us: readonly number[]): Latency => {
  const latency = Latency.blank();
  for (const each of us) latency.record(each);
  return latency;
};
const span = { warmupS: 5, durationS: 10 };

const log = [
  hlogHeader(1_700_000_000_000),
  hlogLine("home.response", 4, 1, of(90_000)),
  hlogLine("home.response", 5, 1, of(10, 20)),
  hlogLine("home.service", 5, 1, of(5, 6)),
  hlogLine("slip", 5, 1, of(7)),
  hlogLine("item.list.response", 6, 1, of(30)),
  // What came late stands further down, under the second in which it was due.
  hlogLine("home.response", 5, 1, of(40)),
  hlogLine("home.response", 15, 1, of(90_000)),
].join("");

test("the measured part by operation and together; warm-up, the end and what is no operation are left out", () => {
  const { latencies, startEpochS } = recordedIn({ log }, span);
  const { operations, overall } = latencies;
  expect(startEpochS).toBe(1_700_000_005);
  expect([...operations.keys()]).toEqual(["home", "item.list"]);
  expect([overall.response.count, overall.response.maxUs]).toEqual([4, 40]);
  expect([overall.service.count, overall.service.maxUs]).toEqual([2, 6]);
  expect(operations.get("home")?.response.maxUs).toBe(40);
});

test("second by second, with what came of the requests and how the agents were", () => {
  const health = { slipP99Ms: 1, eventLoopDelayP99Ms: 2, stalledMs: 3, gcPauseMs: 4, agentCpuRatio: 0.5 };
  const lines = (...all: readonly object[]) => all.map((each) => `${JSON.stringify(each)}\n`).join("");
  const { seconds, agents } = recordedIn(
    {
      log,
      outcomes: lines(
        { second: 4, operation: "home", outcomes: { ok: 9 } },
        { second: 5, operation: "home", outcomes: { ok: 2 } },
        { second: 5, operation: "home", outcomes: { ok: 1, error: 1 } },
      ),
      agents: lines({ second: 4, agent: 0, health }, { second: 6, agent: 1, health }),
    },
    span,
  );
  expect([...seconds.keys()]).toEqual([0, 1]);
  expect(seconds.get(0)?.get("home")?.response).toHaveLength(2);
  expect(seconds.get(0)?.get("home")?.outcomes).toEqual({ ok: 3, error: 1 });
  expect(seconds.get(1)?.get("item.list")?.outcomes).toEqual({});
  expect([...agents]).toEqual([[1, new Map([[1, health]])]]);
});

test("of runs of older versions, which did not keep it, there is no health and no outcome", () => {
  const { agents, seconds } = recordedIn({ log }, span);
  expect(agents.size).toBe(0);
  expect(seconds.get(0)?.get("home")?.outcomes).toEqual({});
});

test.each([
  ["half a line", { log, outcomes: "{" }],
  [
    "an outcome that there is not",
    { log, outcomes: '{"second":5,"operation":"home","outcomes":{"fine":1}}\n' },
  ],
  ["half of a health", { log, agents: '{"second":5,"agent":0,"health":{"slipP99Ms":1}}\n' }],
  ["a log that does not say when it was begun", { log: hlogLine("home.response", 5, 1, of(1)) }],
])("%s is an error", (_what, files) => {
  expect(() => recordedIn(files, span)).toThrow();
});
