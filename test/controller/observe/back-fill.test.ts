/** Finished runs into Prometheus: each once, never beside what was scraped, and waited for no longer than it takes. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Failure } from "../../../base/failure.ts";
import { backFill, type FillParts, seenLimitMs } from "../../../controller/observe/back-fill.ts";
import type { Exported } from "../../../controller/observe/exported.ts";
import type { LabelsSeen } from "../../../controller/observe/prometheus-api.ts";
import { ManualClock } from "../../fakes/manual-clock.ts";

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), "stagebench-test-fill-"))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

const run = (runId: string, kind: Exported["kind"] = "run"): Exported => ({
  ...{ kind, runId, fromEpochMs: 0, toEpochMs: 10_000, text: `# of ${runId}\n` },
});

/** Looks for new blocks at these instants, as Prometheus does once a minute. */
class PretendPrometheus {
  readonly clock = new ManualClock();
  readonly incomingFolder = join(home, "incoming");
  readonly made: string[] = [];
  readonly said: string[] = [];
  readonly asked: string[] = [];
  readonly #series: { readonly labels: LabelsSeen; readonly fromMs: number }[] = [];

  constructor(series: readonly LabelsSeen[] = []) {
    for (const labels of series) this.#series.push({ labels, fromMs: 0 });
  }

  parts(more: Partial<FillParts> = {}): FillParts {
    const { clock, incomingFolder, made, said } = this;
    return {
      ...{ clock, incomingFolder, say: (line) => void said.push(line) },
      ask: async ({ query }) => {
        this.asked.push(query);
        const [, runId] = /run_id="([^"]*)"/.exec(query) ?? [];
        return this.#series
          .filter(({ labels, fromMs }) => labels["run_id"] === runId && clock.nowMs() >= fromMs)
          .map(({ labels }) => labels);
      },
      makeBlocks: async (file) => {
        made.push(readFileSync(file, "utf8"));
        const runId = /([^/]+)\.\d+\.om$/.exec(file)?.[1] ?? "";
        const nextLookMs = Math.ceil((clock.nowMs() + 1) / 60_000) * 60_000;
        this.#series.push({ labels: { run_id: runId }, fromMs: nextLookMs });
      },
      ...more,
    };
  }

  async fill(
    runs: readonly Exported[],
    more: Partial<FillParts> = {},
    signal = new AbortController().signal,
  ) {
    let isOver = false;
    const work = backFill(runs, this.parts(more), signal).finally(() => (isOver = true));
    work.catch(() => {});
    for (; !isOver; this.clock.pass(1_000)) await new Promise(setImmediate);
    return (await work).map(({ run: { runId }, status }) => `${runId} ${status}`);
  }
}

test("what is not there is made into blocks, and seen when Prometheus looks next", async () => {
  const prometheus = new PretendPrometheus();
  expect(await prometheus.fill([run("a"), run("b", "search")])).toEqual(["a filled", "b filled"]);
  expect(prometheus.made).toEqual(["# of a\n", "# of b\n"]);
  expect(prometheus.clock.nowMs()).toBeLessThan(65_000);
  expect(readdirSync(prometheus.incomingFolder)).toEqual([]);
});

test("what is there is not filled twice, and nothing is waited for", async () => {
  const prometheus = new PretendPrometheus([{ run_id: "a" }]);
  expect(await prometheus.fill([run("a")])).toEqual(["a there"]);
  expect([prometheus.made, prometheus.said]).toEqual([[], []]);
});

test("what was filled in by half is filled again: its end is not there", async () => {
  const prometheus = new PretendPrometheus();
  const { ask } = prometheus.parts();
  const half: FillParts["ask"] = async (question) =>
    question.query.startsWith("present_over_time(") ? [{ run_id: "a" }] : await ask(question);
  expect(await prometheus.fill([run("a")], { ask: half })).toEqual(["a filled"]);
  expect(prometheus.made).toEqual(["# of a\n"]);
});

test("a question without an answer while blocks are waited for is asked again", async () => {
  const prometheus = new PretendPrometheus();
  const { ask } = prometheus.parts();
  let failed = 0;
  const busy: FillParts["ask"] = async (question) => {
    if (prometheus.made.length > 0 && failed++ < 3) throw new Failure("environment", "could not be asked");
    return await ask(question);
  };
  expect(await prometheus.fill([run("a")], { ask: busy })).toEqual(["a filled"]);
  expect(failed).toBeGreaterThan(3);
});

test("a question without an answer before anything is filled in is a failure", async () => {
  const prometheus = new PretendPrometheus();
  const ask = () => Promise.reject(new Failure("environment", "could not be asked"));
  await expect(prometheus.fill([run("a")], { ask })).rejects.toThrow("could not be asked");
  expect(prometheus.made).toEqual([]);
});

test("what was scraped while it went on is left as it is", async () => {
  const prometheus = new PretendPrometheus([{ run_id: "a", job: "bench", instance: "127.0.0.1:9464" }]);
  expect(await prometheus.fill([run("a"), run("b")])).toEqual(["a scraped", "b filled"]);
  expect(prometheus.made).toEqual(["# of b\n"]);
});

test("what does not show itself in time is said to be unseen", async () => {
  const prometheus = new PretendPrometheus();
  expect(await prometheus.fill([run("a")], { makeBlocks: async () => {} })).toEqual(["a unseen"]);
  expect(prometheus.clock.nowMs()).toBeGreaterThanOrEqual(seenLimitMs);
});

test("a failure in the middle leaves no file behind, and what follows is not begun", async () => {
  const prometheus = new PretendPrometheus();
  const makeBlocks = () => Promise.reject(new Error("no space"));
  await expect(prometheus.fill([run("a"), run("b")], { makeBlocks })).rejects.toThrow("no space");
  expect(readdirSync(prometheus.incomingFolder)).toEqual([]);
  expect(prometheus.asked.some((query) => query.includes('"b"'))).toBe(false);
});

test("nobody waits after an interruption", async () => {
  const prometheus = new PretendPrometheus();
  const user = new AbortController();
  const makeBlocks = async () => user.abort(new Error("interrupted"));
  await expect(prometheus.fill([run("a")], { makeBlocks }, user.signal)).rejects.toThrow("interrupted");
  expect(readdirSync(prometheus.incomingFolder)).toEqual([]);
});
