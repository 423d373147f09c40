/** The same second of late answers, once ours and once the target's: only the target's is held against it. */
import { writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { RunResult } from "../../verdict/result-schema.ts";
import { Desk, resultOf, tracesOf } from "./bench.ts";

const scenario = `import { defineScenario } from "stagebench/scenarios";

export default defineScenario({ name: "my-shop", operations: { home: "GET /" }, mix: { home: 1 } });
`;
/** About two seconds into the load. */
const AT_REQUEST = 300;
/** Of fifteen hundred requests far more than the hundredth that the limit allows to be late. */
const LATE_MS = 1_200;

let server: Server | undefined;
let isFrozen = false;
let held: ServerResponse[] = [];
afterEach(() => new Promise<void>((done) => (server?.listening ? server.close(() => done()) : done())));

/** A server that calls `atRequest` once, in the middle of the load, and keeps answers back while it is frozen. */
async function listen(atRequest: () => void): Promise<string> {
  let asked = 0;
  isFrozen = false;
  held = [];
  server = createServer((_, response) => {
    asked++;
    if (asked === AT_REQUEST) atRequest();
    if (isFrozen) held.push(response);
    else response.end("hello");
  });
  await new Promise<void>((done) => server?.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function runAgainst(desk: Desk, url: string) {
  writeFileSync(desk.path("my-scenario.ts"), scenario);
  const words = ["run", "./my-scenario.ts", "--target", url, "--rate", "150", "--duration", "10s"];
  const said = await desk.bench(...words, "--warmup", "0s", "--slo", "p99<500ms", "--json");
  return { code: said.code, stderr: said.stderr, result: resultOf(said) };
}

const latencyOf = ({ findings }: RunResult) => findings.find(({ check }) => check === "tail-latency");

test("an agent that stood still for a second leaves the limit undecided, and says so", async () => {
  using desk = new Desk();
  let stopped: number | undefined;
  const url = await listen(() => {
    stopped = tracesOf(desk.runs().at(-1) ?? "").processes.find(({ name }) => name === "agent-0")?.pid;
    if (stopped === undefined) return;
    process.kill(stopped, "SIGSTOP");
    setTimeout(process.kill, LATE_MS, stopped, "SIGCONT");
  });
  const { code, stderr, result } = await runAgainst(desk, url);
  expect(stopped).toBeGreaterThan(0);
  expect(result.operations.home?.responseMs.p99, "late in our own histogram").toBeGreaterThan(500);
  expect(result.instrument.markedSeconds.length, stderr).toBeGreaterThan(0);
  expect(code, stderr).toBe(5);
  expect(latencyOf(result)).toMatchObject({
    status: "inconclusive",
    because: expect.stringContaining("our agents"),
  });
});

test("a target that stood still for a second is refuted by the same limit", async () => {
  using desk = new Desk();
  const url = await listen(() => {
    isFrozen = true;
    setTimeout(() => {
      isFrozen = false;
      for (const response of held) response.end("hello");
    }, LATE_MS);
  });
  const { code, stderr, result } = await runAgainst(desk, url);
  expect(held.length).toBeGreaterThan(10);
  expect(result.operations.home?.responseMs.p99).toBeGreaterThan(500);
  // Where others keep this machine so busy that we were late as well, it is left undecided; never upheld.
  const { healthy, markedSeconds } = result.instrument;
  const wasWell = healthy && markedSeconds.length === 0;
  expect(wasWell ? [10] : [5, 10], stderr).toContain(code);
  expect(latencyOf(result)?.status, stderr).toBe(code === 10 ? "refuted" : "inconclusive");
});
