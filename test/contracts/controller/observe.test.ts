/** `bench observe` with the Prometheus of this machine: up, twice, filled with a run and a search, asked, and down without a trace. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Places, placesIn } from "../../../controller/observe/places.ts";
import { askPrometheus } from "../../../controller/observe/prometheus-api.ts";
import { type ProcessUp, readState } from "../../../controller/observe/state.ts";
import { systemProbes } from "../../../targets/launch/components.ts";
import { Ports } from "../../../targets/launch/ports.ts";
import { isAlive } from "../../../targets/launch/process-identity.ts";
import type { CapacitySeen } from "../../../verdict/capacity/capacity-seen.ts";
import { runFolder } from "../../fakes/run-folder.ts";

const missing = ["promtool", "prometheus"].filter((name) => systemProbes.programPath(name) === undefined);
const reason = missing.length === 0 ? "" : ` (skipped: not on this machine: ${missing.join(", ")})`;

const runId = "20260731T090000Z-flash-sale-stage-08-7f3a";
const searchId = "20260731T100000Z-capacity-browse-stage-04-0001";
const search: CapacitySeen = {
  ...{ schemaVersion: 1, runId: searchId, scenario: "browse", target: "stage-04", unusual: [], seed: 1 },
  ...{ startedAt: "2026-07-31T10:00:00.000Z", tookS: 80, objective: { p99Ms: 250 }, status: "found" },
  ...{ because: "kept at 320 /s", probes: [], budgets: "cgroup-v2" },
  knee: {
    ...{ ratePerS: 320, belowPerS: 336, offeredPerS: 320, completedPerS: 319, goodPerS: 318 },
    ...{ p99Ms: 180, nodes: [] },
  },
};

/** Of the fake run: five to warm up, ten that are measured. */
const seconds = Array.from({ length: 10 }, (_, atS) => 5 + atS);
const endsAtMs: Readonly<Record<string, number>> = {
  [runId]: Date.UTC(2026, 6, 31, 9, 0, 15),
  [searchId]: Date.parse(search.startedAt) + search.tookS * 1_000,
};

