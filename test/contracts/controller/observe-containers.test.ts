/** Containers of `bench observe` by a pretend docker, which writes its words down, and hangs or fails where a file says so. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "../../../base/clock.ts";
import { images } from "../../../controller/observe/compose-words.ts";
import { type ContainersAsked, startContainers } from "../../../controller/observe/containers.ts";
import { takeDown } from "../../../controller/observe/down.ts";
import { type Places, placesIn } from "../../../controller/observe/places.ts";
import { type ContainersUp, readState } from "../../../controller/observe/state.ts";
import { blockMaker, composeHere, systemTools } from "../../../controller/observe/system-tools.ts";

/** Stands in its folder; what it does at `verb` is in `hang-verb`, `fail-verb` and `say-verb`. */
const pretendDocker = (folder: string) => `#!/bin/sh
cd "${folder}" || exit 9
echo "$*" >> words
verb=
for word; do
  case "$word" in up|down|rm|ps|logs|exec|pull|info) verb=$word; break ;; esac
done
if [ -e "hang-$verb" ]; then
  trap 'sleep 0.3; echo "$verb was ended" >> words; exit 143' TERM
  : > hanging
  sleep 60 &
  wait
fi
if [ -e "fail-$verb" ]; then cat "fail-$verb" >&2; exit 1; fi
if [ -e "say-$verb" ]; then cat "say-$verb"; fi
exit 0
`;

let home: string;
let results: string;
let places: Places;
let socket: string;
let servers: Server[];
let ports: { readonly prometheus: number; readonly grafana: number };
/** What answers that it is ready, and what the engine has. */
let ready: Set<"prometheus" | "grafana">;
let hasImages: boolean;

async function listening(server: Server, where: string | number): Promise<Server> {
  servers.push(server);
  await new Promise<void>((done) => {
    if (typeof where === "string") server.listen(where, done);
    else server.listen(where, "127.0.0.1", done);
  });
  return server;
}

async function serviceOn(name: "prometheus" | "grafana"): Promise<number> {
  const server = createServer((_, response) => response.writeHead(ready.has(name) ? 200 : 503).end());
  await listening(server, 0);
  return (server.address() as AddressInfo).port;
}

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "stagebench-containers-"));
  results = join(home, "results");
  places = placesIn(results);
  socket = join(home, "engine.sock");
  [servers, ready, hasImages] = [[], new Set(["prometheus", "grafana"] as const), true];
  ports = { prometheus: await serviceOn("prometheus"), grafana: await serviceOn("grafana") };
  const engine = createServer(({ url }, response) => {
    const isThere = url === "/version" || hasImages;
    response.writeHead(isThere ? 200 : 404).end(JSON.stringify({ Version: "28.0.0" }));
  });
  await listening(engine, socket);
  const program = join(home, "bin", "docker");
  mkdirSync(join(home, "bin"));
  writeFileSync(program, pretendDocker(home));
  chmodSync(program, 0o755);
  does("say-ps", "prometheus\ngrafana\n");
  vi.stubEnv("PATH", `${join(home, "bin")}:${process.env["PATH"]}`);
  vi.stubEnv("DOCKER_HOST", `unix://${socket}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
  rmSync(home, { recursive: true, force: true });
});

const does = (name: string, text = "") => writeFileSync(join(home, name), text);
const allWords = () => readFileSync(join(home, "words"), "utf8").trimEnd().split("\n");
/** What compose was told after its files, and what was ended. */
const told = () =>
  allWords().flatMap((line) =>
    line.endsWith(" was ended") ? line : (/compose\.yaml (.*)$/.exec(line)?.[1] ?? []),
  );
const runs = "ps --services --filter status=running";

const { signal } = new AbortController();
async function asked(more: Partial<ContainersAsked> = {}): Promise<ContainersAsked> {
  const compose = await composeHere({ services: ["prometheus", "grafana"] }, signal);
  return {
    ...{ compose, socket, places, platform: "linux", clock: systemClock },
    ...{ prometheusPort: ports.prometheus, grafanaPort: ports.grafana, ...more },
  };
}
const start = async (more: Partial<ContainersAsked> = {}) => await startContainers(await asked(more), signal);
const down = (isPurged: boolean) =>
  takeDown(results, {
    ...{ isPurged, platform: "linux" },
    compose: (where?: string) => composeHere({ socket: where }, signal),
  });

describe("up", () => {
  test("both answer and run: what is up is written down, with the engine that has it", async () => {
    const state = await start();
    expect(told()).toEqual(["up -d prometheus grafana", runs, runs]);
    expect(state).toMatchObject({
      ...{ mechanism: "compose", socket },
      ...{ prometheusPort: ports.prometheus, grafanaPort: ports.grafana },
    });
    expect(readState(places.statePath)).toEqual(state);
  });

  test("whoever they run as may read what they are given", async () => {
    await start();
    const modeOf = (...path: string[]) => (statSync(join(places.folder, ...path)).mode & 0o777).toString(8);
    expect(modeOf("prometheus")).toBe("755");
    expect(modeOf("prometheus", "prometheus.yml")).toBe("644");
    expect(modeOf("grafana", "provisioning", "datasources", "bench.yaml")).toBe("644");
    expect(modeOf("generated", "bench-run.json")).toBe("644");
    expect(modeOf("incoming")).toBe("755");
  });

  test("a results folder that was moved keeps its project, and so its volume", async () => {
    mkdirSync(places.folder, { recursive: true });
    writeFileSync(places.projectPath, "bench-observe-of-before\n");
    expect((await start()).project).toBe("bench-observe-of-before");
  });

  test("ended in the middle: compose has ended before its containers are taken down", async () => {
    does("hang-up");
    const user = new AbortController();
    const work = startContainers(await asked(), user.signal);
    work.catch(() => {});
    await vi.waitFor(() => expect(existsSync(join(home, "hanging"))).toBe(true), { timeout: 10_000 });
    user.abort(new Error("interrupted"));
    await expect(work).rejects.toThrow("interrupted");
    expect(told()).toEqual(["up -d prometheus grafana", "up was ended", "down"]);
    expect(readState(places.statePath)).toBeUndefined();
  });

  test("what cannot be taken down again is said, and not forgotten", async () => {
    does("fail-up", "no space left\n");
    does("fail-down", "the engine is gone\n");
    await expect(start()).rejects.toMatchObject({
      kind: "environment",
      message: expect.stringMatching(/up did not work: no space left; and .*not taken down: .*is gone/),
      hint: "bench observe down",
    });
    expect(readState(places.statePath)).toMatchObject({ mechanism: "compose", socket });
  });

  test("a container that ended is not waited for, and its last line says why", async () => {
    ready.delete("prometheus");
    does("say-ps");
    does("say-logs", "prometheus-1  | starting\nprometheus-1  | permission denied\n");
    const url = `http://127.0.0.1:${ports.prometheus}`;
    await expect(start()).rejects.toMatchObject({
      kind: "environment",
      message: `the container of prometheus ended before it answered at ${url}; it said last: permission denied`,
      hint: expect.stringContaining("starting"),
    });
    expect(told().at(-1)).toBe("down");
    expect(readState(places.statePath)).toBeUndefined();
  });

  test("somebody else who answers on its port is not taken for it", async () => {
    does("say-ps");
    await expect(start()).rejects.toThrow("the container of prometheus ended before it answered");
  });

  test("Grafana that fails beside Prometheus is removed, and Prometheus stays", async () => {
    const { grafanaPort: _, ...alone } = await asked();
    const before = await startContainers(alone, signal);
    ready.delete("grafana");
    does("say-ps", "prometheus\n");
    await expect(start({ before })).rejects.toThrow("the container of grafana ended");
    expect(told().slice(-2)).toEqual(["logs --no-color --tail=5 grafana", "rm -s -f grafana"]);
    expect(readState(places.statePath)).toEqual(before);
  });
});

