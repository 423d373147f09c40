/** The example of docs/add-a-load-model.md is what it claims to be. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { OpenLoad } from "../../load/load-model.ts";
import { arrivalsIn } from "../../load/schedule.ts";
import { codeBlock } from "../fakes/code-block.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bench-load-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the saw runs from the page: three teeth and a half hold their area", async () => {
  const here = new URL("../../load/", import.meta.url).href;
  const text = codeBlock("docs/add-a-load-model.md", "load/saw.ts").replaceAll('from "./', `from "${here}`);
  const path = join(folder, "saw.ts");
  await writeFile(path, text);
  const { saw } = (await import(path)) as { saw: (given: object) => OpenLoad };
  const load = saw({ peakPerS: 40, toothS: 2, spanS: 7, spacing: "even" });
  // A tooth holds 40; the first half of one a quarter of that.
  expect([0, 1, 2, 4, 7].map((atS) => load.arrivalsBy(atS))).toEqual([0, 10, 40, 80, 130]);
  expect(arrivalsIn(load, 1)).toBe(130);
  expect(load.describe()).toBe("0 to 40 /s every 2 s for 7 s");
});
