/** Comparing runs with the real program: words told all at once; and, in test:all, a planted slowness and a planted oversell. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { digest, programDigest } from "../../controller/gate/identity.ts";
import { hostHere } from "../../controller/host-here.ts";
import { packageVersion } from "../../proto/version.ts";
import { findTarget } from "../../targets/catalog.ts";
import { chooseVariants } from "../../targets/variant.ts";
import { triesAll } from "../contracts/stages-to-try.ts";
import { aboutRun, type RunMade, runFolder } from "../fakes/run-folder.ts";
import { Desk, missingFor, remains, type Said, tracesOf } from "./bench.ts";

const noTrace = /\n\s+at .*:\d+:\d+/;

describe("wrong words", () => {
  test.each([
    {
      why: "many words of a gate are wrong",
      words: [
        "gate",
        "brwse",
        "--target",
        "stage-1",
        "--margin",
        "p98=3%",
        "--across",
        "hst",
        "--max-runs",
        "1",
        "--rat",
        "5",
      ],
      says: ["brwse", '"stage-01"', '"p98"', '"host"', "--max-runs", "no baseline", '"--rate"'],
    },
    {
      why: "there is no such baseline",
      words: ["baseline", "show", "mian"],
      says: ['unknown baseline "mian"'],
    },
    { why: "no runs are named", words: ["baseline", "save", "main"], says: ["--last 5"] },
    { why: "a side is empty", words: ["compare", "a"], says: ["are missing", 'unknown run "a"'] },
    {
      why: "options come too late",
      words: ["compare", "a", "--", "b", "--json"],
      says: ["options come before the --"],
    },
    { why: "there is no history", words: ["trend", "browse"], says: ["no finished run of browse"] },
    {
      why: "a trend is of nothing",
      words: ["trend", "brwse", "--target", "stage-1", "--figure", "p98"],
      says: ['unknown scenario "brwse"', 'unknown target "stage-1"', 'unknown figure "p98"'],
    },
  ])("exit 2 when $why", async ({ words, says }) => {
    using desk = new Desk();
    const { code, stdout, stderr } = await desk.bench(...words);
    expect(code, stderr).toBe(2);
    for (const sentence of says) expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(noTrace);
    expect(stdout).toBe("");
  });

  test("no baseline is no mistake when all are asked for", async () => {
    using desk = new Desk();
    expect(await desk.bench("baseline", "list", "--json")).toMatchObject({ code: 0, stdout: "[]\n" });
  });
});

/** Without a target: what is compared are folders, and those can be made. */
describe("runs that are there", () => {
  const desk = new Desk();
  afterAll(() => desk[Symbol.dispose]());
  const runs = desk.path(".bench/runs");
  let made = 0;
  /** Ids of so many runs whose requests take about as long. */
  const several = (count: number, ms: number, more: RunMade = {}): readonly string[] =>
    Array.from({ length: count }, (_, at) => {
      const second = String(made++).padStart(4, "0");
      const id = `20261101T10${second}Z-flash-sale-stage-08-${second}`;
      runFolder(runs, id, { ms: ms * (1 + ((at % 3) - 1) / 100), ...more });
      return id;
    });
  const fast = several(12, 40);
  const slow = several(12, 60);
  const oversold = several(1, 40, {
    spoiling: {
      correctness: {
        stocks: [{ saleId: 3, itemId: 4711, initial: 10, remaining: 0, cacheRemaining: 0, sold: 37 }],
      },
    },
  });
  const elsewhere = several(3, 60, { about: { host: { ...aboutRun.host, cores: 64 } } });
  const fewer = several(3, 40, { plan: { ratePerS: 300 } });

  test.each([
    { why: "the second are slower", b: slow.slice(0, 5), code: 12, says: /^REGRESSION: p50/ },
    { why: "they are alike", b: fast.slice(5, 10), code: 0, says: /^OK: p50/ },
    { why: "one run cannot tell", b: slow.slice(0, 1), code: 5, says: /^INCONCLUSIVE/ },
    { why: "books are broken", b: [...fast.slice(5, 9), ...oversold], code: 11, says: /^FAILED: .*27/ },
  ])("exit $code when $why", async ({ b, code, says }) => {
    const said = await desk.bench("compare", ...fast.slice(0, 5), "--", ...b);
    expect(said.code, said.stderr).toBe(code);
    expect(said.stdout).toMatch(says);
    expect(said.stdout.split("\n")[2]).toBe("");
  });

  test("another machine is inconclusive, and advisory when it is meant", async () => {
    const words = ["--advisory", "--report", `markdown=${desk.path("refused.md")}`];
    const refused = await desk.bench("compare", ...words, ...fast.slice(0, 3), "--", ...elsewhere);
    expect(refused.code).toBe(5);
    expect(refused.stdout).toMatch(/^INCONCLUSIVE: .*same circumstances: host: cores: 2 in A, 64 in B\n/);
    expect(refused.stderr).toContain("say --across host");
    expect(readFileSync(desk.path("refused.md"), "utf8")).toContain("same circumstances");
    const said = await desk.bench("compare", "--across", "host", ...fast.slice(0, 3), "--", ...elsewhere);
    expect(said.code).toBe(0);
    expect(said.stdout).toMatch(/^REGRESSION.*advisory/);
  });

  test("a run counts once, however often it is named", async () => {
    const [one = "", two = ""] = fast;
    const said = await desk.bench("compare", one, one, one, "--", two, desk.path(`.bench/runs/${two}`));
    expect(said).toMatchObject({ code: 2, stdout: "" });
    expect(said.stderr).toContain(`${one} is there 3 times`);
    expect(said.stderr).toContain(`${two} is there 2 times`);
  });

  test("another load is a wrong question", async () => {
    const said = await desk.bench("compare", ...fast.slice(0, 3), "--", ...fewer);
    expect(said).toMatchObject({ code: 2, stdout: "" });
    expect(said.stderr).toContain("rate: 400/s in A, 300/s in B");
  });

  test("annotations go where GitHub reads them, and every report is written", async () => {
    const paths = ["markdown", "junit", "json", "annotations"].map(
      (format) => [format, desk.path(format)] as const,
    );
    const words = paths.flatMap(([format, path]) => ["--report", `${format}=${path}`]);
    const said = await desk.start(
      ["compare", "--json", ...words, ...fast.slice(0, 5), "--", ...slow.slice(0, 5)],
      {
        GITHUB_ACTIONS: "true",
      },
    ).ended;
    expect(said.stderr).toMatch(/^::error title=bench::REGRESSION/);
    expect(said.stderr.trim().split("\n").length).toBeLessThanOrEqual(5);
    expect(JSON.parse(said.stdout)).toEqual(JSON.parse(readFileSync(desk.path("json"), "utf8")));
    expect(readFileSync(desk.path("markdown"), "utf8")).toContain("| p50 |");
    expect(readFileSync(desk.path("junit"), "utf8")).toContain('<failure type="regression"');
  });

  test("a baseline is saved, shown, compared with, and removed", async () => {
    expect((await desk.bench("baseline", "save", "main", ...fast.slice(0, 5))).code).toBe(0);
    const refused = await desk.bench("baseline", "save", "main", ...fast.slice(0, 2), ...oversold);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("books are broken");
    expect((await desk.bench("baseline", "list")).stdout).toMatch(/^main +5 runs of flash-sale on stage-08/);
    await desk.bench("baseline", "save", "damaged", ...fast.slice(0, 3));
    writeFileSync(desk.path(".bench/baselines/damaged/baseline.json"), "{");
    const listed = await desk.bench("baseline", "list");
    expect(listed).toMatchObject({ code: 3, stdout: expect.stringMatching(/^main +5 runs/) });
    expect(listed.stderr).toContain("damaged/baseline.json");
    expect((await desk.bench("baseline", "rm", "damaged")).code).toBe(0);
    expect((await desk.bench("baseline", "show", "main")).stdout).toContain("all as saved");
    expect((await desk.bench("compare", "baseline=main", "--", ...slow.slice(0, 5))).code).toBe(12);
    expect((await desk.bench("baseline", "rm", "main")).code).toBe(0);
    expect((await desk.bench("baseline", "show", "main")).code).toBe(2);
  });

  test("a trend finds from which run on everything took longer, and says what it left out", async () => {
    const { code, stdout, stderr } = await desk.bench("trend", "flash-sale", "--figure", "p50", "--json");
    // The newest has another rate, and there are but three like it.
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ runs: 3, points: [] });
    const like = several(1, 60);
    const seen = JSON.parse((await desk.bench("trend", "flash-sale", "--figure", "p50", "--json")).stdout);
    expect(seen).toMatchObject({ runs: 25, setAside: 1, others: 6, points: [{ runId: slow[0] }] });
    expect(seen.points[0].ratio).toBeCloseTo(1.5, 1);
    expect(seen.series.at(-1).runId).toBe(like[0]);
  });
});

