/** A web server that stays bad for a known time after its fault is gone: what is measured of that, and what the gate says. */
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { RunResult } from "../../verdict/result-schema.ts";
import { Desk, resultOf } from "./bench.ts";

const scenario = `import { defineScenario } from "stagebench/scenarios";

export default defineScenario({ name: "my-shop", operations: { home: "GET /" }, mix: { home: 1 } });
`;

/** After its fault is gone the server goes on failing for so long. */
const sickForMs = 1_500;

let server: Server | undefined;
afterEach(() => new Promise<void>((done) => (server?.listening ? server.close(() => done()) : done())));

/** `POST /fault` makes it fail, `DELETE /fault` takes that back, `GET /fault` succeeds in between. */
async function listen(): Promise<string> {
  let isOn = false;
  let wellAtMs = 0;
  server = createServer((request, response) => {
    if (request.url === "/fault") {
      if (request.method === "POST") isOn = true;
      if (request.method === "DELETE") {
        if (isOn) wellAtMs = performance.now() + sickForMs;
        isOn = false;
      }
      response.statusCode = request.method === "GET" && !isOn ? 404 : 200;
      response.end("the server was told to fail");
      return;
    }
    response.statusCode = isOn || performance.now() < wellAtMs ? 500 : 200;
    response.end("hello");
  });
  await new Promise<void>((done) => server?.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const because = ({ findings }: RunResult): readonly string[] =>
  findings.filter(({ check }) => check === "recovery").map((finding) => finding.because);

test("getting over a fault is measured, soon enough is upheld, and too late is refuted", async () => {
  using desk = new Desk();
  const url = await listen();
  writeFileSync(desk.path("my-scenario.ts"), scenario);
  const down = { inject: `POST ${url}/fault`, verify: `GET ${url}/fault`, undo: `DELETE ${url}/fault` };
  writeFileSync(desk.path("bench.config.json"), JSON.stringify({ target: url, hooks: { down } }));
  const said = await desk.bench(
    ...["run", "./my-scenario.ts", "--rate", "250", "--duration", "14s", "--warmup", "0s"],
    ...["--chaos", "hook=down@4s+1s", "--recover", "good>99% within 4s,good>99% within 300ms", "--json"],
  );
  const result = resultOf(said);
  const { code, stderr } = said;
  const [fault] = result.faults;
  expect(fault, stderr).toMatchObject({ status: "effective", effect: "the server was told to fail" });
  const { recovery } = fault!;
  expect(recovery).toMatchObject({
    others: [],
    because: null,
    fellAgain: 0,
    duringRatio: expect.any(Number),
  });
  // A tenth of a second is what bins tell apart; the rest is for a machine that is busy with something else.
  expect(recovery!.afterClearS).toBeGreaterThan(sickForMs / 1000 - 0.4);
  expect(recovery!.afterClearS).toBeLessThan(sickForMs / 1000 + 1.5);
  expect(recovery!.duringRatio).toBeLessThan(0.2);
  expect(recovery!.window.loss!.depthRatio).toBe(1);
  expect(recovery!.window.loss!.areaLostS).toBeGreaterThan(2);
  expect(recovery!.blastRadius).toMatchObject({
    ...{ hitRatio: 1, hitShare: 1 },
    operations: [{ operation: "home", isHit: true }],
  });
  // Of somebody else's system nothing is read.
  expect(recovery).toMatchObject({
    detectS: null,
    detection: { because: "it was done to no node in particular" },
    amplification: { worst: null },
  });
  const [inTime, late] = because(result);
  expect(inTime).toMatch(
    /good answers at least 99\.0 % held from [\d.]+ s after hook=down@4 was gone; 4 s are allowed/,
  );
  expect(late).toMatch(/good answers at least 99\.0 % held only from [\d.]+ s after hook=down@4 was gone/);
  // Where something else kept our agents from being on time, that is said instead.
  if (result.instrument.markedSeconds.length === 0 && result.instrument.healthy) expect(code).toBe(13);
  else expect([5, 13]).toContain(code);
});
