/** What is generated from something is what that something generates today. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { faults } from "../../chaos/catalog.ts";
import { boards } from "../../dashboards/catalog.ts";
import { render } from "../../dashboards/render.ts";
import { series } from "../../metrics/series/catalog.ts";
import { targets } from "../../targets/catalog.ts";
import { resultJsonSchema } from "../../verdict/result-schema.ts";
import { chaosPage } from "./chaos-page.ts";
import { root } from "./files.ts";
import { metricsPage } from "./metrics-page.ts";
import { chartsScriptFile, plotScriptFile } from "./report-scripts.ts";
import { stagesPage } from "./stages-page.ts";

const run = promisify(execFile);

/** What `npm run generate` does, folder by folder. */
const generated = [
  { folder: "proto/generated", words: [] },
  {
    folder: "targets/shop/services/contract/generated",
    words: ["--template", "targets/shop/services/contract/buf.gen.yaml"],
  },
] as const;

test.each(generated)(
  "$folder is what buf generates from the .proto (else: npm run generate)",
  async ({ folder, words }) => {
    const temporary = await mkdtemp(join(tmpdir(), "bench-buf-"));
    onTestFinished(() => rm(temporary, { recursive: true, force: true }));
    const buf = join(root, "node_modules/.bin/buf");
    await run(buf, ["generate", "--output", temporary, ...words], { cwd: root });
    const fresh = join(temporary, folder);
    const committed = join(root, folder);
    expect((await readdir(fresh)).toSorted()).toEqual((await readdir(committed)).toSorted());
    for (const name of await readdir(fresh)) {
      expect(await readFile(join(committed, name), "utf8"), name).toBe(
        await readFile(join(fresh, name), "utf8"),
      );
    }
  },
);

test("docs/run-result.schema.json is the schema of the result (else: npx vitest run --project house -u)", async () => {
  const path = "docs/run-result.schema.json";
  // In the style of the other JSON files, so that the style check and this one ask for the same file.
  const format = execFile(join(root, "node_modules/.bin/biome"), ["format", `--stdin-file-path=${path}`], {
    cwd: root,
  });
  format.stdin?.end(JSON.stringify(resultJsonSchema(), null, 2));
  const schema = await text(format.stdout ?? Readable.from([]));
  await expect(schema).toMatchFileSnapshot(`../../${path}`);
});

test("docs/stages.md is what the target files say (else: npx vitest run --project house -u)", async () => {
  await expect(stagesPage(targets)).toMatchFileSnapshot("../../docs/stages.md");
});

test("docs/chaos.md is what the catalogue of faults says (else: npx vitest run --project house -u)", async () => {
  await expect(chaosPage(faults)).toMatchFileSnapshot("../../docs/chaos.md");
});

test("docs/metrics.md is what the catalogue of series says (else: npx vitest run --project house -u)", async () => {
  await expect(metricsPage(series)).toMatchFileSnapshot("../../docs/metrics.md");
});

test.each(boards)(
  "dashboards/generated/$uid.json is what the board says (else: npx vitest run --project house -u)",
  async (board) => {
    await expect(render(board)).toMatchFileSnapshot(`../../dashboards/generated/${board.uid}.json`);
  },
);

test("no dashboard is there that no board makes", async () => {
  const files = await readdir(join(root, "dashboards/generated"));
  expect(files.toSorted()).toEqual(boards.map(({ uid }) => `${uid}.json`).toSorted());
});

test("what reports run in the browser is what the client compiles to (else: npx vitest run --project house -u)", async () => {
  const folder = "../../verdict/reports/html/generated";
  await expect(await chartsScriptFile()).toMatchFileSnapshot(`${folder}/charts-script.ts`);
  await expect(await plotScriptFile()).toMatchFileSnapshot(`${folder}/plot-script.ts`);
});
