/**
 * `npm run bench:generator`: our generator beside wrk, hey, h2load and autocannon, in interleaved runs against one nginx,
 * written into docs/performance.md. A benchmark, not a test: it asserts nothing about time.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { cpus, release, tmpdir } from "node:os";
import { join, resolve } from "node:path";

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
  provide();
  const port = await freePort();
  const nginx = startNginx(port);
  try {
    await new Promise((done) => setTimeout(done, 500));
    const url = `http://127.0.0.1:${port}/`;
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
    nginx.kill("SIGQUIT");
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

function pinned(command: readonly string[], core: number): [string, string[]] {
  const canPin = cpus().length > 1 && spawnSync("taskset", ["-V"]).status === 0;
  const [program = "", ...words] = canPin ? ["taskset", "-c", String(core), ...command] : command;
  return [program, words];
}

function startNginx(port: number) {
  const body = JSON.stringify({ item: { id: 4711, name: "x".repeat(140), price: 9900 } });
  mkdirSync(join(home, "tmp"));
  writeFileSync(
    join(home, "nginx.conf"),
    `daemon off; worker_processes 1; pid ${home}/nginx.pid; error_log ${home}/nginx.log;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 100000000; client_body_temp_path ${home}/tmp; proxy_temp_path ${home}/tmp;
  fastcgi_temp_path ${home}/tmp; uwsgi_temp_path ${home}/tmp; scgi_temp_path ${home}/tmp;
  server { listen 127.0.0.1:${port}; location / { default_type application/json; return 200 '${body}'; } }
}
`,
  );
  const [program, words] = pinned(["nginx", "-c", join(home, "nginx.conf"), "-p", home], 1);
  return spawn(program, words, { stdio: "ignore" });
}

/** What is absent is installed: Debian's packages as root, autocannon into a folder of this run. */
function provide(): void {
  const absent = [
    ["wrk", "wrk"],
    ["hey", "hey"],
    ["h2load", "nghttp2-client"],
    ["nginx", "nginx"],
  ].filter(([program = ""]) => spawnSync("which", [program]).status !== 0);
  if (absent.length > 0) {
    const names = absent.map(([, name = ""]) => name);
    execFileSync(
      "sh",
      ["-c", `apt-get update -qq && apt-get install -y -qq --no-install-recommends ${names.join(" ")}`],
      { stdio: "inherit" },
    );
  }
  execFileSync("npm", ["install", "--prefix", home, "--no-save", "--silent", "autocannon@8"], {
    stdio: "inherit",
  });
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
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
  const path = "docs/performance.md";
  const [begin, end] = ["<!-- generator:begin -->", "<!-- generator:end -->"];
  const page = readFileSync(path, "utf8");
  writeFileSync(
    path,
    `${page.slice(0, page.indexOf(begin) + begin.length)}\n${table}\n${page.slice(page.indexOf(end))}`,
  );
  process.stdout.write(`${table}\n`);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