/** What a gate would do is settled before anything runs. */
describe("a gate that is only asked what it would do", () => {
  const desk = new Desk();
  afterAll(() => desk[Symbol.dispose]());
  const browse = ["browse", "--target", "stage-01", "--rate", "60", "--duration", "10s"];
  const own = ["browse", "--target", "http://127.0.0.1:3002", "--rate", "60", "--duration", "10s"];
  const here = {
    bench: packageVersion,
    node: process.version,
    host: hostHere(),
  };

  /** A baseline of runs as they would be made here by these words. */
  async function baselineOf(name: string, words: readonly string[], about: object): Promise<void> {
    const planned = {
      variants: undefined,
      ...JSON.parse((await desk.bench("plan", ...words, "--json")).stdout),
    };
    const ids = [1, 2, 3].map((at) => `20261101T1000${at}0Z-${name}-${at}`);
    for (const id of ids)
      runFolder(desk.path(".bench/runs"), id, { plan: planned, about: { ...here, ...about } });
    const saved = await desk.bench("baseline", "save", name, ...ids);
    expect(saved.code, saved.stderr).toBe(0);
  }

  beforeAll(async () => {
    const spec = chooseVariants(findTarget("stage-01"), []).spec;
    const declaration = digest(JSON.stringify(spec));
    const program = programDigest(resolve("dist/targets/shop"));
    await baselineOf("stage", browse, { identity: { declaration, program } });
    await baselineOf("other-shop", browse, { identity: { declaration, program: "another" } });
    await baselineOf("own", own, { identity: {} });
    await baselineOf("elsewhere", own, { identity: {}, host: { ...here.host, cores: 640 } });
  });

  test.each([
    { why: "the shop is the same", name: "stage", words: browse, says: "run again beside the target" },
    {
      why: "the target is brought up another way",
      name: "stage",
      words: [...browse, "--across", "target", "--network", "namespaces"],
      says: "run again beside the target",
    },
    {
      why: "--kept was given",
      name: "stage",
      words: [...browse, "--kept"],
      says: "because --kept was given",
    },
    { why: "the shop is another", name: "other-shop", words: browse, says: "program is another one today" },
    { why: "nobody said where the old one is", name: "own", words: own, says: "(--baseline-target)" },
    {
      why: "the old one is beside it",
      name: "own",
      words: [...own, "--baseline-target", "http://127.0.0.1:3001"],
      says: "run again beside the target",
    },
  ])("says which baseline it would be when $why", async ({ name, words, says }) => {
    const { code, stderr } = await desk.bench("gate", ...words, "--baseline", name, "--dry-run");
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(says);
    expect(desk.runs()).toHaveLength(12);
  });

  test.each([
    {
      why: "another variant",
      name: "stage",
      words: [...browse, "--variant", "slowness=30%"],
      code: 2,
      says: "--across target",
    },
    {
      why: "another rate",
      name: "stage",
      words: [...browse.slice(0, 4), "70", "--duration", "10s"],
      code: 2,
      says: "rate: 60/s in A, 70/s in B",
    },
    {
      why: "a p99 of runs that are too short for it",
      name: "stage",
      words: [...browse, "--margin", "p99=10%"],
      code: 2,
      says: "p99 takes 10,000 requests of every run",
    },
    {
      why: "an operation nobody has",
      name: "own",
      words: [...own, "--margin", "oder.p50=5%"],
      code: 2,
      says: "oder.p50",
    },
    {
      why: "URLs for the baseline of a stage",
      name: "stage",
      words: [...browse, "--baseline-target", "http://127.0.0.1:1"],
      code: 2,
      says: "URLs of your own system",
    },
  ])("exit $code for $why, before anything runs", async ({ name, words, code, says }) => {
    const said = await desk.bench("gate", ...words, "--baseline", name);
    expect(said.code, said.stderr).toBe(code);
    expect(said.stderr).toContain(says);
    expect(said.stdout).toBe("");
    expect(desk.runs()).toHaveLength(12);
  });

  test("another machine is inconclusive, and told in every form, before anything runs", async () => {
    const summary = desk.path("summary.md");
    const words = [...own, "--baseline", "elsewhere", "--json", "--report", `markdown=${summary}`];
    const said = await desk.start(["gate", ...words], { GITHUB_ACTIONS: "true" }).ended;
    expect(said.code, said.stderr).toBe(5);
    expect(said.stderr).toMatch(/^::warning title=bench::INCONCLUSIVE/m);
    expect(JSON.parse(said.stdout)).toMatchObject({ verdict: { exitCode: 5 }, figures: [] });
    expect(readFileSync(summary, "utf8")).toContain("cores: 640 in A");
    expect(desk.runs()).toHaveLength(12);
  });
});

