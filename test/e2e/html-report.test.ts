/** The page that people forward, in a real browser: of a run that was made, and of one with faults that was made up. */
import { mkdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemProbes } from "../../targets/launch/components.ts";
import type { RunResult } from "../../verdict/result-schema.ts";
import { figure } from "../../verdict/telling/figures.ts";
import { disturbed, faultSeen } from "../fakes/disturbed.ts";
import { runFolder } from "../fakes/run-folder.ts";
import { Desk, resultOf } from "./bench.ts";
import { coloured, paper, printed, problems, widths } from "./in-page.ts";

const program = systemProbes.programPath("chromium") ?? systemProbes.programPath("google-chrome");
const reason = program === undefined ? " (skipped: there is no chromium on this machine)" : "";

/** What it would otherwise ask of a network, and what root may not do. */
const flags = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
  ...["--disable-background-networking", "--disable-component-update"],
];

/** Pictures of the page, to be looked at: they stay when BENCH_TEST_PICTURES names a folder. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["BENCH_TEST_PICTURES"];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

describe.skipIf(program === undefined)(`the html report${reason}`, () => {
  const desk = new Desk();
  let browser: Browser;
  let server: Server;
  /** Of both runs: the page, and what the JSON says. */
  const made: { name: string; path: string; result: RunResult }[] = [];

  beforeAll(async () => {
    server = createServer((_, response) => response.end("hello"));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const url = `http://localhost:${(server.address() as AddressInfo).port}`;
    const page = desk.path("run.html");
    const said = await desk.bench(
      ...["run", "browse", "--target", url, "--allow-host", "localhost", "--rate", "100"],
      ...["--duration", "4s", "--warmup", "1s", "--report", `html=${page}`, "--json"],
    );
    made.push({ name: "a run", path: page, result: resultOf(said) });

    const faults = [faultSeen(10, 14), faultSeen(22, 25, { id: "freeze:shop-2@22", nodes: ["shop-2"] })];
    const bad = (tenth: number) => (tenth >= 100 && tenth < 150 ? 30 : 0);
    const { schemaVersion: _, runId: __, correctness: ___, ...spoiling } = disturbed({ faults, bad });
    const id = "20260731T090000Z-flash-sale-stage-08-7f3a";
    const folder = runFolder(desk.path(".bench/runs"), id, { spoiling });
    const report = await desk.bench("report", id);
    expect(report, report.stderr).toMatchObject({ code: 0, stdout: `${join(folder, "report.html")}\n` });
    const result = resultOf(await desk.bench("judge", id, "--json"));
    made.push({ name: "faults", path: join(folder, "report.html"), result });
    browser = await chromium.launch({ executablePath: program!, args: flags });
  });
  afterAll(async () => {
    await browser?.close();
    await new Promise((done) => server.close(done));
    desk[Symbol.dispose]();
  });

  /** @returns what the browser complained of, and what it wanted to fetch */
  async function opened(
    path: string,
    options: Parameters<Browser["newPage"]>[0],
    look: (page: Page) => Promise<void>,
  ): Promise<{ readonly complaints: readonly string[]; readonly fetched: readonly string[] }> {
    const page = await browser.newPage({ viewport: { width: 1_200, height: 900 }, ...options });
    try {
      const complaints: string[] = [];
      const fetched: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", ({ message }) => complaints.push(message));
      page.on("request", (request) => fetched.push(request.url()));
      await page.goto(pathToFileURL(path).href);
      await page.waitForSelector("html[data-charts=drawn]", { state: "attached", timeout: 20_000 });
      await look(page);
      return { complaints, fetched };
    } finally {
      await page.close();
    }
  }

  test.each(["light", "dark"] as const)(
    "opens from a disk, in the %s, and complains of nothing",
    async (colorScheme) => {
      for (const { name, path } of made) {
        const { complaints, fetched } = await opened(path, { colorScheme }, async (page) => {
          await picture(page, `${name}-${colorScheme}`);
          expect(await page.evaluate(paper)).toBe(
            colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(20, 24, 31)",
          );
        });
        expect(complaints, name).toEqual([]);
        expect(fetched, name).toEqual([pathToFileURL(path).href]);
      }
    },
  );

  test("every chart is drawn: its lines and areas have their colours", async () => {
    for (const { name, path } of made)
      await opened(path, {}, async (page) => {
        const seen = await page.evaluate<{ id: string; count: number }[]>(coloured);
        expect(seen.map(({ id }) => id).toSorted(), name).toEqual([
          ...[
            "chart-heat",
            "chart-instrument",
            "chart-latency",
            "chart-load",
            "chart-outcomes",
            "chart-percentiles",
          ],
        ]);
        for (const { id, count } of seen) expect(count, `${name}, ${id}`).toBeGreaterThan(100);
      });
  });

  test("its numbers are those of the JSON", async () => {
    for (const { name, path, result } of made)
      await opened(path, {}, async (page) => {
        const rows = await page.locator("#latency tbody tr").allInnerTexts();
        for (const [operation, { count, responseMs }] of Object.entries(result.operations)) {
          const cells = rows.map((row) => row.split("\t")).find(([first]) => first === operation);
          expect(cells?.slice(1, 8), `${name}, ${operation}`).toEqual([
            count.toLocaleString("en"),
            ...[
              responseMs.p50,
              responseMs.p90,
              responseMs.p95,
              responseMs.p99,
              responseMs.p999,
              responseMs.max,
            ].map(figure),
          ]);
        }
        const findings = await page.locator("#findings tbody tr").allInnerTexts();
        expect(findings).toHaveLength(result.findings.length);
        for (const { check, because } of result.findings)
          expect(
            findings.some((row) => row.startsWith(check) && row.includes(because)),
            check,
          ).toBe(true);
        const faults = await page.locator("#faults table").first().locator("tbody th").allInnerTexts();
        if (result.faults.length > 0) expect(faults).toEqual(result.faults.map(({ id }) => id));
      });
  });

  test("the keyboard reaches the charts over time, and reads them second by second", async () => {
    await opened(made[1]!.path, {}, async (page) => {
      await page.locator("#chart-load").focus();
      await page.keyboard.press("Home");
      const legend = page.locator("#chart-load .u-legend");
      expect(await legend.innerText()).toMatch(/second:?\s*0 s/);
      await page.keyboard.press("ArrowRight");
      expect(await legend.innerText()).toMatch(/second:?\s*1 s/);
      await page.keyboard.press("End");
      expect(await legend.innerText()).toMatch(/second:?\s*39 s/);
    });
  });

  test("can be read without seeing it, or without seeing it well", async () => {
    for (const colorScheme of ["light", "dark"] as const)
      for (const { name, path } of made)
        await opened(path, { colorScheme }, async (page) => {
          expect(await page.evaluate(problems), `${name}, ${colorScheme}`).toEqual([]);
        });
  });

  test("what would be wrong is found: a name, a heading and a contrast that are taken away", async () => {
    await opened(made[1]!.path, {}, async (page) => {
      const spoiled = `document.documentElement.lang = "";
        document.querySelector("#chart-load").removeAttribute("aria-label");
        document.querySelector("h2").outerHTML = "<h4>x</h4><h3>y</h3>";
        document.querySelector("caption").style.color = "#bbb";`;
      await page.evaluate(spoiled);
      const found = await page.evaluate<string[]>(problems);
      for (const what of [
        /no language/,
        /no name.*chart-load/,
        /after h1 comes <h3/,
        /contrast 1\.\d: <caption/,
      ])
        expect(found).toContainEqual(expect.stringMatching(what));
    });
  });

  test("is as wide as a telephone without being scrolled sideways", async () => {
    await opened(made[1]!.path, { viewport: { width: 390, height: 800 } }, async (page) => {
      await picture(page, "telephone");
      const [own = 0, given = 0] = await page.evaluate<number[]>(widths);
      expect(own).toBeLessThanOrEqual(given);
    });
  });

  test("on paper it is light, whatever the screen is, and nothing hangs over the edge", async () => {
    await opened(
      made[1]!.path,
      { colorScheme: "dark", viewport: { width: 760, height: 1_000 } },
      async (page) => {
        await page.emulateMedia({ media: "print" });
        expect(await page.locator("nav").isVisible()).toBe(false);
        const [widest = 0, own = 0, colour] = await page.evaluate<[number, number, string]>(printed);
        expect(widest).toBeLessThanOrEqual(own);
        expect(colour).toBe("rgb(255, 255, 255)");
      },
    );
  });

  test("two sets of runs are a page of the same kind, with both over each other", async () => {
    const sides = [40, 55].map((ms, at) => {
      const id = `20260731T0${at + 8}0000Z-flash-sale-stage-08-7f3a`;
      runFolder(desk.path(".bench/runs"), id, { ms });
      return id;
    });
    const path = desk.path("compared.html");
    const { code, stderr } = await desk.bench(
      "compare",
      "--report",
      `html=${path}`,
      sides[0]!,
      "--",
      sides[1]!,
    );
    // One run of a side does not tell how runs vary.
    expect(code, stderr).toBe(5);
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await browser.newPage({ viewport: { width: 1_200, height: 900 }, colorScheme });
      const complaints: string[] = [];
      const fetched: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("request", (request) => fetched.push(request.url()));
      await page.goto(pathToFileURL(path).href);
      await picture(page, `compared-${colorScheme}`);
      expect(complaints).toEqual([]);
      expect(fetched).toEqual([pathToFileURL(path).href]);
      expect(await page.evaluate(problems)).toEqual([]);
      expect(await page.locator("#over-time svg polyline").count()).toBe(8);
      const rows = await page.locator("#figures tbody tr").allInnerTexts();
      expect(rows.map((row) => row.split("\t")[0])).toEqual(["p50", "p99", "goodput", "errors"]);
      await page.close();
    }
  });
});