describe("whether they can be had", () => {
  test("an image that is not here is pulled from the engine that was asked", async () => {
    hasImages = false;
    await composeHere({ services: ["prometheus"] }, signal);
    expect(allWords().at(-1)).toBe(`-H unix://${socket} pull --quiet ${images.prometheus}`);
    does("fail-pull", "no such host\n");
    await expect(composeHere({ services: ["prometheus"] }, signal)).rejects.toThrow(
      `the image ${images.prometheus} is not here and cannot be pulled: docker pull did not work: no such host`,
    );
  });

  test.runIf(process.platform === "linux")("not where they have a network of their own", async () => {
    does("say-info", 'Debian GNU/Linux 12 (bookworm) ["name=rootless"]\n');
    await expect(composeHere({ services: ["prometheus"] }, signal)).rejects.toMatchObject({
      kind: "environment",
      message: expect.stringContaining("the engine is rootless"),
    });
  });

  test("the engine that has them is asked which of them run, whatever DOCKER_HOST is by now", async () => {
    const state = await start();
    vi.stubEnv("DOCKER_HOST", `unix://${join(home, "other.sock")}`);
    does("say-ps", "grafana\n");
    const prometheus = () => Promise.reject(new Error("not asked for"));
    const tools = systemTools({ results, clock: systemClock, prometheus, say: () => {} });
    expect(await tools.running(state, signal)).toContain("grafana");
    expect(await tools.running(state, signal)).not.toContain("prometheus");
  });
});

describe("down", () => {
  test("the engine that has them ends them and removes the volume, whatever DOCKER_HOST is", async () => {
    const { project } = await start();
    vi.stubEnv("DOCKER_HOST", `unix://${join(home, "other.sock")}`);
    expect(await down(true)).toEqual({
      ended: "compose",
      purged: `the volume ${project} of the container engine`,
    });
    expect(told().slice(-2)).toEqual(["down", "down -v"]);
    expect(allWords().at(-1)).toContain(`-H unix://${socket} compose -p ${project} `);
    expect(existsSync(places.folder)).toBe(false);
  });

  test("the volume goes with a later purge, too", async () => {
    const { project } = await start();
    const kept = `the volume ${project} of the container engine`;
    expect(await down(false)).toEqual({ ended: "compose", kept });
    vi.stubEnv("DOCKER_HOST", `unix://${join(home, "other.sock")}`);
    expect(await down(true)).toEqual({ purged: kept });
    expect(told().at(-1)).toBe("down -v");
  });

  test("what could not be ended is not called down", async () => {
    const state = await start();
    does("fail-down", "the engine is gone\n");
    await expect(down(true)).rejects.toMatchObject({
      kind: "environment",
      message: "compose down did not work: the engine is gone",
    });
    expect(readState(places.statePath)).toEqual(state);
    expect(existsSync(places.projectPath)).toBe(true);
  });
});

test("blocks are made by the promtool beside Prometheus, of the file as it is seen there", async () => {
  const state: ContainersUp = await start();
  await blockMaker(results, state)(join(places.incomingFolder, "a.7.om"), signal);
  const words = "promtool tsdb create-blocks-from openmetrics /incoming/a.7.om /prometheus";
  expect(told().at(-1)).toBe(`exec -T prometheus ${words}`);
  does("fail-exec", "no space left\n");
  await expect(blockMaker(results, state)(join(places.incomingFolder, "a.7.om"), signal)).rejects.toThrow(
    "promtool did not work: no space left",
  );
});
