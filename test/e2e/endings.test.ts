/** Whoever dies, within five seconds nothing of a run is left: no process, no port, no cgroup, no folder. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { triesAll } from "../contracts/stages-to-try.ts";
import { Desk, missingFor, type Running, remainsAfter, type Traces, tracesOf } from "./bench.ts";

const missing = missingFor("stage-08");
const interruptions = [
  { signal: "SIGINT", code: 130 },
  { signal: "SIGTERM", code: 143 },
] as const;
const limitMs = 5_000;

/** Starts a run and waits until it makes load; gives what it has created by then. */
async function underway(
  desk: Desk,
  ...words: readonly string[]
): Promise<{ run: Running; folder: string; traces: Traces }> {
  const run = desk.start(["run", "flash-sale", "--duration", "60s", "--warmup", "1s", ...words]);
  await run.until(/exercise {2}offered/);
  const folder = desk.runs().at(-1) ?? "";
  return { run, folder, traces: tracesOf(folder) };
}

const pidOf = ({ processes }: Traces, name: string): number => {
  const found = processes.findLast((each) => each.name === name);
  if (found === undefined)
    throw new Error(`no ${name} among ${processes.map((each) => each.name).join(", ")}`);
  return found.pid;
};

describe.skipIf(missing !== undefined)(
  `endings on the real processes${missing === undefined ? "" : ` (${missing})`}`,
  () => {
    test("kill -9 of the controller: the guard cleans up, and the run is marked incomplete", async () => {
      using desk = new Desk();
      const { run, folder, traces } = await underway(desk, "--target", "stage-08", "--rate", "200");
      expect(traces.processes.length).toBeGreaterThan(14);
      expect(traces.ports.length).toBeGreaterThan(10);
      run.child.kill("SIGKILL");
      expect(await remainsAfter(traces, limitMs)).toEqual([]);
      expect(JSON.parse(readFileSync(join(folder, "run.json"), "utf8"))).toMatchObject({
        state: "incomplete",
      });
      const judged = await desk.bench("judge", "latest");
      expect(judged.code).toBe(3);
      expect(judged.stderr).toContain("is incomplete");
    });

    test("kill -9 of an agent: the run is inconclusive and says which, when and its last words", async () => {
      using desk = new Desk();
      const { run, traces } = await underway(desk, "--target", "stage-01", "--agents", "2", "--rate", "50");
      process.kill(pidOf(traces, "agent-1"), "SIGKILL");
      expect(await remainsAfter(traces, limitMs)).toEqual([]);
      const { code, stdout, stderr } = await run.ended;
      expect(code, stdout + stderr).toBe(5);
      expect(stdout).toMatch(/^INCONCLUSIVE/);
      expect(stdout).toMatch(/agent[- ]1/);
    });

    test("an agent that goes silent ends the run as inconclusive, too", async () => {
      using desk = new Desk();
      const { run, traces } = await underway(desk, "--target", "stage-01", "--rate", "50");
      process.kill(pidOf(traces, "agent-0"), "SIGSTOP");
      const { code, stdout, stderr } = await run.ended;
      expect(code, stdout + stderr).toBe(5);
      expect(stdout).toMatch(/agent[- ]0.*silent/s);
      expect(await remainsAfter(traces, 0)).toEqual([]);
    });

    test.each(["l4-1", "proxy-2", "shop-3", "cache", "catalog", "catalog-replica", "trade-1"])(
      "kill -9 of %s: the run ends, names the node, and leaves nothing",
      async (node) => {
        using desk = new Desk();
        const { run, traces } = await underway(desk, "--target", "stage-08", "--rate", "200");
        process.kill(pidOf(traces, node), "SIGKILL");
        expect(await remainsAfter(traces, limitMs)).toEqual([]);
        const { code, stdout, stderr } = await run.ended;
        expect(code, stdout + stderr).toBe(4);
        expect(stdout + stderr).toContain(node);
      },
    );

    test("kill -9 of the guard: the run ends rather than go on unguarded", async () => {
      using desk = new Desk();
      const { run, traces, folder } = await underway(desk, "--target", "stage-01", "--rate", "50");
      const events = readFileSync(join(folder, "events.ndjson"), "utf8");
      const guard = Number(/"kind":"guard-up","pid":(\d+)/.exec(events)?.[1]);
      process.kill(guard, "SIGKILL");
      expect(await remainsAfter(traces, limitMs)).toEqual([]);
      const { code, stdout, stderr } = await run.ended;
      expect(code, stdout + stderr).toBe(5);
      expect(stdout + stderr).toContain("guard");
    });

    // How soon each comes through is tried while the target comes up, which is shorter.
    test.each(triesAll() ? interruptions : interruptions.slice(0, 1))(
      "$signal: the agents stop, the partial run is judged and kept, exit $code",
      async ({ signal, code }) => {
        using desk = new Desk();
        const { run, traces, folder } = await underway(desk, "--target", "stage-01", "--rate", "50");
        await run.until(/preheat|open/);
        run.child.kill(signal);
        const said = await run.ended;
        expect(said.code, said.stdout + said.stderr).toBe(code);
        expect(await remainsAfter(traces, 0)).toEqual([]);
        expect(said.stdout).toMatch(/^INCONCLUSIVE/);
        expect(existsSync(join(folder, "evidence.json"))).toBe(true);
        expect(JSON.parse(readFileSync(join(folder, "run.json"), "utf8"))).toMatchObject({
          state: "interrupted",
        });
      },
    );

    test.each(interruptions)(
      "$signal while the target comes up: nothing is left, exit $code",
      async (one) => {
        using desk = new Desk();
        const run = desk.start(["run", "flash-sale", "--target", "stage-08"]);
        await run.until(/bringing stage-08 up/);
        await new Promise((done) => setTimeout(done, 700));
        run.child.kill(one.signal);
        const { code, stderr } = await run.ended;
        expect(code, stderr).toBe(one.code);
        expect(stderr).not.toMatch(/\n\s+at /);
        expect(await remainsAfter(tracesOf(desk.runs()[0] ?? ""), 0)).toEqual([]);
      },
    );
  },
);
