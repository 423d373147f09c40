/** The door at which a Prometheus asks: over real sockets, its answers read by Prometheus' own tool where there is one. */
import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../../base/clock.ts";
import { LiveRun } from "../../../controller/live-run.ts";
import { type MetricsDoor, openMetricsDoor } from "../../../controller/metrics-door.ts";
import { series } from "../../../metrics/series/catalog.ts";
import { systemProbes } from "../../../targets/launch/components.ts";
import { ManualClock } from "../../fakes/manual-clock.ts";

const signal = new AbortController().signal;
const anyPort = { host: "127.0.0.1", port: 0 };
const live = () =>
  new LiveRun({ runId: 'r"1', scenario: "browse", target: "stage-04", info: { seed: "1" } }, ["home", "buy"]);

async function door(clock = systemClock): Promise<MetricsDoor> {
  const run = live();
  return (await openMetricsDoor({ address: anyPort, clock, look: (isScrape) => run.look(isScrape) }))!;
}

test("it answers in the text format, every family with its kind", async () => {
  await using opened = await door();
  const answer = await fetch(opened.url);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  const text = await answer.text();
  for (const [name, { kind }] of Object.entries(series))
    expect(text).toContain(`# TYPE ${name}${kind === "counter" ? "_total" : ""} ${kind}\n`);
  expect(text).toContain(
    'bench_requests_total{run_id="r\\"1",scenario="browse",target="stage-04",op="buy",outcome="ok"} 0\n',
  );
  expect(text).toMatch(/bench_request_duration_seconds_bucket\{[^}]*le="\+Inf"\} 0\n/);
});

const promtool = systemProbes.programPath("promtool");
test.skipIf(promtool === undefined)(
  `promtool finds nothing to say of it${promtool === undefined ? " (skipped: there is no promtool)" : ""}`,
  async () => {
    await using opened = await door();
    const text = await (await fetch(opened.url)).text();
    expect(execFileSync(promtool!, ["check", "metrics"], { input: text, encoding: "utf8" })).toBe("");
  },
);

test.each([
  { path: "/", status: 200 },
  { path: "/metrics?a=1", status: 200 },
  { path: "/metric", status: 404 },
])("$path is answered with $status", async ({ path, status }) => {
  await using opened = await door();
  expect((await fetch(new URL(path, opened.url))).status).toBe(status);
});

test("only questions are asked here", async () => {
  await using opened = await door();
  expect((await fetch(opened.url, { method: "POST" })).status).toBe(405);
});

test("a look that fails is an answer, and the end of nothing", async () => {
  const look = () => {
    throw new Error("no such series");
  };
  await using opened = (await openMetricsDoor({ address: anyPort, clock: systemClock, look }))!;
  for (let twice = 0; twice < 2; twice++) {
    const answer = await fetch(opened.url);
    expect([answer.status, await answer.text()]).toEqual([500, "no such series\n"]);
  }
});

test("an address that is taken is said to be; without one the next free one is used", async () => {
  await using opened = await door();
  const port = Number(new URL(opened.url).port);
  await expect(
    openMetricsDoor({ address: { host: "127.0.0.1", port }, clock: systemClock, look: () => [] }),
  ).rejects.toThrow(`cannot be served on 127.0.0.1:${port}`);
  await using first = await openMetricsDoor({ clock: systemClock, look: () => [] });
  await using second = await openMetricsDoor({ clock: systemClock, look: () => [] });
  // On a machine on which ten runs go on there would be none, and nothing to compare.
  if (first !== undefined && second !== undefined) expect(first.url).not.toBe(second.url);
});

test("nobody is kept from ending by it", async () => {
  const program = `
    import { openMetricsDoor } from ${JSON.stringify(new URL("../../../controller/metrics-door.ts", import.meta.url).href)};
    import { systemClock } from ${JSON.stringify(new URL("../../../base/clock.ts", import.meta.url).href)};
    await openMetricsDoor({ address: { host: "127.0.0.1", port: 0 }, clock: systemClock, look: () => [] });
  `;
  const words = ["--import", "tsx", "--input-type=module", "-e", program];
  await promisify(execFile)(process.execPath, words, { timeout: 20_000 });
});

/** As a Prometheus asks. */
const scrape = async (url: string) => {
  const headers = { "X-Prometheus-Scrape-Timeout-Seconds": "5" };
  await (await fetch(url, { headers })).text();
};

test("who only looks takes nothing away from the Prometheus that asks", async () => {
  const asked: boolean[] = [];
  const look = (isScrape: boolean) => {
    asked.push(isScrape);
    return [];
  };
  await using opened = (await openMetricsDoor({ address: anyPort, clock: systemClock, look }))!;
  await (await fetch(opened.url)).text();
  expect(opened.isScraped).toBe(false);
  await scrape(opened.url);
  expect(opened.isScraped).toBe(true);
  expect(asked).toEqual([false, true]);
});

describe("when the run is over", () => {
  test("a Prometheus that has asked learns how it ended, and it is said that it is waited for", async () => {
    const clock = new ManualClock();
    await using opened = await door(clock);
    await scrape(opened.url);
    clock.pass(4_000);
    await scrape(opened.url);
    const said: string[] = [];
    let isOver = false;
    const over = opened.lastLook(signal, (sentence) => said.push(sentence)).then(() => (isOver = true));
    expect(said).toEqual([expect.stringContaining("waiting for the Prometheus")]);
    await scrape(opened.url);
    await over;
    expect(isOver).toBe(true);
  });

  test("but for no longer than it usually takes and half as long again", async () => {
    const clock = new ManualClock();
    await using opened = await door(clock);
    await scrape(opened.url);
    clock.pass(4_000);
    await scrape(opened.url);
    let isOver = false;
    const over = opened.lastLook(signal).then(() => (isOver = true));
    clock.pass(5_900);
    await new Promise((done) => setImmediate(done));
    expect(isOver).toBe(false);
    clock.pass(200);
    await over;
  });

  test.each([
    { who: "nobody has asked", asks: async () => {} },
    { who: "somebody has only looked", asks: async (url: string) => void (await (await fetch(url)).text()) },
    {
      who: "it is long gone",
      asks: async (url: string, clock: ManualClock) => {
        await scrape(url);
        clock.pass(4_000);
        await scrape(url);
        clock.pass(9_000);
      },
    },
  ])("nobody is waited for when $who", async ({ asks }) => {
    const clock = new ManualClock();
    await using opened = await door(clock);
    await asks(opened.url, clock);
    await opened.lastLook(signal, () => expect.unreachable());
  });

  test("and not when the run was broken off", async () => {
    const clock = new ManualClock();
    await using opened = await door(clock);
    await scrape(opened.url);
    await opened.lastLook(AbortSignal.abort());
    expect(clock.timers).toBe(0);
  });
});
