/** `bench report`: what a run was, told again from its folder, in the forms other people and programs read. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Failure, sentenceOf, unknownName } from "../../base/failure.ts";
import { judge as judgeEvidence } from "../../verdict/judge.ts";
import { readRun } from "../../verdict/read-run.ts";
import { formatNames, reportNamed } from "../../verdict/reports/catalog.ts";
import type { Report } from "../../verdict/reports/report.ts";
import { withRecorded } from "../deliver.ts";
import { endingCode } from "../leaked-first.ts";
import { findRunFolder } from "../results.ts";

export interface ReportOptions {
  /** With commas: `html,md`. */
  readonly format?: string;
  /** A folder, or `-` for standard output. */
  readonly out?: string;
  readonly open?: boolean;
}

/** 0 whatever the verdict was, for that has been given before; 15 while something of the run may still be in place. */
export async function report(word: string, options: ReportOptions): Promise<number> {
  const { formats, isPrinted } = readOptions(options);
  const folder = findRunFolder(word);
  const { evidence, tally } = await readRun(folder);
  const verdict = judgeEvidence(evidence, tally);
  const { whole, lacking } = await withRecorded({ evidence, tally, verdict, folder }, folder, formats);
  const out = options.out === undefined ? folder : resolve(options.out);
  const pages: string[] = [];
  for (const each of formats) {
    if (lacking?.formats.includes(each.format) === true) continue;
    const content = each.render(whole);
    if (isPrinted) process.stdout.write(content);
    else {
      mkdirSync(out, { recursive: true });
      const path = join(out, `report.${each.extension}`);
      writeFileSync(path, content);
      process.stdout.write(`${path}\n`);
      if (each.format === "html") pages.push(path);
    }
  }
  for (const page of options.open === true ? pages : []) await show(page);
  if (lacking !== undefined) throw lacking.failure;
  return endingCode(verdict.exitCode, { isAdvisory: true });
}

interface Wanted {
  readonly formats: readonly Report[];
  readonly isPrinted: boolean;
}

function readOptions({ format = "html", out, open }: ReportOptions): Wanted {
  const problems: string[] = [];
  const formats: Report[] = [];
  for (const name of format.split(",").map((each) => each.trim())) {
    const found = reportNamed(name);
    if (found === undefined) problems.push(unknownName("report format", name, formatNames()));
    else if (!formats.includes(found)) formats.push(found);
  }
  const isPrinted = out === "-";
  if (isPrinted && formats.length > 1)
    problems.push("--out - is for one format: two documents on one stream could not be told apart");
  if (open === true && (isPrinted || !formats.some((each) => each.format === "html")))
    problems.push("--open shows the html report, which is not among the files that would be written");
  if (problems.length > 0) throw new Failure("usage", "these reports cannot be written", { problems });
  return { formats, isPrinted };
}

/** By the words of the system. A report that cannot be shown is there all the same, so it is only said. */
async function show(path: string): Promise<void> {
  const [program, ...words] = openers[process.platform] ?? ["xdg-open"];
  try {
    const child = spawn(program ?? "", [...words, path], { stdio: "ignore", detached: true });
    await once(child, "spawn");
    child.unref();
  } catch (error) {
    process.stderr.write(`bench: it could not be opened: ${sentenceOf(error)}\n`);
  }
}

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};
