/** What runs in the browser of whoever reads a report: our charts, compiled, and the library that draws them. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "./files.ts";

const run = promisify(execFile);
const client = "verdict/reports/html/client";

/** @throws when the client does not compile, with what the compiler says */
export async function chartsScriptFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bench-client-"));
  try {
    await run(join(root, "node_modules/.bin/tsc"), ["-p", join(root, client), "--outDir", folder]).catch(
      (error: { readonly stdout?: string }) => {
        throw new Error(`the client does not compile: ${error.stdout}`);
      },
    );
    const [name] = (await readdir(folder, { recursive: true })).filter((each) => each.endsWith("charts.js"));
    if (name === undefined) throw new Error("the compiler wrote no charts.js");
    const script = await readFile(join(folder, name), "utf8");
    return fileOf(`${client}/charts.ts, compiled`, {
      chartsScript: script.replace(/^export \{\};\n?/m, ""),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function plotScriptFile(): Promise<string> {
  const of = (name: string) => readFile(join(root, "node_modules/uplot", name), "utf8");
  const { version } = JSON.parse(await of("package.json")) as { version: string };
  const [script, style, license] = await Promise.all(
    ["dist/uPlot.iife.min.js", "dist/uPlot.min.css", "LICENSE"].map(of),
  );
  return fileOf(`uPlot ${version}, MIT license, https://github.com/leeoniya/uPlot`, {
    // Its license wants to go where it goes.
    plotScript: `/*! uPlot ${version}\n${license!.trim()}\n*/\n${script!.trim()}`,
    plotStyle: style!.trim(),
  });
}

/** Nothing in a script can end the element it stands in. */
function fileOf(what: string, scripts: Readonly<Record<string, string>>): string {
  const lines = Object.entries(scripts).map(([name, script]) => {
    if (/<\/(script|style)/i.test(script)) throw new Error(`${name} would end its own element`);
    return `export const ${name} =\n  ${JSON.stringify(script)};\n`;
  });
  return `/** ${what}. Generated: npx vitest run --project house -u */\n${lines.join("")}`;
}
