/** One claim asked by a real run, and by the same run again. Whether it holds is not the matter. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askedDigest } from "../../controller/verify/asked-digest.ts";
import type { Verification } from "../../controller/verify/verification.ts";
import { stageClaims } from "../../verdict/claims/catalog.ts";
import { measureWords } from "../../verdict/claims/measure-words.ts";
import { Desk, missingFor, remains, remainsAfter, resultOf, type Said, tracesOf } from "./bench.ts";

const missing = missingFor("stage-01");
const reason = missing === undefined ? "" : ` (${missing})`;
const noTrace = /\n\s+at .*:\d+:\d+/;
const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

describe("words of a verification", () => {
  test.each([
    {
      why: "several are wrong",
      words: ["stage-4", "FS-contrl", "--bugdet", "10m", "--turns", "none"],
      says: ['"stage-04"', '"FS-control"', '"--budget"', '--turns "none" is not a whole number'],
    },
    { why: "nothing is named", words: [], says: ["nothing to verify", "--all"] },
    { why: "all are meant, and one", words: ["--all", "stage-01"], says: ["--all means every claim"] },
  ])("exit 2 with all of it when $why", async ({ words, says }) => {
    using desk = new Desk();
    const { code, stdout, stderr } = await desk.bench("verify", ...words);
    expect(code, stderr).toBe(2);
    for (const sentence of says) expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(noTrace);
    expect(stdout).toBe("");
    expect(existsSync(desk.path(".bench"))).toBe(false);
  });

  test("a dry run of all knows every claim and every step, and begins nothing", async () => {
    using desk = new Desk();
    const { code, stdout, stderr } = await desk.bench("verify", "--all", "--dry-run", "--json");
    expect(code, stderr).toBe(0);
    const { claims, experiments, steps, measured } = JSON.parse(stdout);
    expect(claims).toHaveLength(stageClaims.length);
    expect(measured).toHaveLength(stageClaims.filter(({ decided }) => decided.by !== "nothing").length);
    const runs = experiments.map((each: { readonly runs: number }) => each.runs);
    expect(steps).toHaveLength(runs.reduce((sum: number, each: number) => sum + each, 0));
    expect(existsSync(desk.path(".bench"))).toBe(false);
  });
});

describe("what another verification has decided", () => {
  const claim = stageClaims.find(({ decided }) => decided.by !== "nothing")!;
  const other = stageClaims.find(({ id, decided }) => id !== claim.id && decided.by !== "nothing")!;
  const answered = (asked = askedDigest(claim)) =>
    JSON.stringify({ schemaVersion: 1, claims: [{ id: claim.id, status: "refuted", asked }] });

  test("is left out, and it says so; of what is asked otherwise now nothing is", async () => {
    using desk = new Desk();
    const [path, otherwise] = [desk.path("verify.json"), desk.path("otherwise.json")];
    writeFileSync(path, answered());
    writeFileSync(otherwise, answered("of another question"));
    const dry = ["verify", claim.id, other.id, "--dry-run", "--json", "--skip-decided"];
    const left = await desk.bench(...dry, path);
    expect(left.code, left.stderr).toBe(0);
    expect(left.stderr).toContain(`1 claim of 2 left out: decided in ${path}`);
    const idsOf = ({ stdout }: Said) => JSON.parse(stdout).claims.map(({ id }: { id: string }) => id);
    expect(idsOf(left)).toEqual([other.id]);
    expect(idsOf(await desk.bench(...dry, otherwise)).toSorted()).toEqual([claim.id, other.id].toSorted());
  });

  test("exit 2 when nothing is left, or the file is none", async () => {
    using desk = new Desk();
    writeFileSync(desk.path("verify.json"), answered());
    const none = await desk.bench("verify", claim.id, "--skip-decided", desk.path("verify.json"));
    expect(none.code, none.stderr).toBe(2);
    expect(none.stderr).toContain("nothing to verify");
    const gone = await desk.bench("verify", claim.id, "--skip-decided", desk.path("gone.json"));
    expect(gone.code, gone.stderr).toBe(2);
    expect(gone.stderr).toContain("there is no such file");
    expect(existsSync(desk.path(".bench"))).toBe(false);
  });
});

interface Told extends Verification {
  readonly folder: string;
}

/** The cheapest there is: a run of twenty seconds on the smallest stage, and no second one when it shows what is asked. */
const words = ["verify", "FS-control", "--turns", "1", "--json"] as const;

