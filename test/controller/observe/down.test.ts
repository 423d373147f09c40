/** What is ended, what stays and what goes, where no process and no container is left to end. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Failure } from "../../../base/failure.ts";
import { bootId } from "../../../chaos/boot-id.ts";
import { takeDown } from "../../../controller/observe/down.ts";
import { type Places, placesIn } from "../../../controller/observe/places.ts";
import { readState, writeState } from "../../../controller/observe/state.ts";
import { downLines } from "../../../controller/observe/telling.ts";

let results: string;
let places: Places;
beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), "stagebench-test-observe-"));
  places = placesIn(results);
});
afterEach(() => rmSync(results, { recursive: true, force: true }));

const noEngine = new Failure("environment", "no container engine listens");
const down = (isPurged: boolean) =>
  takeDown(results, { isPurged, platform: "linux", compose: () => Promise.reject(noEngine) });
const withData = () => {
  mkdirSync(places.dataFolder, { recursive: true });
  writeFileSync(join(places.dataFolder, "block"), "");
};
/** Of before the machine was started the last time: nobody has that number now. */
const gone = () =>
  writeState(places.statePath, {
    ...{ schemaVersion: 1, mechanism: "process", pid: 2 ** 22 + 1, startTicks: 1, prometheusPort: 9090 },
    ...{ since: "2026-11-21T10:00:00.000Z", bootId: bootId() },
  });

test("nothing was up, and nothing is there", async () => {
  expect(await down(false)).toEqual({});
  expect(downLines({})).toEqual(["nothing was up"]);
});

test("what is gone is forgotten, and its data stays", async () => {
  gone();
  withData();
  expect(await down(false)).toEqual({ kept: places.dataFolder });
  expect(readState(places.statePath)).toBeUndefined();
  expect(existsSync(join(places.dataFolder, "block"))).toBe(true);
});

test("purged, all of it goes, and nothing beside it", async () => {
  withData();
  writeFileSync(join(results, "certificate.json"), "{}");
  expect(await down(true)).toEqual({ purged: places.dataFolder });
  expect([existsSync(places.folder), existsSync(join(results, "certificate.json"))]).toEqual([false, true]);
});

test("a volume that an engine may keep is not called purged where no engine answers", async () => {
  withData();
  writeFileSync(places.projectPath, "bench-observe-1\n");
  await expect(down(true)).rejects.toBe(noEngine);
  expect(existsSync(places.projectPath)).toBe(true);
  expect((await down(false)).kept).toBe(
    `${places.dataFolder} and the volume bench-observe-1 of the container engine`,
  );
});

test("they are ended, and their volume removed, by the engine that has them", async () => {
  const asked: (string | undefined)[] = [];
  const compose = (socket?: string) => {
    asked.push(socket);
    return Promise.reject(noEngine);
  };
  const taken = () => takeDown(results, { isPurged: true, platform: "linux", compose });
  mkdirSync(places.folder, { recursive: true });
  writeFileSync(places.projectPath, "bench-observe-1\n/run/one.sock\n");
  await expect(taken()).rejects.toBe(noEngine);
  writeState(places.statePath, {
    ...{ schemaVersion: 1, mechanism: "compose", project: "bench-observe-1", prometheusPort: 9090 },
    ...{ since: "2026-11-21T10:00:00.000Z", bootId: bootId(), socket: "/run/other.sock" },
  });
  await expect(taken()).rejects.toBe(noEngine);
  expect(asked).toEqual(["/run/one.sock", "/run/other.sock"]);
});

test("containers are not called down where no engine answers", async () => {
  writeState(places.statePath, {
    ...{ schemaVersion: 1, mechanism: "compose", project: "bench-observe-1", prometheusPort: 9090 },
    ...{ since: "2026-11-21T10:00:00.000Z", bootId: bootId() },
  });
  await expect(down(false)).rejects.toBe(noEngine);
  expect(readState(places.statePath)).toBeDefined();
});
