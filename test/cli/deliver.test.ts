/** Reports of runs whose log of latencies is gone or damaged: what can be told is told, and the rest is refused with the reason. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Failure } from "../../base/failure.ts";
import { report } from "../../cli/commands/report.ts";
import { deliver } from "../../cli/deliver.ts";
import { judge } from "../../verdict/judge.ts";
import { readRun } from "../../verdict/read-run.ts";
import { runFolder } from "../fakes/run-folder.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "stagebench-test-deliver-"));
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(home, { recursive: true, force: true });
});

const failureOf = async (attempt: Promise<unknown>): Promise<Failure> => {
  const caught = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(caught).toBeInstanceOf(Failure);
  return caught as Failure;
};

describe.each([
  {
    log: "gone",
    spoil: (path: string) => rmSync(path),
    says: "the histograms of run r1 were not kept",
    page: "the histograms of this run were not kept",
  },
  {
    log: "damaged",
    spoil: (path: string) => writeFileSync(path, `${readFileSync(path, "utf8")}Tag=buy.response,1\n`),
    says: "is no interval of a histogram log",
    page: "is no interval of a histogram log",
  },
])("when the log is $log", ({ spoil, says, page }) => {
  const spoilt = () => {
    const folder = runFolder(join(home, "runs"), "r1");
    spoil(join(folder, "intervals/fleet.hlog"));
    return folder;
  };

  test("bench report writes the page and says on it what is missing; what is nothing but the log is refused", async () => {
    const out = join(home, "out");
    const { kind, message } = await failureOf(report(spoilt(), { format: "openmetrics,html,md", out }));
    expect(kind).toBe("environment");
    expect(message).toContain(says);
    expect(readFileSync(join(out, "report.html"), "utf8")).toContain(page);
    expect(existsSync(join(out, "report.md"))).toBe(true);
    expect(existsSync(join(out, "report.om"))).toBe(false);
  });

  test("a page alone is no failure", async () => {
    expect(await report(spoilt(), { format: "html", out: join(home, "out") })).toBe(0);
  });

  test("so it is with the reports of a run", async () => {
    const folder = spoilt();
    const { evidence, tally } = await readRun(folder);
    const judged = { evidence, tally, verdict: judge(evidence, tally), folder };
    const files = [
      { format: "hgrm", path: join(home, "result.hgrm") },
      { format: "html", path: join(home, "result.html") },
    ];
    const { message } = await failureOf(deliver(judged, { isJson: true, files }));
    expect(message).toContain(says);
    expect(readFileSync(join(home, "result.html"), "utf8")).toContain(page);
    expect(existsSync(join(home, "result.hgrm"))).toBe(false);
  });
});
