/** Words of `bench observe`: all that is wrong at once, before anything is started. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Failure } from "../../base/failure.ts";
import { down, observe, type UpWords, up } from "../../cli/commands/observe.ts";
import { buildProgram } from "../../cli/program.ts";
import { runFolder } from "../fakes/run-folder.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "stagebench-test-observe-"));
  vi.stubEnv("BENCH_RESULTS", home);
  vi.stubEnv("BENCH_GRAFANA", undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

const { signal } = new AbortController();
const failureOf = async (work: Promise<unknown>): Promise<Failure> => {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof Failure) return thrown;
  throw new Error("no failure", { cause: thrown });
};
const upFails = (words: UpWords) => failureOf(up(words, signal));
const runsFail = (...runs: string[]) => failureOf(observe({ runs, excess: [] }, signal));

describe("bench observe up", () => {
  test("tells everything that is wrong at once", async () => {
    const { kind, problems } = await upFails({ port: "0", grafanaPort: "many", only: "promtheus" });
    expect(kind).toBe("usage");
    expect(problems).toEqual([
      '--port "0" is no port; write a number from 1 to 65535',
      '--grafana-port "many" is no port; write a number from 1 to 65535',
      '--only: unknown service "promtheus"; did you mean "prometheus"?',
    ]);
  });

  test.each([
    { words: { port: "4000", grafanaPort: "4000" }, says: "--port and --grafana-port are both 4000" },
    { words: { grafanaPort: "4000", only: "prometheus" }, says: "--grafana-port has no meaning with --only" },
  ])("refuses words that contradict each other: $says", async ({ words, says }) => {
    expect((await upFails(words)).problems).toEqual([expect.stringContaining(says)]);
  });

  test("refuses a port for a Grafana that is one's own, and an address that is none", async () => {
    vi.stubEnv("BENCH_GRAFANA", "https://grafana.example");
    expect((await upFails({ grafanaPort: "4000" })).problems).toEqual([
      expect.stringContaining("while BENCH_GRAFANA is https://grafana.example"),
    ]);
    vi.stubEnv("BENCH_GRAFANA", "grafana");
    expect((await upFails({ port: "0" })).problems).toEqual([
      expect.stringContaining('BENCH_GRAFANA "grafana" is no address'),
      expect.stringContaining('--port "0"'),
    ]);
  });
});

test("a word that is no command is told with the nearest", async () => {
  const { kind, message } = await failureOf(observe({ excess: ["upp"] }, signal));
  expect([kind, message]).toEqual(["usage", 'unknown command of bench observe "upp"; did you mean "up"?']);
});

test("all words that are no commands are told, and an address that is none", async () => {
  vi.stubEnv("BENCH_GRAFANA", "grafana");
  const { kind, problems } = await failureOf(observe({ excess: ["upp", "dwn"] }, signal));
  expect(kind).toBe("usage");
  expect(problems).toEqual([
    expect.stringContaining('"upp"'),
    expect.stringContaining('"dwn"'),
    expect.stringContaining('BENCH_GRAFANA "grafana" is no address'),
  ]);
});

test("--runs beside up or down is refused, and not left aside", async () => {
  expect((await upFails({ runs: ["latest"] })).problems).toEqual([
    expect.stringContaining("--runs has no meaning with up; bench observe --runs"),
  ]);
  expect(await failureOf(down({ runs: ["latest"] }, signal))).toMatchObject({
    kind: "usage",
    message: expect.stringContaining("--runs has no meaning with down"),
  });
});

describe("bench observe --runs", () => {
  const runs = () => join(home, "runs");
  const searched = (id: string, files: Readonly<Record<string, string>>) => {
    mkdirSync(join(runs(), id), { recursive: true });
    for (const [name, content] of Object.entries({ "plan.json": "{}", ...files }))
      writeFileSync(join(runs(), id, name), content);
  };

  test("tells of every run that cannot be looked at", async () => {
    runFolder(runs(), "20260731T090000Z-good");
    runFolder(runs(), "20260731T090001Z-bare");
    rmSync(join(runs(), "20260731T090001Z-bare/intervals/fleet.hlog"));
    searched("20260731T090002Z-cut-off", { "run.json": JSON.stringify({ kind: "capacity" }) });
    const { kind, problems } = await runsFail(
      ...[
        "20260731T090000Z-good",
        "20260731T090001Z-bare",
        "20260731T090002Z-cut-off",
        "20260731T090000Z-goof",
      ],
    );
    expect(kind).toBe("usage");
    expect(problems).toEqual([
      "20260731T090001Z-bare: the histograms of run 20260731T090001Z-bare were not kept",
      "20260731T090002Z-cut-off: 20260731T090002Z-cut-off is a search that ended before it had found anything",
      expect.stringContaining('did you mean "20260731T090000Z-good"?'),
    ]);
  });

  test.each([
    { why: "is no JSON", content: "{", says: "cannot be read" },
    { why: "is something else", content: "{}", says: "is not what a search found" },
    {
      why: "is half of it",
      content: JSON.stringify({ runId: "a", startedAt: "2026-07-31T10:00:00.000Z", tookS: 1, probes: [] }),
      says: "is not what a search found",
    },
  ])("refuses a search of which capacity.json $why", async ({ content, says }) => {
    searched("20260731T090000Z-capacity", { "capacity.json": content });
    expect(await runsFail("latest")).toMatchObject({
      kind: "environment",
      message: expect.stringContaining(says),
    });
  });

  test("what was not finished is refused as elsewhere", async () => {
    searched("20260731T090000Z-a", {});
    expect((await runsFail("latest")).message).toContain("is incomplete");
  });
});

test.each([
  { words: ["observe", "up", "--json", "--port", "9"], as: { up: { json: true, port: "9" } } },
  { words: ["observe", "--json", "down"], as: { down: { json: true } } },
  { words: ["observe", "--runs", "a", "--json", "up"], as: { up: { runs: ["a"], json: true } } },
  { words: ["observe", "--runs", "a", "b", "--json"], as: { observe: { runs: ["a", "b"], json: true } } },
])("$words are told apart, wherever --json stands", async ({ words, as }) => {
  const program = buildProgram();
  const observing = program.commands.find((each) => each.name() === "observe")!;
  const seen: object[] = [];
  for (const each of [observing, ...observing.commands])
    each.action((_, command: typeof each) => {
      seen.push({ [command.name()]: command.optsWithGlobals() });
    });
  await program.parseAsync(words, { from: "user" });
  expect(seen).toEqual([as]);
});
