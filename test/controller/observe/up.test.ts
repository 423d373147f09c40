/** Which way is taken to bring Prometheus and Grafana up, what is taken as it is, and what is said when there is no way. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Failure } from "../../../base/failure.ts";
import { bootId } from "../../../chaos/boot-id.ts";
import { placesIn } from "../../../controller/observe/places.ts";
import {
  type ContainersUp,
  type ProcessUp,
  readState,
  writeState,
} from "../../../controller/observe/state.ts";
import { bringUp, type UpAsked, type UpTools } from "../../../controller/observe/up.ts";
import { startTicksOf } from "../../../targets/launch/process-identity.ts";
import { ManualClock } from "../../fakes/manual-clock.ts";

let results: string;
beforeEach(() => (results = mkdtempSync(join(tmpdir(), "stagebench-test-observe-"))));
afterEach(() => rmSync(results, { recursive: true, force: true }));

const common = { schemaVersion: 1, since: "2026-11-21T10:00:00.000Z", bootId: bootId() } as const;
const startTicks = startTicksOf(process.pid);
const alive: ProcessUp = {
  ...{ ...common, mechanism: "process", pid: process.pid, prometheusPort: 9090 },
  ...(startTicks !== undefined && { startTicks }),
};
const containers: ContainersUp = {
  ...{ ...common, mechanism: "compose", project: "bench-observe-1", prometheusPort: 9090, grafanaPort: 3000 },
};
const compose = { command: "docker", args: ["compose"] };
const noEngine = new Failure("environment", "no container engine listens", { hint: "start the engine" });

/** A machine that has everything, but for what a test takes away. */
class Machine implements UpTools {
  readonly did: string[] = [];
  readonly said: string[] = [];
  takenPorts: readonly number[] = [];
  answering: readonly string[] = [];
  runningServices: readonly string[] = ["prometheus", "grafana"];
  whyNobodyKnows: Failure | undefined;
  whyNoContainers: Failure | undefined;
  whyTheyDoNotStart: Failure | undefined;
  whyNoPrometheus: Failure | undefined;
  /** What containers that do not start leave behind. */
  leaves = () => {};

  async compose({ services, socket }: Parameters<UpTools["compose"]>[0]) {
    const where = socket === undefined ? "" : ` behind ${socket}`;
    this.did.push(`look for containers of ${services.join(" and ")}${where}`);
    if (this.whyNoContainers) throw this.whyNoContainers;
    return compose;
  }

  async running() {
    if (this.whyNobodyKnows) throw this.whyNobodyKnows;
    return this.runningServices;
  }

  async startContainers({
    prometheusPort,
    grafanaPort,
    before,
    again,
  }: Parameters<UpTools["startContainers"]>[0]): Promise<ContainersUp> {
    const how = before ? " beside" : again ? ` as ${again.project} again` : "";
    this.did.push(`start containers on ${prometheusPort} and ${grafanaPort}${how}`);
    this.leaves();
    if (this.whyTheyDoNotStart) throw this.whyTheyDoNotStart;
    const { grafanaPort: _, ...without } = containers;
    return { ...without, prometheusPort, ...(grafanaPort !== undefined && { grafanaPort }) };
  }

  async prometheus() {
    if (this.whyNoPrometheus) throw this.whyNoPrometheus;
    return "/usr/bin/prometheus";
  }

  async startProcess({
    program,
    port,
    withoutGrafana,
  }: Parameters<UpTools["startProcess"]>[0]): Promise<ProcessUp> {
    this.did.push(`start ${program} on ${port}`);
    return { ...alive, prometheusPort: port, ...(withoutGrafana !== undefined && { withoutGrafana }) };
  }

  isPortFree = async (port: number) => !this.takenPorts.includes(port);
  isPrometheusReady = async (url: string) => this.answering.includes(url);
  isGrafanaReady = async (url: string) => this.answering.includes(url);
  say = (line: string) => void this.said.push(line);
}

const { signal } = new AbortController();
const bring = (machine: Machine, asked: Partial<UpAsked> = {}, clock = new ManualClock()) =>
  bringUp(results, { wantsGrafana: true, ...asked }, { tools: machine, clock, signal });

/** Lets time pass as long as it is waited for. */
async function whilePassing<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  let isOver = false;
  const done = work.finally(() => (isOver = true));
  done.catch(() => {});
  for (; !isOver; clock.pass(1_000)) await new Promise(setImmediate);
  return done;
}

