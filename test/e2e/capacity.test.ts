/** A search for the knee on a real stage: what it leaves agrees with itself. Never how fast anything is. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, type TestContext, test } from "vitest";
import type { CapacitySeen, Knee } from "../../verdict/capacity/capacity-seen.ts";
import { provesKnee } from "../../verdict/capacity/probe.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { triesAll } from "../contracts/stages-to-try.ts";
import { Desk, missingFor, remains, remainsAfter, resultOf, type Said, tracesOf } from "./bench.ts";

const missing = missingFor("stage-01");
const reason = missing === undefined ? "" : ` (${missing})`;
const noTrace = /\n\s+at .*:\d+:\d+/;
const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

describe("words of a search", () => {
  test.each([
    {
      why: "several are wrong",
      words: ["brwse", "--target", "stage-1", "--rat", "5", "--slo", "p98<9ms", "--agents", "0"],
      says: ['"browse"', '"stage-01"', '"--rate"', '"p98<9ms" is not an objective', '--agents "0"'],
    },
    {
      why: "some would disturb it, and some decide what it decides itself",
      words: [
        ...["browse", "--target", "stage-01", "--duration", "9s", "--warmup", "1s"],
        ...["--chaos", "kill:db@1s+1s", "--recover", "good>99% within 10s"],
      ],
      says: ["--chaos:", "--recover:", "--duration:", "--warmup:"],
    },
  ])("exit 2 with all of it when $why", async ({ words, says }) => {
    using desk = new Desk();
    const { code, stdout, stderr } = await desk.bench("capacity", ...words);
    expect(code, stderr).toBe(2);
    for (const sentence of says) expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(noTrace);
    expect(stdout).toBe("");
    expect(desk.runs()).toEqual([]);
  });

  test("a dry run says under which objective and from where, and begins nothing", async () => {
    using desk = new Desk();
    const words = ["browse", "--target", "stage-01", "--slo", "p99<100ms,errors<1%", "--dry-run", "--json"];
    const { code, stdout, stderr } = await desk.bench("capacity", ...words);
    expect(code, stderr).toBe(0);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({ objective: { p99Ms: 100, errorRatio: 0.01 }, search: { firstPerS: 100 } });
    expect(told).not.toHaveProperty("before");
    expect(desk.runs()).toEqual([]);
  });
});

/** A minute and a half on a quiet machine; a busy one asks again and again. */
const limitMs = 600_000;
const whyNot = triesAll() ? missing : "a search takes two minutes: npm run test:all";

