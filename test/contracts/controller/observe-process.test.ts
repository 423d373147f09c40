/** Processes of `bench observe` that do not do as they should: a Prometheus that ends while another answers, a promtool that is ended. */
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sleep, systemClock } from "../../../base/clock.ts";
import { bootId } from "../../../chaos/boot-id.ts";
import { type Places, placesIn } from "../../../controller/observe/places.ts";
import { startedAt } from "../../../controller/observe/process-start.ts";
import { startPrometheus } from "../../../controller/observe/prometheus-process.ts";
import { type ProcessUp, readState, writeState } from "../../../controller/observe/state.ts";
import { blockMaker } from "../../../controller/observe/system-tools.ts";
import { systemProbes } from "../../../targets/launch/components.ts";
import { isAlive, startTicksOf } from "../../../targets/launch/process-identity.ts";

let home: string;
let results: string;
let places: Places;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "stagebench-programs-"));
  results = join(home, "results");
  places = placesIn(results);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

function program(name: string, script: string): string {
  const path = join(home, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** This very process, which certainly lives. */
const startTicks = startTicksOf(process.pid);
const other: ProcessUp = {
  ...{ schemaVersion: 1, mechanism: "process", pid: process.pid, prometheusPort: 9090 },
  ...{ since: "2026-11-21T10:00:00.000Z", bootId: bootId() },
  ...(startTicks !== undefined && { startTicks }),
};
const { signal } = new AbortController();

const hasPs = systemProbes.programPath("ps") !== undefined;
test.runIf(hasPs)("ps tells when a process was started, and nothing of nobody", () => {
  expect(startedAt(process.pid)).toMatch(/^\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}$/);
  expect(startedAt(2 ** 22 + 1)).toBeUndefined();
});

describe("a Prometheus that ends while somebody else answers on its port", () => {
  let server: Server;
  let whenGone: () => void;
  beforeEach(async () => {
    whenGone = () => {};
    // Says that it is ready once the process that was started is gone.
    server = createServer(async (_, response) => {
      const state = readState(places.statePath) as ProcessUp;
      while (isAlive({ pid: state.pid, startTicks: state.startTicks })) await sleep(10);
      whenGone();
      response.end();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  const start = () => {
    const { port } = server.address() as AddressInfo;
    const asked = { program: program("prometheus", "exit 1"), port, places, clock: systemClock };
    return startPrometheus(asked, signal);
  };

  test("is not called up, and nothing of it stays", async () => {
    await expect(start()).rejects.toMatchObject({
      kind: "environment",
      message: expect.stringContaining("prometheus ended, and somebody else answers at"),
    });
    expect(readState(places.statePath)).toBeUndefined();
  });

  test("does not make us forget what the other has written", async () => {
    whenGone = () => writeState(places.statePath, other);
    await expect(start()).rejects.toThrow("somebody else answers");
    expect(readState(places.statePath)).toEqual(other);
  });
});

test("a promtool that is ended in the middle leaves nothing, here or in /tmp", async () => {
  const [told, hanging] = [join(home, "told"), join(home, "hanging")];
  program("promtool", `echo "$TMPDIR" > "${told}"\nmkdir "$TMPDIR/head"\n: > "${hanging}"\nsleep 60 &\nwait`);
  vi.stubEnv("PATH", `${home}${delimiter}${process.env["PATH"]}`);
  const user = new AbortController();
  const work = blockMaker(results, other)(join(places.incomingFolder, "a.7.om"), user.signal);
  work.catch(() => {});
  await vi.waitFor(() => expect(existsSync(hanging)).toBe(true), { timeout: 10_000 });
  user.abort(new Error("interrupted"));
  await expect(work).rejects.toThrow("interrupted");
  expect(readFileSync(told, "utf8").startsWith(places.incomingFolder)).toBe(true);
  expect(readdirSync(places.incomingFolder)).toEqual([]);
});
