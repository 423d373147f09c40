/** Somebody's own web server, loaded with a ten-line scenario file: the other way to use bench. */
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { Desk, resultOf } from "./bench.ts";

const scenario = `import { defineScenario } from "stagebench/scenarios";

export default defineScenario({
  name: "my-shop",
  operations: { home: "GET /", item: "GET /items/{item}" },
  mix: { home: 3, item: 1 },
});
`;

let server: Server | undefined;
afterEach(() => new Promise<void>((done) => (server?.listening ? server.close(() => done()) : done())));

/** Answers 200, or what the path asks for; counts what it was asked. */
async function listen(
  answer: (path: string) => number,
): Promise<{ url: string; asked: Map<string, number> }> {
  const asked = new Map<string, number>();
  server = createServer((request, response) => {
    const path = request.url ?? "";
    const kind = path.split("/")[1] === "items" ? "item" : "home";
    asked.set(kind, (asked.get(kind) ?? 0) + 1);
    response.statusCode = answer(path);
    response.end("hello");
  });
  await new Promise<void>((done) => server?.listen(0, "127.0.0.1", done));
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, asked };
}

test("an unknown web server is loaded; what it answered is what the result says", async () => {
  using desk = new Desk();
  writeFileSync(desk.path("my-scenario.ts"), scenario);
  const { url, asked } = await listen((path) => (path.startsWith("/items/") ? 404 : 200));
  const words = [
    "run",
    "./my-scenario.ts",
    "--target",
    url,
    "--allow-host",
    "localhost",
    "--rate",
    "100",
    "--duration",
    "4s",
    "--warmup",
    "0s",
  ];
  const said = await desk.bench(...words, "--json");
  const result = resultOf(said);
  const { code, stderr } = said;
  expect(code, stderr).toBe(result.verdict.exitCode);
  const { home, item } = result.operations;
  expect(home?.outcomes).toEqual({ ok: home?.count });
  expect(item?.outcomes).toEqual({ error: item?.count });
  // One look before the run, to see whether anybody is there.
  expect(asked).toEqual(
    new Map([
      ["home", (home?.count ?? 0) + 1],
      ["item", item?.count],
    ]),
  );
  expect(result.load.planned).toBe((home?.count ?? 0) + (item?.count ?? 0));
});

test("the same seed asks for the same things with 1, 2 or 5 agents", async () => {
  const asks: string[][] = [];
  for (const agents of ["1", "2", "5"]) {
    using desk = new Desk();
    writeFileSync(desk.path("my-scenario.ts"), scenario);
    const paths: string[] = [];
    const { url } = await listen((path) => {
      paths.push(path);
      return 200;
    });
    const words = [
      "run",
      "./my-scenario.ts",
      "--target",
      url,
      "--seed",
      "7",
      "--rate",
      "80",
      "--duration",
      "3s",
      "--warmup",
      "1s",
    ];
    const { stderr } = await desk.bench(...words, "--agents", agents);
    expect(paths.length, stderr).toBeGreaterThan(200);
    asks.push(paths.toSorted());
    await new Promise<void>((done) => server?.close(() => done()));
  }
  expect(asks[1]).toEqual(asks[0]);
  expect(asks[2]).toEqual(asks[0]);
});

test("limits of --slo are held against it: exit 10 when errors are above", async () => {
  using desk = new Desk();
  writeFileSync(desk.path("my-scenario.ts"), scenario);
  const { url } = await listen(() => 500);
  const words = [
    "run",
    "./my-scenario.ts",
    "--target",
    url,
    "--rate",
    "400",
    "--duration",
    "4s",
    "--warmup",
    "0s",
    "--slo",
    "errors<1%",
  ];
  const said = await desk.bench(...words, "--json", "--report", "junit=out/junit.xml");
  const result = resultOf(said);
  const { code, stderr } = said;
  const errors = result.findings.find(({ check }) => check === "errors");
  // A machine too busy to send on time makes it inconclusive; it is never upheld.
  expect(errors?.status, stderr).not.toBe("upheld");
  expect([5, 10]).toContain(code);
  const again = await desk.bench("judge", "latest", "--advisory");
  expect(again.code).toBe(0);
});
