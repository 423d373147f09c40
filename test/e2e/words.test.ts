/** Bad words and bad surroundings: everything wrong is told at once, with the right exit code and no stack trace. */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { targets } from "../../targets/catalog.ts";
import { Desk, remains, tracesOf } from "./bench.ts";

const stages = targets.map(({ id }) => id).join(", ");
const noTrace = /\n\s+at .*:\d+:\d+/;

describe("bad input", () => {
  test.each([
    {
      why: "several words are wrong",
      words: ["run", "flsh-sale", "--target", "stage-8", "--rat", "5", "--rate", "fast", "--agents", "0"],
      says: [
        'did you mean "flash-sale"',
        'did you mean "stage-08"',
        'did you mean "--rate"',
        '"fast" is not a rate',
        '--agents "0"',
      ],
    },
    { why: "there is no target", words: ["run", "browse"], says: ["no target", stages] },
    {
      why: "the rate is impossible",
      words: ["run", "browse", "--target", "stage-08", "--rate", "9M"],
      says: ["more than 1 agent can make"],
    },
    {
      why: "the strategy needs what the stage lacks",
      words: ["run", "flash-sale", "--target", "stage-01", "--strategy", "F8"],
      says: ["needs a cache", "stage-01 hosts F0, F1, F2"],
    },
    {
      why: "a host was not allowed",
      words: ["run", "browse", "--target", "http://192.0.2.1"],
      says: ["--allow-host 192.0.2.1"],
    },
    { why: "there is no such run", words: ["judge", "latest"], says: ["there is no run"] },
    { why: "there is no such list", words: ["list", "scenaros"], says: ['did you mean "scenarios"'] },
    { why: "there is no such command", words: ["runn"], says: ["did you mean"] },
    {
      why: "a report format is unknown",
      words: ["run", "browse", "--target", "stage-01", "--report", "jnit=x"],
      says: ['did you mean "junit"'],
    },
    {
      why: "the scenario file is not there",
      words: ["run", "./none.ts", "--target", "stage-01"],
      says: ["no scenario file"],
    },
  ])("exit 2 when $why", async ({ words, says }) => {
    using desk = new Desk();
    const { code, stdout, stderr } = await desk.bench(...words);
    expect(code, stderr).toBe(2);
    for (const sentence of says) expect(stderr.toLowerCase()).toContain(sentence.toLowerCase());
    expect(stdout).toBe("");
    expect(stderr).not.toMatch(noTrace);
  });

  test("a settings file with misspelt keys and wrong values", async () => {
    using desk = new Desk();
    writeFileSync(desk.path("bench.config.yaml"), "tagret: stage-01\nrate: 100\ninstall: perhaps\n");
    const { code, stderr } = await desk.bench("plan", "browse");
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean "target"');
    expect(stderr).toContain("install:");
    expect(stderr).not.toMatch(noTrace);
  });

  test("a scenario file that is wrong in several ways", async () => {
    using desk = new Desk();
    writeFileSync(
      desk.path("mine.ts"),
      'export default { name: "mine", operations: { home: "FETCH /" }, mix: { hme: 1 } };\n',
    );
    const { code, stderr } = await desk.bench("plan", "./mine.ts", "--target", "http://127.0.0.1:9");
    expect(code).toBe(2);
    expect(stderr).toContain("home");
    expect(stderr).toContain("hme");
    expect(stderr).not.toMatch(noTrace);
  });
});

test("settings come from the file, and a flag wins over them", async () => {
  using desk = new Desk();
  writeFileSync(
    desk.path("bench.config.ts"),
    'export default { target: "stage-01", rate: "70/s", seed: 7 };\n',
  );
  const { code, stdout, stderr } = await desk.bench("plan", "browse", "--seed", "8", "--json");
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ target: "stage-01", ratePerS: 70, seed: 8 });
});

test("--dry-run and plan decide everything and do nothing", async () => {
  using desk = new Desk();
  const words = ["flash-sale", "--target", "stage-08", "--rate", "400", "--json"];
  const [planned, dry] = [await desk.bench("plan", ...words), await desk.bench("run", ...words, "--dry-run")];
  expect(dry.code, dry.stderr).toBe(0);
  expect(JSON.parse(dry.stdout)).toEqual(JSON.parse(planned.stdout));
  expect(desk.runs()).toEqual([]);
});

describe("bad surroundings", () => {
  test("exit 4 when nobody answers at the address", async () => {
    using desk = new Desk();
    const { code, stderr } = await desk.bench(
      "run",
      "browse",
      "--target",
      "http://127.0.0.1:9",
      "--duration",
      "1s",
    );
    expect(code, stderr).toBe(4);
    expect(stderr).toContain("did not answer");
    expect(stderr).not.toMatch(noTrace);
  });

  test.skipIf(!existsSync("/dev/full")).each(["events.ndjson", "timeline.ndjson"])(
    "exit 3 when the disk is full at the first line of %s, and the target is taken down",
    async (file) => {
      using desk = new Desk();
      mkdirSync(desk.path("run"));
      symlinkSync("/dev/full", desk.path(`run/${file}`));
      const { code, stderr } = await desk.bench(
        "run",
        "browse",
        "--target",
        "stage-01",
        "--duration",
        "3s",
        "--warmup",
        "0s",
        "--out",
        "run",
      );
      expect(code, stderr).toBe(3);
      expect(stderr).toMatch(/could not be recorded: .*no space left/);
      expect(stderr).not.toMatch(noTrace);
      expect(await remains(tracesOf(desk.path("run")))).toEqual([]);
    },
  );

  test("exit 3 when the run cannot be written", async () => {
    using desk = new Desk();
    writeFileSync(desk.path("file"), "");
    const { code, stderr } = await desk.bench(
      "run",
      "browse",
      "--target",
      "http://127.0.0.1:9",
      "--out",
      "file/run",
    );
    expect(code, stderr).toBe(3);
    expect(stderr).toContain("cannot make the run folder");
    expect(stderr).not.toMatch(noTrace);
  });
});
