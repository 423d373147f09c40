/** What is up, as it is written down: read again as it was, and told from what is gone. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bootId } from "../../../chaos/boot-id.ts";
import { ownGrafana } from "../../../controller/observe/own-grafana.ts";
import { placesIn } from "../../../controller/observe/places.ts";
import {
  type ContainersUp,
  forgetProcess,
  forgetState,
  type ProcessUp,
  readObserving,
  readState,
  standingOf,
  writeState,
} from "../../../controller/observe/state.ts";
import { startTicksOf } from "../../../targets/launch/process-identity.ts";

let results: string;
let path: string;
beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), "stagebench-test-observe-"));
  path = placesIn(results).statePath;
});
afterEach(() => rmSync(results, { recursive: true, force: true }));

/** This very process, which certainly lives. */
const startTicks = startTicksOf(process.pid);
const alive: ProcessUp = {
  ...{ schemaVersion: 1, mechanism: "process", pid: process.pid, prometheusPort: 9091 },
  ...{ since: "2026-11-21T10:00:00.000Z", bootId: bootId(), withoutGrafana: "no engine" },
  ...(startTicks !== undefined && { startTicks }),
};
const containers: ContainersUp = {
  ...{ schemaVersion: 1, mechanism: "compose", project: "bench-observe-1", prometheusPort: 9090 },
  ...{ grafanaPort: 3000, since: "2026-11-21T10:00:00.000Z", bootId: bootId(), socket: "/run/docker.sock" },
};

describe("what is written", () => {
  test.each([alive, containers])("is read as it was ($mechanism)", (state) => {
    writeState(path, state);
    expect(readState(path)).toEqual(state);
    expect(readdirSync(join(results, "observe"))).toEqual(["state.json"]);
  });

  test("is forgotten once, or twice", () => {
    writeState(path, alive);
    forgetState(path);
    forgetState(path);
    expect(readState(path)).toBeUndefined();
  });

  test.each([
    { why: "somebody else's number", state: { ...alive, pid: alive.pid + 1 } },
    { why: "a number that was given out again", state: { ...alive, startTicks: 1 } },
    { why: "containers", state: containers },
  ])("is not forgotten with a process when it names $why", ({ state }) => {
    writeState(path, state);
    forgetProcess(path, alive);
    expect(readState(path)).toEqual(state);
  });

  test("is forgotten with the process that it names", () => {
    writeState(path, alive);
    forgetProcess(path, alive);
    expect(readState(path)).toBeUndefined();
  });

  test.each([
    "{",
    "{}",
    JSON.stringify({ ...alive, pid: 1 }),
    JSON.stringify({ ...alive, prometheusPort: 0 }),
  ])("is refused when it is not ours: %s", (content) => {
    writeState(path, alive);
    writeFileSync(path, content);
    expect(() => readState(path)).toThrow(/what bench observe left running cannot be read/);
  });
});

describe("what was brought up", () => {
  test("is up while it lives", () => {
    expect(standingOf(alive)).toBe("up");
    expect(standingOf(containers)).toBe("up");
  });

  test("is gone when its number is somebody else's", () => {
    // Where there is no /proc nobody could tell.
    if (startTicks === undefined) return expect(standingOf(alive)).toBe("up");
    expect(standingOf({ ...alive, startTicks: startTicks + 1 })).toBe("gone");
  });

  const [boot, pids, machine] = ["b1", "pid:[1]", "m1"];
  const there = (words: readonly string[]) => ({ ...containers, bootId: words.join(" ") });
  test.each([
    { why: "the machine was started again since", bootId: ["b0", pids, machine], is: "gone" },
    { why: "that was another machine", bootId: ["b0", pids, "m0"], is: "elsewhere" },
    { why: "that was in a container of this one", bootId: [boot, "pid:[2]", machine], is: "elsewhere" },
    { why: "nothing happened since", bootId: [boot, pids, machine], is: "up" },
  ])("is $is when $why", ({ bootId: words, is }) => {
    expect(standingOf(there(words), [boot, pids, machine].join(" "))).toBe(is);
  });
});

describe("for links", () => {
  const nobody = {};

  test("both addresses, of what is up", () => {
    writeState(path, containers);
    expect(readObserving(results, nobody)).toEqual({
      grafanaUrl: "http://127.0.0.1:3000",
      prometheusUrl: "http://127.0.0.1:9090",
    });
  });

  test("Prometheus alone where there is no Grafana", () => {
    writeState(path, alive);
    expect(readObserving(results, nobody)).toEqual({ prometheusUrl: "http://127.0.0.1:9091" });
  });

  test("a Grafana of one's own comes first, and is enough", () => {
    const env = { BENCH_GRAFANA: "https://grafana.example" };
    expect(readObserving(results, env)).toEqual({ grafanaUrl: "https://grafana.example" });
    writeState(path, containers);
    expect(readObserving(results, env)).toMatchObject({ grafanaUrl: "https://grafana.example" });
  });

  test.each([
    { why: "nothing was brought up", write: () => {} },
    { why: "it is not here", write: () => writeState(path, { ...alive, bootId: "b pid:[0] m" }) },
    {
      why: "its file is damaged",
      write: () => {
        writeState(path, alive);
        writeFileSync(path, "{");
      },
    },
  ])("none, and no failure, when $why", ({ write }) => {
    write();
    expect(readObserving(results, nobody)).toBeUndefined();
    expect(readObserving(results, { BENCH_GRAFANA: "not an address" })).toBeUndefined();
  });
});

test.each(["not an address", "localhost:3000", "ftp://x"])("BENCH_GRAFANA=%s is refused", (word) => {
  expect(() => ownGrafana({ BENCH_GRAFANA: word })).toThrow(`BENCH_GRAFANA "${word}" is no address`);
});

test("BENCH_GRAFANA that is empty is not set", () => {
  expect(ownGrafana({ BENCH_GRAFANA: "" })).toBeUndefined();
});