const reason =
  missingFor("stage-04") ??
  (triesAll() ? undefined : "some thirty runs take a quarter of an hour: npm run test:all");
const limitMs = 1_200_000;

describe.skipIf(reason !== undefined)(`with real stages${reason === undefined ? "" : ` (${reason})`}`, () => {
  const desk = new Desk();
  const browse = ["browse", "--target", "stage-01", "--rate", "60", "--duration", "10s", "--warmup", "2s"];
  // One shop alone seldom reads while it writes; three do at once.
  const sale = ["flash-sale", "--target", "stage-04", "--rate", "250", "--duration", "12s", "--warmup", "2s"];

  async function baseline(name: string, words: readonly string[], runs: number): Promise<Said> {
    for (let seed = 0; seed < runs; seed++)
      await desk.bench("run", ...words, "--seed", String(42 + seed), "--advisory");
    return desk.bench("baseline", "save", name, "--last", String(runs));
  }
  const gate = (words: readonly string[], name: string, ...more: string[]) =>
    desk.bench("gate", ...words, "--baseline", name, "--json", ...more);

  beforeAll(async () => {
    const saved = [await baseline("browsing", browse, 5), await baseline("selling", sale, 3)];
    for (const { code, stderr } of saved) expect(code, stderr).toBe(0);
  }, limitMs);

  afterAll(async () => {
    for (const run of desk.runs()) expect(await remains(tracesOf(run))).toEqual([]);
    desk[Symbol.dispose]();
  });

  test("a shop that takes three tenths longer is caught: 12, and told in every form", {
    timeout: limitMs,
  }, async () => {
    const summary = desk.path("summary.md");
    const { code, stdout, stderr } = await gate(
      browse,
      "browsing",
      ...["--variant", "slowness=30%", "--across", "target", "--report", `markdown=${summary}`],
    );
    expect(code, stderr).toBe(12);
    const seen = JSON.parse(stdout);
    expect(seen).toMatchObject({ isPaired: true, verdict: { status: "refuted", exitCode: 12 } });
    const p50 = seen.figures.find(({ name }: { name: string }) => name === "p50");
    expect(p50).toMatchObject({ status: "regression" });
    expect(p50.change.low).toBeGreaterThan(1.05);
    expect(readFileSync(summary, "utf8")).toContain("REGRESSION");
  });

  test("the same shop is not worse than itself", { timeout: limitMs }, async () => {
    const { code, stderr } = await gate(browse, "browsing");
    expect([0, 5], stderr).toContain(code);
  });

  test("an oversell is caught at once: 11, with the first run that shows it", {
    timeout: limitMs,
  }, async () => {
    const before = desk.runs().length;
    const { code, stdout, stderr } = await gate(sale, "selling", "--strategy", "F0", "--across", "target");
    expect(code, stderr).toBe(11);
    expect(JSON.parse(stdout).verdict).toMatchObject({ status: "refuted", exitCode: 11 });
    // Two for each pair: the first that oversells is the last.
    expect(desk.runs().length - before).toBeLessThanOrEqual(4);
  });

  test("another rate is refused before anything runs", async () => {
    const before = desk.runs().length;
    const { code, stderr } = await gate([...browse, "--rate", "70"], "browsing");
    expect(code).toBe(2);
    expect(stderr).toContain("rate: 60/s in A, 70/s in B");
    expect(desk.runs()).toHaveLength(before);
  });

  test("runs that are there can be compared, but not with themselves, as a baseline", async () => {
    const runs = desk.runs().slice(0, 5);
    const { code, stdout, stderr } = await desk.bench(
      "compare",
      "--json",
      ...runs.slice(0, 3),
      "--",
      ...runs.slice(3),
    );
    expect([0, 5], stderr).toContain(code);
    expect(JSON.parse(stdout).figures[0].change.value).toBeGreaterThan(0);
    expect(existsSync(desk.path(".bench/baselines/browsing/runs"))).toBe(true);
    const same = await desk.bench("compare", "baseline=browsing", "--", ...runs);
    expect(same).toMatchObject({ code: 2, stdout: "" });
    expect(same.stderr).toContain("is there 2 times");
  });
});