describe("nothing is up", () => {
  test("containers come first, on the usual ports", async () => {
    const machine = new Machine();
    const { state, wasUp } = await bring(machine);
    expect([state.mechanism, wasUp]).toEqual(["compose", false]);
    expect(machine.did).toEqual([
      "look for containers of prometheus and grafana",
      "start containers on 9090 and 3000",
    ]);
  });

  test("without a Grafana when none is wanted, on a port that was asked for", async () => {
    const machine = new Machine();
    await bring(machine, { wantsGrafana: false, prometheusPort: 9191 });
    expect(machine.did).toEqual([
      "look for containers of prometheus",
      "start containers on 9191 and undefined",
    ]);
  });

  test.each([
    { why: "they cannot be had", more: { whyNoContainers: noEngine } },
    { why: "they do not start", more: { whyTheyDoNotStart: noEngine } },
  ])("Prometheus alone when $why, and why there is no Grafana", async ({ more }) => {
    const machine = Object.assign(new Machine(), more);
    const { state } = await bring(machine);
    expect(state).toMatchObject({ mechanism: "process", withoutGrafana: noEngine.message });
    expect(machine.did.at(-1)).toBe("start /usr/bin/prometheus on 9090");
    expect(machine.said.join()).toContain(noEngine.message);
  });

  test("containers that could not be taken down again are not forgotten for a process", async () => {
    const machine = Object.assign(new Machine(), { whyTheyDoNotStart: noEngine });
    machine.leaves = () => writeState(placesIn(results).statePath, containers);
    await expect(bring(machine)).rejects.toBe(noEngine);
    expect(machine.did.at(-1)).toBe("start containers on 9090 and 3000");
    expect(readState(placesIn(results).statePath)).toEqual(containers);
  });

  test("where no Grafana was wanted none is missed", async () => {
    const machine = Object.assign(new Machine(), { whyNoContainers: noEngine });
    expect((await bring(machine, { wantsGrafana: false })).state).not.toHaveProperty("withoutGrafana");
  });

  test("when there is no way, both reasons and both remedies", async () => {
    const machine = Object.assign(new Machine(), {
      whyNoContainers: noEngine,
      whyNoPrometheus: new Failure("environment", "prometheus is not here", { hint: "--install" }),
    });
    await expect(bring(machine)).rejects.toMatchObject({
      kind: "environment",
      problems: [
        "containers: no container engine listens",
        "Prometheus as a process: prometheus is not here",
      ],
      hint: "start the engine\n--install",
    });
  });

  test.each([
    { port: 9090, flag: "--port" },
    { port: 3000, flag: "--grafana-port" },
  ])("port $port that is taken ends it, with the flag for another one", async ({ port, flag }) => {
    const machine = Object.assign(new Machine(), { takenPorts: [port] });
    await expect(bring(machine)).rejects.toMatchObject({
      kind: "environment",
      message: `port ${port} of 127.0.0.1 is taken`,
      hint: expect.stringContaining(`bench observe up ${flag} `),
    });
    expect(machine.did.filter((each) => each.startsWith("start"))).toEqual([]);
  });

  test("Grafana's port does not matter where there is none", async () => {
    const machine = Object.assign(new Machine(), { takenPorts: [3000], whyNoContainers: noEngine });
    expect((await bring(machine)).state.mechanism).toBe("process");
  });

  test("an interruption is no reason to try another way", async () => {
    const interrupted = new Failure("interrupted", "interrupted by SIGINT");
    const machine = Object.assign(new Machine(), { whyTheyDoNotStart: interrupted });
    await expect(bring(machine)).rejects.toBe(interrupted);
    expect(machine.did.some((each) => each.includes("prometheus on"))).toBe(false);
  });
});

