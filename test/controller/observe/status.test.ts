/** What is up, as programs and people are told: what answers, what does not, and what is missing when. */
import { expect, test } from "vitest";
import { bootId } from "../../../chaos/boot-id.ts";
import type { ContainersUp, ProcessUp } from "../../../controller/observe/state.ts";
import { statusOf } from "../../../controller/observe/status.ts";
import { runLines, statusLines } from "../../../controller/observe/telling.ts";
import { startTicksOf } from "../../../targets/launch/process-identity.ts";

const common = { schemaVersion: 1, since: "2026-11-21T10:00:00.000Z", bootId: bootId() } as const;
const startTicks = startTicksOf(process.pid);
const alone: ProcessUp = {
  ...{ ...common, mechanism: "process", pid: process.pid, prometheusPort: 9090 },
  ...{ withoutGrafana: "no container engine listens" },
  ...(startTicks !== undefined && { startTicks }),
};
const both: ContainersUp = {
  ...{ ...common, mechanism: "compose", project: "bench-observe-1", prometheusPort: 9090, grafanaPort: 3000 },
};
const answering = (prometheus: boolean, grafana: boolean) => ({
  isPrometheusReady: async () => prometheus,
  isGrafanaReady: async () => grafana,
});

test("nothing is up", async () => {
  const status = await statusOf(undefined, undefined);
  expect(status).toMatchObject({ isUp: false });
  expect(statusLines(status)).toEqual(["nothing is up; bench observe up starts it"]);
});

test("both are up", async () => {
  const status = await statusOf(both, undefined, answering(true, true));
  expect(status).toMatchObject({ isUp: true, mechanism: "compose", missing: [] });
  expect(statusLines(status)).toEqual([
    "Prometheus  http://127.0.0.1:9090  in a container, since 2026-11-21T10:00:00.000Z",
    "Grafana     http://127.0.0.1:3000  in a container",
  ]);
});

test("Grafana does not answer", async () => {
  const status = await statusOf(both, undefined, answering(true, false));
  expect(status).toMatchObject({ isUp: true, grafana: { isReady: false } });
  expect(statusLines(status)[1]).toContain("does not answer");
});

test("Prometheus alone: why, and what to do about it", async () => {
  const status = await statusOf(alone, undefined, answering(true, false));
  expect(status).not.toHaveProperty("grafana");
  expect(status.missing).toEqual([
    "there is no Grafana: no container engine listens",
    expect.stringMatching(/dashboards\/generated.*http:\/\/127\.0\.0\.1:9090.*BENCH_GRAFANA/),
  ]);
});

test("with a Grafana of one's own nothing is missing", async () => {
  const status = await statusOf(alone, "https://grafana.example", answering(true, false));
  expect(status).toMatchObject({ missing: [], grafana: { url: "https://grafana.example", isOwn: true } });
  expect(statusLines(status).at(-1)).toBe("Grafana     https://grafana.example  your own");
});

test.each([
  { why: "its process does not answer", state: alone, says: /does not answer at .*bench observe down ends/ },
  { why: "its container does not answer", state: both, says: /does not answer at .*bench observe up brings/ },
  { why: "it is gone", state: { ...alone, startTicks: 1 }, says: /is gone; bench observe up/ },
])("told not to be up when $why", async ({ state, says }) => {
  // Where there is no /proc a number is all there is.
  if (startTicks === undefined) return expect(bootId()).toBe("");
  const status = await statusOf(state, undefined, answering(false, false));
  expect(status).toMatchObject({ isUp: false, prometheus: { isReady: false } });
  expect(status.missing.join("\n")).toMatch(says);
});

test("runs, with where they are seen", () => {
  const shown = { runId: "a", kind: "run", link: "http://g/d/bench-run" } as const;
  expect(runLines([{ ...shown, status: "filled" }])).toEqual(["a  back-filled", "  http://g/d/bench-run"]);
  expect(runLines([{ ...shown, status: "unseen" }])[0]).toContain("not seen by Prometheus within 90 s");
});