describe.skipIf(missing !== undefined)(`one claim on the real processes${reason}`, () => {
  const desk = new Desk();
  let said: Said;
  let again: Said;
  let seen: Told;
  let reused: Told;
  const toldBy = ({ stdout, stderr }: Said): Told => {
    if (stdout === "") throw new Error(`nothing came of the verification: ${stderr}`);
    return JSON.parse(stdout);
  };
  const repetitionsOf = ({ experiments }: Verification) => {
    expect(experiments).toHaveLength(1);
    const { planned, repetitions } = experiments[0]!;
    expect(planned).toBe(3);
    expect(repetitions.length).toBeGreaterThan(0);
    return repetitions;
  };

  beforeAll(async () => {
    said = await desk.bench(...words);
    seen = toldBy(said);
    again = await desk.bench(...words, "--reuse");
    reused = toldBy(again);
  });
  afterAll(() => desk[Symbol.dispose]());

  test("ends with the code of its verdict, which is that of its only claim", () => {
    // A claim about what must be right; see docs/exit-codes.md.
    const codes = { upheld: 0, inconclusive: 5, refuted: 11 } as const;
    const [claim, ...others] = seen.claims;
    expect(others).toEqual([]);
    expect(claim).toMatchObject({ id: "FS-control", kind: "consistency" });
    expect(seen.ending.status).toBe("complete");
    expect(seen.verdict).toEqual({ status: claim?.status, exitCode: codes[claim?.status ?? "refuted"] });
    expect(said.code, said.stderr).toBe(seen.verdict.exitCode);
  });

  test("its figure is what the books of the run say, and the run is its evidence", async () => {
    const [first, ...others] = repetitionsOf(seen);
    expect(first).toMatchObject({ state: "made", isReused: false, seed: 42 });
    const run = join(seen.folder, first?.folder ?? "");
    const judged = resultOf(await desk.bench("judge", run, "--json"));
    expect(judged.runId).toBe(basename(run));
    const oversold = judged.correctness?.oversold ?? 0;
    expect(first?.figures[measureWords({ figure: "oversold" })]).toBe(oversold);
    // One that was seen is seen.
    if (oversold > 0) expect(others).toEqual([]);
    const [claim] = seen.claims;
    // Whatever became of them, each is told of exactly once.
    const told = [...(claim?.runIds ?? []), ...(claim?.setAside ?? []).map(({ runId }) => runId)];
    const ids = desk.runs().map((each) => basename(each));
    expect(told.toSorted()).toEqual(ids.toSorted());
  });

  test("stands in its folder as it was printed, for machines and for people", () => {
    const { claims, verdict, experiments, ending, id } = seen;
    const expected = { claims, verdict, experiments, ending, id };
    expect(readJson(join(seen.folder, "verify.json"))).toMatchObject(expected);
    const text = readFileSync(join(seen.folder, "verify.txt"), "utf8");
    expect(text).toMatch(new RegExp(`^${verdict.status.toUpperCase()}: of 1 claim `));
    expect(text).toContain("FS-control");
  });

  test("with --reuse nothing is run, the same run is taken, and the answer is the same", () => {
    const made = repetitionsOf(seen);
    expect(desk.runs()).toHaveLength(made.length);
    expect(repetitionsOf(reused)).toMatchObject(
      made.map(({ folder, figures }) => ({ state: "made", isReused: true, folder, figures })),
    );
    expect(reused.claims).toEqual(seen.claims);
    expect(again.code, again.stderr).toBe(said.code);
    expect(readdirSync(desk.path(".bench/verify"))).toHaveLength(2);
  });

  test("a folder that holds a verification is not written over", async () => {
    const before = readFileSync(join(seen.folder, "verify.json"), "utf8");
    const runs = desk.runs();
    const { code, stderr } = await desk.bench(...words, "--out", seen.folder);
    expect(code, stderr).toBe(2);
    expect(stderr).toContain("holds a verification already");
    expect(readFileSync(join(seen.folder, "verify.json"), "utf8")).toBe(before);
    expect(desk.runs()).toEqual(runs);
  });

  test("leaves nothing running, nothing listening, no cgroup and no data", async () => {
    for (const run of desk.runs()) expect(await remains(tracesOf(run))).toEqual([]);
  });
});

test.skipIf(missing !== undefined)(
  `interrupted, a verification writes what it knows, and its run leaves nothing${reason}`,
  async () => {
    using desk = new Desk();
    const verification = desk.start(words);
    await verification.until(/exercise {2}offered/);
    const traces = tracesOf(desk.runs()[0] ?? "");
    verification.child.kill("SIGINT");
    const { code, stderr } = await verification.ended;
    expect(code, stderr).toBe(130);
    expect(stderr).not.toMatch(noTrace);
    const [id = ""] = readdirSync(desk.path(".bench/verify"));
    const told = readJson(desk.path(`.bench/verify/${id}/verify.json`));
    expect(told).toMatchObject({
      ending: { status: "interrupted" },
      claims: [{ id: "FS-control", status: "inconclusive" }],
    });
    expect(await remainsAfter(traces, 5_000)).toEqual([]);
  },
);