describe("it is up", () => {
  const urls = ["http://127.0.0.1:9090", "http://127.0.0.1:3000"];
  const found = (state: ProcessUp | ContainersUp, answering = urls) => {
    writeState(placesIn(results).statePath, state);
    return Object.assign(new Machine(), { answering, takenPorts: [9090, 3000] });
  };

  test.each([alive, containers])("and is left as it is ($mechanism)", async (state) => {
    const machine = found(state);
    expect(await bring(machine)).toMatchObject({ state, wasUp: true });
    expect(machine.did).toEqual([]);
  });

  test("on another port than asked, which is said", async () => {
    const { wasUp, notes } = await bring(found(containers), { prometheusPort: 9191, grafanaPort: 3001 });
    expect(wasUp).toBe(true);
    expect(notes).toEqual([
      expect.stringContaining("Prometheus is up on port 9090 already"),
      expect.stringContaining("Grafana is up on port 3000 already"),
    ]);
  });

  test("without the Grafana that is wanted now: it comes beside it", async () => {
    const { grafanaPort: _, ...alone } = containers;
    const machine = Object.assign(found(alone), { takenPorts: [9090] });
    expect(await bring(machine)).toMatchObject({ wasUp: false, state: { grafanaPort: 3000 } });
    expect(machine.did.at(-1)).toBe("start containers on 9090 and 3000 beside");
  });

  test("and who only looks at runs takes it without", async () => {
    const { grafanaPort: _, ...alone } = containers;
    expect(await bring(found(alone), { takesWhatIsUp: true })).toEqual({
      state: alone,
      wasUp: true,
      notes: [],
    });
  });

  test("a process that is gone is noticed and replaced", async () => {
    const machine = found({ ...alive, startTicks: 1, bootId: bootId() }, []);
    machine.takenPorts = [];
    // Where there is no /proc a number is all there is.
    if (startTicks === undefined) return expect(bootId()).toBe("");
    expect(await bring(machine)).toMatchObject({ wasUp: false });
    expect(machine.said.join()).toContain("is gone; it is started again");
  });

  const moved = { prometheusPort: 9191, grafanaPort: 3131, socket: "/run/other.sock" };
  const elsewhere: ContainersUp = { ...containers, ...moved };
  const startedAgain = [
    "look for containers of prometheus and grafana behind /run/other.sock",
    "start containers on 9191 and 3131 as bench-observe-1 again",
  ];

  test.each([
    { why: "Prometheus hangs", running: ["prometheus", "grafana"], takenPorts: [9191, 3131] },
    { why: "Prometheus ended and Grafana lives", running: ["grafana"], takenPorts: [3131] },
    { why: "both ended", running: [], takenPorts: [9090, 3000] },
  ])("containers are started again where they were when $why", async ({ running, takenPorts }) => {
    const machine = Object.assign(found(elsewhere, []), { takenPorts, runningServices: running });
    const clock = new ManualClock();
    expect(await whilePassing(clock, bring(machine, {}, clock))).toMatchObject({ wasUp: false });
    expect(machine.did).toEqual(startedAgain);
    expect(machine.said.join()).toContain("is gone; it is started again");
  });

  test("somebody else who answers on the port of a container that ended is not taken for it", async () => {
    const machine = Object.assign(found(containers), { runningServices: [] });
    await expect(bring(machine)).rejects.toMatchObject({ message: "port 9090 of 127.0.0.1 is taken" });
    expect(machine.did).toEqual([]);
  });

  test("containers of an engine that does not answer are not forgotten for a process", async () => {
    const machine = Object.assign(found(containers, []), { takenPorts: [], whyNobodyKnows: noEngine });
    const clock = new ManualClock();
    await expect(whilePassing(clock, bring(machine, {}, clock))).rejects.toMatchObject({
      kind: "environment",
      message: expect.stringContaining(noEngine.message),
      hint: expect.stringMatching(/start the engine\nbench observe down/),
    });
    expect(machine.did).toEqual([]);
  });

  test("Grafana comes beside it from the engine that has Prometheus", async () => {
    const { grafanaPort: _, ...alone } = elsewhere;
    const machine = found(alone, ["http://127.0.0.1:9191"]);
    machine.takenPorts = [9191];
    await bring(machine);
    expect(machine.did[0]).toBe(startedAgain[0]);
  });

  test("a process that lives and does not answer is not doubled", async () => {
    const machine = found(alive, []);
    const clock = new ManualClock();
    await expect(whilePassing(clock, bring(machine, {}, clock))).rejects.toThrow("does not answer");
    expect(machine.did).toEqual([]);
  });

  test("somewhere else, and nothing is done", async () => {
    const [boot = "", , machineId = ""] = bootId().split(" ");
    if (boot === "") return expect(bootId()).toBe("");
    const machine = found({ ...containers, bootId: `${boot} pid:[0] ${machineId}` });
    await expect(bring(machine)).rejects.toThrow("cannot be seen from here");
    expect(machine.did).toEqual([]);
  });
});
