/** Somebody looks at a run from another terminal. */
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bootId } from "../../chaos/boot-id.ts";
import { journalName } from "../../chaos/run-journal.ts";
import { Desk } from "./bench.ts";

let server: Server;
let url = "";
beforeAll(async () => {
  server = createServer((_, response) => response.end("hello"));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((done) => server.close(done)));

test("its seconds while they come, and what it found", async () => {
  using desk = new Desk();
  const run = desk.start([
    ...["run", "browse", "--target", url, "--allow-host", "localhost", "--rate", "50"],
    ...[
      "--duration",
      "8s",
      "--warmup",
      "1s",
      "--ui",
      "none",
      "--out",
      desk.path(".bench/runs/20261101T000000Z-x"),
    ],
  ]);
  await expect
    .poll(() => desk.runs().flatMap((each) => readdirSync(each)), { timeout: 20_000 })
    .toContain("plan.json");
  const watching = desk.start(["watch", "latest", "--ui", "lines"]);
  // While it goes on, and not when all is over.
  await once(watching.child.stdout!, "data");
  expect(run.child.exitCode).toBeNull();
  const events = readFileSync(join(desk.runs()[0]!, "events.ndjson"), "utf8").trim().split("\n");
  const door = events.map((line) => JSON.parse(line)).find(({ kind }) => kind === "metrics-door")?.url;
  const figures = async () => (await fetch(door)).text();
  await expect
    .poll(figures, { timeout: 10_000 })
    .toMatch(/bench_requests_total\{[^}]*op="[a-z-]+",outcome="ok"\} [1-9]/);
  expect(await figures()).toMatch(/bench_phase\{[^}]*phase="[a-z-]+"\} 1/);
  expect(await figures()).toMatch(/bench_agent_cpu_ratio\{[^}]*agent="0"\} 0\.\d/);
  const [ran, watched] = await Promise.all([run.ended, watching.ended]);
  expect(ran.stderr).toBe("");
  expect(watched, watched.stderr).toMatchObject({ code: 0, stderr: "" });
  expect(watched.stdout).toMatch(/ offered \d+\/s {2}achieved \d+\/s .* \d+ s left\n/);
  // The report is the last thing it says, as the run itself did.
  expect(watched.stdout.endsWith(ran.stdout.split("\n").slice(-6).join("\n"))).toBe(true);
});

test("a run whose process is gone is not waited for", async () => {
  using desk = new Desk();
  const folder = desk.path(".bench/runs/20261101T000000Z-y");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "plan.json"), JSON.stringify({ scenario: "browse", target: "x", durationS: 5 }));
  writeFileSync(join(folder, "run.json"), JSON.stringify({ state: "incomplete" }));
  const nobody = { pid: process.pid, startTicks: 1 };
  writeFileSync(
    join(folder, journalName),
    `${JSON.stringify({ keeper: nobody, run: nobody, bootId: bootId() })}\n`,
  );
  const { code, stderr } = await desk.bench("watch", "latest");
  expect(code, stderr).toBe(3);
  expect(stderr).toContain("is gone, and did not come to its end");
});

test("what is no run is refused with the nearest", async () => {
  using desk = new Desk();
  mkdirSync(desk.path(".bench/runs/20261101T000000Z-z"), { recursive: true });
  const empty = await desk.bench("watch", "20261101T000000Z-z");
  expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining("has no plan.json")]);
  const wrong = await desk.bench("watch", "20261101T000000Z-q");
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringContaining('did you mean "20261101T000000Z-z"'),
  ]);
});
