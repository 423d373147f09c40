/** A target without a run: up, looked at, loaded as a system of its own, and down without a trace. */

import { existsSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Desk, missingFor, remainsAfter, tracesOf } from "./bench.ts";

const missing = missingFor("stage-01");

describe.skipIf(missing !== undefined)(
  `targets up and down${missing === undefined ? "" : ` (${missing})`}`,
  () => {
    test("a stage is brought up, seen, loaded by its URL and taken down", async () => {
      using desk = new Desk();
      try {
        const up = await desk.bench("targets", "up", "stage-01", "--json");
        expect(up.code, up.stderr).toBe(0);
        const { entryUrls, auditUrl, nodes } = JSON.parse(up.stdout);
        expect(nodes.map(({ name }: { name: string }) => name).sort()).toEqual(["db", "shop"]);

        const again = await desk.bench("targets", "up", "stage-01");
        expect(again.code).toBe(3);
        expect(again.stderr).toContain("is up already");

        const status = await desk.bench("targets", "status");
        expect(status.code).toBe(0);
        expect(status.stdout).toMatch(/shop +127\.0\.0\.1:\d+ +alive/);

        for (const order of [
          ["scale", "stage-01", "shop=2"],
          ["update", "stage-01"],
        ]) {
          const refused = await desk.bench("targets", ...order);
          expect(refused.code).toBe(2);
          expect(refused.stderr).toContain("stage-01 is up as processes");
        }

        const words = [
          "run",
          "flash-sale",
          "--target",
          entryUrls[0],
          "--audit-url",
          auditUrl,
          "--rate",
          "60",
          "--duration",
          "6s",
          "--warmup",
          "1s",
        ];
        const run = await desk.bench(...words, "--json");
        expect(JSON.parse(run.stdout).correctness, run.stderr).toMatchObject({
          oversold: 0,
          conserved: true,
        });
      } finally {
        const down = await desk.bench("targets", "down", "stage-01");
        expect(down.code, down.stderr).toBe(0);
      }
      const [folder = ""] = readdirSync(desk.path(".bench/up"));
      expect(await remainsAfter(tracesOf(desk.path(`.bench/up/${folder}`)), 0)).toEqual([]);
      expect((await desk.bench("targets", "status")).stdout).toContain("nothing was left running");
    });

    test("--keep-target leaves the target of a run running, and targets down ends it", async () => {
      using desk = new Desk();
      const words = [
        "run",
        "browse",
        "--target",
        "stage-01",
        "--duration",
        "2s",
        "--warmup",
        "0s",
        "--keep-target",
      ];
      const run = await desk.bench(...words);
      const kept = existsSync(desk.path(".bench/targets/stage-01.json"));
      const down = await desk.bench("targets", "down");
      expect(kept, run.stderr).toBe(true);
      expect(down.stdout).toContain("stage-01 is down");
      expect(await remainsAfter(tracesOf(desk.runs()[0] ?? ""), 0)).toEqual([]);
    });
  },
);
