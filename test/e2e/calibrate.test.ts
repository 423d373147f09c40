/** The calibration on real processes, told a lie: it must see it, and account for every request all the same. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Certificate, certificateSchema } from "../../controller/calibrate/certificate.ts";
import { Desk, remains, type Said, tracesOf } from "./bench.ts";

const desk = new Desk();
let said: Said;
let certificate: Certificate;

beforeAll(async () => {
  said = await desk.bench("calibrate", "--json", "--plant", "5");
  certificate = certificateSchema.parse(JSON.parse(said.stdout || "{}"));
}, 180_000);

afterAll(() => desk[Symbol.dispose]());

const checksOf = (name: string) => certificate.checks.filter(({ check }) => check === name);

describe("a calibration whose server adds 5 ms without telling", () => {
  test("ends with 5 and leaves no certificate for runs to name", () => {
    expect(said.code).toBe(5);
    expect(certificate).toMatchObject({ status: "refuted", plantedMs: 5 });
    expect(existsSync(desk.path(".bench/certificate.json"))).toBe(false);
  });

  test("sees the lie in the response times", () => {
    const [median] = checksOf("known-latency");
    expect(median).toMatchObject({ subject: "p50", status: "refuted" });
    // The server had not said so: by its own account it was far nearer to what was asked of it.
    const [{ expectedMs, recoveredMs, drawnMs }] = certificate.figures.knownLatency.quantiles as [
      Certificate["figures"]["knownLatency"]["quantiles"][number],
    ];
    expect(Math.abs(drawnMs / expectedMs - 1)).toBeLessThan(0.005);
    for (const toldMs of recoveredMs) expect(toldMs - expectedMs).toBeGreaterThanOrEqual(4.9);
  });

  test("accounts for every request, as the server does", () => {
    expect(checksOf("conservation")).toMatchObject([{ status: "upheld", observed: 0 }]);
    expect(certificate.figures.conservation.length).toBeGreaterThan(8);
    for (const { planned, owed, readByServer, fired, drive } of certificate.figures.conservation) {
      expect(planned, drive).toBeGreaterThan(0);
      if (owed !== undefined) expect(planned, drive).toBe(owed);
      expect(readByServer, drive).toBe(fired);
    }
  });

  test("says everything it set out to say, each with a limit", () => {
    const names = new Set(certificate.checks.map(({ check }) => check));
    expect([...names]).toEqual([
      "maximum-rate",
      ...(certificate.figures.slipCurve.length > 0 ? ["slip-curve"] : []),
      "clock",
      "timers",
      "clock-offset",
      "known-latency",
      "freeze",
      "same-twice",
      "conservation",
    ]);
    for (const { check, limit, observed } of certificate.checks) {
      expect(limit, check).toBeTypeOf("number");
      expect(observed, check).toBeTypeOf("number");
    }
    expect(certificate.figures.knownLatency.requests).toBeGreaterThan(5_000);
    expect(certificate.figures.maximum.probes.length).toBeGreaterThan(2);
  });

  test("shows a freeze in the response time that the service time hides", () => {
    const p90 = certificate.figures.freeze.quantiles.find(({ quantile }) => quantile === "p90");
    expect(p90?.responseMs).toBeGreaterThan(400);
    expect(p90?.serviceMs).toBeLessThan(200);
  });

  test("leaves no process behind", async () => {
    const folder = desk.path(".bench/calibrations");
    const [id] = readdirSync(folder);
    const traces = tracesOf(join(folder, id ?? ""));
    expect(traces.processes.map(({ name }) => name).toSorted()).toEqual(["agent-0", "known-latency"]);
    expect(await remains(traces)).toEqual([]);
  });
});
