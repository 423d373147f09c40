/**
 * `npm run bench:generator`: our generator beside wrk, hey, h2load and autocannon, in interleaved runs against one nginx,
 * written into docs/performance.md. A benchmark, not a test: it asserts nothing about time.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { median, thousands } from "./figures.ts";
import { smallJson, startNginx } from "./one-nginx.ts";
import { writeBetween } from "./page.ts";
import { pinned } from "./pinned.ts";
import { provide } from "./provide.ts";

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const spanS = Number(process.env["BENCH_SPAN_S"] ?? 5);
const connections = 64;

interface Figures {
  readonly ratePerS: number;
  /** Microseconds of user and system time of the generator for one request. */
  readonly cpuUs: number;
}

interface Generator {
  readonly name: string;
  readonly version: string;
  run(url: string): Figures;
}

const home = mkdtempSync(join(tmpdir(), "stagebench-generators-"));
try {
  await main();
} finally {
  rmSync(home, { recursive: true, force: true });
}

async function main(): Promise<void> {
  provideAll();
  const nginx = await startNginx({ folder: join(home, "nginx"), server: smallJson });
  try {
    const url = `${nginx.url}/`;
    const all = generators();
    const seen = new Map(all.map(({ name }) => [name, [] as Figures[]]));
    for (const generator of all) generator.run(url); // Nobody's first run counts.
    for (let round = 0; round < rounds; round++) {
      // There and back again, so that no generator always follows the same one.
      for (const generator of round % 2 === 0 ? all : all.toReversed()) {
        const figures = generator.run(url);
        seen.get(generator.name)?.push(figures);
        process.stdout.write(
          `round ${round + 1} ${generator.name.padEnd(16)} ${Math.round(figures.ratePerS)}/s ${figures.cpuUs.toFixed(2)} us\n`,
        );
      }
    }
    write(all, seen);
  } finally {
    await nginx[Symbol.asyncDispose]();
  }
}

function generators(): readonly Generator[] {
  const version = (command: string, words: readonly string[]) =>
    (spawnSync(command, words, { encoding: "utf8" }).stdout.match(/\d+\.\d+(\.\d+)?/) ?? ["?"])[0];
  const autocannon = join(home, "node_modules/.bin/autocannon");
  return [
    { name: "bench, all on", version: "0.1.0", run: (url) => ours(url) },
    {
      name: "wrk",
      version: version("dpkg-query", ["-W", "-f", "$" + "{Version}", "wrk"]),
      run: (url) =>
        timed(["wrk", "-t1", `-c${connections}`, `-d${spanS}s`, url], /Requests\/sec:\s+([\d.]+)/),
    },
    {
      name: "h2load",
      version: version("dpkg-query", ["-W", "-f", "$" + "{Version}", "nghttp2-client"]),
      run: (url) =>
        timed(
          ["h2load", "--h1", "-t1", `-c${connections}`, `-D${spanS}`, url],
          /finished in [\d.]+s, ([\d.]+) req\/s/,
        ),
    },
    {
      name: "hey",
      version: version("dpkg-query", ["-W", "-f", "$" + "{Version}", "hey"]),
      run: (url) =>
        timed(
          ["hey", "-z", `${spanS}s`, "-c", String(connections), "-cpus", "1", url],
          /Requests\/sec:\s+([\d.]+)/,
        ),
    },
    {
      name: "autocannon",
      version: version(autocannon, ["--version"]),
      run: (url) => {
        const json = timed(
          [autocannon, "-c", String(connections), "-d", String(spanS), "-j", url],
          /"requests":\{"average":([\d.]+)/,
        );
        return json;
      },
    },
  ];
}

/** A closed loop of 64 shoppers through the whole product: three clocks, histograms, outcomes, intervals, controller. */
function ours(url: string): Figures {
  const file = join(home, "closed.ts");
  writeFileSync(
    file,
    `import { defineScenario, shoppersOnline } from "stagebench/scenarios";
export default defineScenario({
  name: "closed",
  operations: { get: "GET /" },
  mix: { get: 1 },
  load: ({ durationS }) => shoppersOnline({ shoppers: ${connections}, spanS: durationS }),
});
`,
  );
  const out = join(home, `run-${Math.random().toString(36).slice(2)}`);
  const words = [
    "run",
    file,
    "--target",
    url.replace(/\/$/, ""),
    "--rate",
    "100000",
    "--duration",
    `${spanS}s`,
    "--warmup",
    "1s",
    "--connections",
    String(connections),
    "--out",
    out,
  ];
  const { stderr } = spawnSync(...pinned(["node", resolve("dist/cli/main.js"), ...words], 0), {
    encoding: "utf8",
    cwd: home,
  });
  if (!existsSync(join(out, "evidence.json"))) throw new Error(`our own run failed:\n${stderr}`);
  const { load, instrument } = JSON.parse(readFileSync(join(out, "evidence.json"), "utf8"));
  return { ratePerS: load.completedPerS, cpuUs: (instrument.agentCpuRatio / load.completedPerS) * 1e6 };
}

/** Runs it on core 0 and divides its CPU time by what it did. */
function timed(command: readonly string[], ratePattern: RegExp): Figures {
  const [program, words] = pinned(command, 0);
  const line = [program, ...words].map((word) => `'${word}'`).join(" ");
  const { stdout, stderr } = spawnSync("bash", ["-c", `TIMEFORMAT='cpu %U %S'; time ${line}`], {
    encoding: "utf8",
  });
  const ratePerS = Number(ratePattern.exec(stdout)?.[1]);
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(stderr) ?? [];
  if (!(ratePerS > 0))
    throw new Error(
      `${command[0]} said nothing we understand:\n${stdout.slice(0, 500)}${stderr.slice(0, 500)}`,
    );
  return { ratePerS, cpuUs: ((Number(user) + Number(system)) / (ratePerS * spanS)) * 1e6 };
}

/** What is absent is installed: Debian's packages as root, autocannon into a folder of this run. */
function provideAll(): void {
  provide({ wrk: "wrk", hey: "hey", h2load: "nghttp2-client", nginx: "nginx" });
  execFileSync("npm", ["install", "--prefix", home, "--no-save", "--silent", "autocannon@8"], {
    stdio: "inherit",
  });
}

function write(all: readonly Generator[], seen: ReadonlyMap<string, readonly Figures[]>): void {
  const wrk = median((seen.get("wrk") ?? []).map(({ cpuUs }) => cpuUs));
  const rows = all.map(({ name, version }) => {
    const figures = seen.get(name) ?? [];
    const [rates, costs] = [figures.map(({ ratePerS }) => ratePerS), figures.map(({ cpuUs }) => cpuUs)];
    return `| ${name} | ${version} | ${thousands(median(rates))} | ${thousands(Math.min(...rates))}–${thousands(Math.max(...rates))} | ${median(costs).toFixed(2)} | ${Math.min(...costs).toFixed(2)}–${Math.max(...costs).toFixed(2)} | ${(median(costs) / wrk).toFixed(2)} |`;
  });
  const table = [
    `${rounds} interleaved runs of ${spanS} s each, ${connections} keep-alive connections in a closed loop, one nginx worker with a 200-byte JSON on one core, the`,
    `generator on another. ${cpus()[0]?.model}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}.`,
    "CPU is user and system time of the generator; ours is the agent with everything on, its controller apart.",
    "",
    "| generator | version | requests/s, median | spread | CPU µs/request, median | spread | × wrk |",
    "|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
  writeBetween("docs/performance.md", "generator", table);
  process.stdout.write(`${table}\n`);
}