describe.skipIf(reason !== "")(`bench observe${reason}`, () => {
  const children = new Set<ChildProcess>();
  let results = "";
  let places: Places;
  let port = 0;
  let url = "";

  /** From source, without an engine, and by a process of its own, which what it starts has to outlive. */
  function bench(...words: string[]) {
    return new Promise<{ code: number | null; stdout: string; stderr: string }>((done, fail) => {
      const child = spawn(
        process.execPath,
        ["--import", "tsx", resolve("cli/main.ts"), "observe", ...words],
        {
          env: {
            ...process.env,
            ...{ BENCH_RESULTS: results, BENCH_GRAFANA: "", NO_COLOR: "1" },
            DOCKER_HOST: `unix://${join(results, "no-engine.sock")}`,
          },
          stdio: ["ignore", "pipe", "pipe"],
        },
      );
      children.add(child);
      let [stdout, stderr] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
      child.once("error", fail);
      child.once("close", (code) => {
        children.delete(child);
        done({ code, stdout, stderr });
      });
    });
  }
  const stateNow = () => readState(places.statePath) as ProcessUp;
  const isRunning = ({ pid, startTicks }: ProcessUp) => isAlive({ pid, startTicks });
  /** What `down` could not: nothing of a failed test goes on. */
  const endByHand = () => {
    const state = readState(places.statePath);
    if (state?.mechanism === "process" && isRunning(state)) process.kill(state.pid, "SIGKILL");
  };
  const isAnswering = async () => {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    return answer?.status === 200;
  };

  beforeAll(async () => {
    results = mkdtempSync(join(tmpdir(), "stagebench-observe-"));
    places = placesIn(results);
    port = await new Ports().next();
    url = `http://127.0.0.1:${port}`;
    const run = runFolder(join(results, "runs"), runId);
    const outcomes = seconds.map((second) => ({
      ...{ second, operation: "seckill_try", outcomes: { ok: 300, "sold-out": 100 } },
    }));
    const lines = outcomes.map((each) => `${JSON.stringify(each)}\n`);
    writeFileSync(join(run, "intervals/outcomes.ndjson"), lines.join(""));
    const folder = join(results, "runs", searchId);
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of Object.entries({
      ...{ "plan.json": {}, "run.json": { kind: "capacity", state: "complete" }, "capacity.json": search },
    }))
      writeFileSync(join(folder, name), JSON.stringify(content));
  });
  afterAll(async () => {
    // Of a test that ran out of time.
    for (const child of children) child.kill("SIGKILL");
    const { code, stderr } = await bench("down", "--purge");
    if (code !== 0) endByHand();
    rmSync(results, { recursive: true, force: true });
    expect(code, stderr).toBe(0);
  });

  test("a port that is taken is said to be, and nothing is started", async () => {
    const server: Server = createServer();
    await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
    const { code, stderr } = await bench("up", "--port", String(port));
    await new Promise((done) => server.close(done));
    expect(code, stderr).toBe(3);
    expect(stderr).toContain(`port ${port} of 127.0.0.1 is taken`);
    expect((await bench()).stdout).toBe("nothing is up; bench observe up starts it\n");
  });

  test("up, two at once: one brings it up, alone without an engine, and the other finds it", async () => {
    const words = ["up", "--port", String(port), "--json"];
    const both = await Promise.all([bench(...words), bench(...words)]);
    for (const { code, stderr } of both) expect(code, stderr).toBe(0);
    const seen = both.map(({ stdout }) => JSON.parse(stdout) as { readonly wasUp: boolean });
    expect(seen.map(({ wasUp }) => wasUp).toSorted()).toEqual([false, true]);
    const state = {
      ...{ schemaVersion: 1, isUp: true, mechanism: "process" },
      prometheus: { url, isReady: true },
      missing: [
        expect.stringContaining("no container engine listens"),
        expect.stringContaining("dashboards/generated"),
      ],
    };
    expect(seen).toMatchObject([state, state]);
    // And it outlives both.
    expect([await isAnswering(), isRunning(stateNow())]).toEqual([true, true]);
  });

  test("up again: it is up, and still the same", async () => {
    const before = stateNow();
    const { code, stdout, stderr } = await bench("up");
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("it is up already\n");
    expect(stdout).toContain(url);
    expect(stateNow()).toEqual(before);
  });

  test("a run and a search are filled in, and found under their links", { timeout: 110_000 }, async () => {
    const { code, stdout, stderr } = await bench("--runs", runId, searchId, runId, "--json");
    expect(code, stderr).toBe(0);
    const { runs } = JSON.parse(stdout) as { runs: readonly { runId: string; link: string }[] };
    expect(runs).toMatchObject([
      { runId, kind: "run", status: "filled" },
      { runId: searchId, kind: "search", status: "filled" },
    ]);
    // What the pages behind the links ask Prometheus, at a time that they show.
    for (const { runId: id, link } of runs) {
      expect(link.startsWith(`${url}/graph?`), link).toBe(true);
      const words = new URL(link).searchParams;
      const [query, atEpochMs] = [words.get("g0.expr") ?? "", endsAtMs[id] ?? 0];
      const shownToMs = Date.parse(`${words.get("g0.end_input")?.replace(" ", "T")}Z`);
      const shownFromMs = shownToMs - Number.parseInt(words.get("g0.range_input") ?? "", 10) * 1_000;
      expect(shownFromMs).toBeLessThan(atEpochMs);
      expect(shownToMs).toBeGreaterThan(atEpochMs);
      expect(await askPrometheus(url, { query, atEpochMs }), query).not.toEqual([]);
    }
    const knee = await askPrometheus(url, {
      query: 'bench_capacity_knee_rate{bound="carried"} == 320',
      atEpochMs: endsAtMs[searchId] ?? 0,
    });
    expect(knee).toMatchObject([{ run_id: searchId }]);
  });

  test("what is there is not filled again", async () => {
    const { code, stdout, stderr } = await bench("--runs", runId);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`${runId}  was back-filled before\n`);
    expect(stderr).toBe("");
  });

  test("unknown runs are told before anything is done", async () => {
    const { code, stderr } = await bench("--runs", `${runId}x`, "nothing-like-it");
    expect(code, stderr).toBe(2);
    expect(stderr).toContain(`did you mean "${runId}"?`);
    expect(stderr).toContain("nothing-like-it");
  });

  test("down: it is gone, its data stays; and when it is purged that goes, too", async () => {
    const state = stateNow();
    const down = await bench("down");
    expect(down.code, down.stderr).toBe(0);
    expect(down.stdout).toContain(places.dataFolder);
    expect(isRunning(state)).toBe(false);
    expect(await isAnswering()).toBe(false);
    expect((await bench("down")).stdout).toContain("nothing was up\n");
    const purged = await bench("down", "--purge", "--json");
    expect(JSON.parse(purged.stdout)).toMatchObject({ isUp: false, purged: places.dataFolder });
    expect(() => readFileSync(join(places.folder, "state.json"))).toThrow("ENOENT");
  });
});