describe.skipIf(whyNot !== undefined)(`a search on the real processes${whyNot ? ` (${whyNot})` : ""}`, () => {
  const desk = new Desk();
  let said: Said;
  let seen: CapacitySeen & { readonly exitCode: number };
  let folder: string;
  const inFolder = (name: string): unknown => readJson(join(folder, name));
  /** A busy machine may keep it from being found; that it says so is looked at in the first test. */
  const kneeIn = (context: TestContext): Knee => seen.knee ?? context.skip(seen.because);

  beforeAll(async () => {
    said = await desk.bench("capacity", "browse", "--target", "stage-01", "--json");
    if (said.stdout === "") throw new Error(`nothing came of the search: ${said.stderr}`);
    seen = JSON.parse(said.stdout);
    folder = desk.runs()[0] ?? "";
  }, limitMs);
  afterAll(() => desk[Symbol.dispose]());

  test("ends with the code of what it found, and its folder says the same", () => {
    const codes = { found: 0, "beyond-most": 5, "below-least": 10, inconclusive: 5, broken: 11 } as const;
    const { exitCode, ...found } = seen;
    expect(["found", "inconclusive"], seen.because).toContain(seen.status);
    expect(said.code, said.stderr).toBe(codes[seen.status]);
    expect(exitCode).toBe(said.code);
    expect(desk.runs()).toHaveLength(1);
    expect(basename(folder)).toBe(seen.runId);
    expect(inFolder("capacity.json")).toEqual(found);
    expect(inFolder("run.json")).toMatchObject({ kind: "capacity", state: "complete", runId: seen.runId });
    const text = readFileSync(join(folder, "capacity.txt"), "utf8");
    expect(text).toMatch(seen.knee === undefined ? /^(INCONCLUSIVE|REFUTED)/ : /^KNEE/);
  });

  test("leaves nothing running, nothing listening, no cgroup and no data", async () => {
    expect(await remains(tracesOf(folder))).toEqual([]);
  });

  test("the knee is proven by three good probes of that rate, and its figures are theirs", (context) => {
    const knee = kneeIn(context);
    const proof = seen.probes.filter((probe) => provesKnee(probe, knee.ratePerS));
    expect(proof.length).toBeGreaterThanOrEqual(3);
    const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
    expect(knee.offeredPerS).toBeCloseTo(mean(proof.map(({ offeredPerS }) => offeredPerS)), 6);
    expect(knee.goodPerS).toBeCloseTo(mean(proof.map(({ goodPerS }) => goodPerS)), 6);
    expect(knee.p99Ms).toBe(Math.max(...proof.map(({ p99Ms }) => p99Ms)));
    expect(knee.nodes.map(({ name }) => name).toSorted()).toEqual(["db", "shop"]);
  });

  test("a twentieth above it at most, the objective was not kept", (context) => {
    const { ratePerS, belowPerS = Number.POSITIVE_INFINITY } = kneeIn(context);
    expect(belowPerS).toBeGreaterThan(ratePerS);
    expect(belowPerS / ratePerS).toBeLessThanOrEqual(1.0501);
    const there = seen.probes.filter((probe) => probe.ratePerS === belowPerS);
    const [bad, open] = ["bad", "open"].map((answer) => there.filter((probe) => probe.answer === answer));
    const isBroken =
      (bad ?? []).length >= 2 ||
      (open ?? []).length >= 3 ||
      (bad ?? []).some(({ isPlain }) => isPlain === true);
    expect(isBroken, JSON.stringify(there.map(({ answer, because }) => [answer, because]))).toBe(true);
  });

  test("what was full is a part of the stage, and where none was, none is named", (context) => {
    kneeIn(context);
    const { saturated } = seen;
    if (saturated === undefined) return context.skip("no load was bad for sure");
    expect([undefined, "app", "db"]).toContain(saturated.tier);
    expect(["shop", "db"]).toEqual(expect.arrayContaining([...saturated.nodes]));
    if (saturated.tier === undefined) expect(saturated).toMatchObject({ sureness: "undecided", nodes: [] });
  });

  test("it is watched after an overload, in one drive with it", (context) => {
    const { ratePerS } = kneeIn(context);
    const { afterOverload, overloadUnseen } = seen;
    if (afterOverload === undefined) return context.skip(overloadUnseen ?? "it was not overloaded");
    expect(afterOverload.overloadPerS).toBeGreaterThan(ratePerS);
    expect(afterOverload.afterPerS).toBeLessThan(ratePerS);
    expect(afterOverload).toMatchObject({ pauseS: 0, watchedS: 6 });
    const comeback = seen.probes.findLast(({ aim }) => aim === "comeback");
    expect(inFolder(`${comeback?.folder}/plan.json`)).toMatchObject({
      ...{ warmupS: 2, warmupRatePerS: afterOverload.overloadPerS, ratePerS: afterOverload.afterPerS },
    });
  });

  test("the curve goes from a tenth of the knee to a fifth above it", (context) => {
    const { ratePerS } = kneeIn(context);
    for (const [share, near] of [
      [0.1, 0.21],
      [0.5, 0.21],
      [1.2, 0.061],
    ] as const) {
      const apart = seen.probes.map((probe) => Math.abs(probe.ratePerS / (share * ratePerS) - 1));
      expect(Math.min(...apart), `${share} of the knee`).toBeLessThan(near);
    }
  });

  test("every probe is a run of its own, and bench judge says of it what the search did", async () => {
    expect(seen.probes.length).toBeGreaterThan(0);
    for (const [at, probe] of seen.probes.entries()) {
      expect(probe.folder).toContain(`probes/${String(at + 1).padStart(2, "0")}-${probe.aim}-`);
      const judged = await desk.bench("judge", join(folder, probe.folder), "--json");
      const { verdict, findings, load } = resultOf(judged);
      const then = inFolder(`${probe.folder}/verdict.json`) as Verdict;
      expect(verdict, probe.folder).toEqual({ status: then.status, exitCode: then.exitCode });
      expect(judged.code).toBe(then.exitCode);
      expect(findings).toEqual(then.findings.map(({ kind: _, ...finding }) => finding));
      expect(load).toMatchObject({ offeredPerS: probe.offeredPerS, completedPerS: probe.completedPerS });
      expect(probe.late.missed).toBeGreaterThanOrEqual(0);
      expect(probe.late.missed).toBeLessThanOrEqual(probe.late.of);
      // The books are not a matter of how fast anything is.
      expect(then.exitCode === 11).toBe(probe.answer === "broken");
    }
  });

  test("it is no run: it can neither be judged nor become a baseline", async () => {
    const judged = await desk.bench("judge", "latest");
    expect(judged).toMatchObject({ code: 2, stdout: "" });
    expect(judged.stderr).toContain("search for the knee");
    const saved = await desk.bench("baseline", "save", "main", "--last", "1");
    expect(saved).toMatchObject({ code: 2, stdout: "" });
    expect((await desk.bench("baseline", "list", "--json")).stdout).toBe("[]\n");
  });

  test("the next search of the same begins just below it, another does not", async (context) => {
    const { ratePerS } = kneeIn(context);
    const dry = async (...more: readonly string[]) => {
      const words = ["browse", "--target", "stage-01", "--dry-run", "--json", ...more];
      return JSON.parse((await desk.bench("capacity", ...words)).stdout);
    };
    const same = await dry();
    expect(same.before).toEqual({ kneePerS: ratePerS });
    expect(same.search.firstPerS).toBeLessThan(ratePerS);
    expect(same.search.firstPerS).toBeGreaterThan(ratePerS / 2);
    expect(await dry("--variant", "slowness=30%")).not.toHaveProperty("before");
  });
});

test.skipIf(missing !== undefined)(
  `interrupted, a search keeps the probes it made, says so, and leaves nothing${reason}`,
  async () => {
    using desk = new Desk();
    const search = desk.start(["capacity", "browse", "--target", "stage-01"]);
    await search.until(/probe 1, /);
    const [folder = ""] = desk.runs();
    const traces = tracesOf(folder);
    search.child.kill("SIGINT");
    const { code, stderr } = await search.ended;
    expect(code, stderr).toBe(130);
    expect(stderr).not.toMatch(noTrace);
    expect(readJson(join(folder, "run.json"))).toMatchObject({ kind: "capacity", state: "interrupted" });
    const [first = ""] = readdirSync(join(folder, "probes")).toSorted();
    const judged = await desk.bench("judge", join(folder, "probes", first), "--json");
    expect(resultOf(judged).verdict.exitCode).toBe(judged.code);
    expect(await remainsAfter(traces, 5_000)).toEqual([]);
  },
);
