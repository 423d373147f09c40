/** Opens every dashboard in a real Grafana and takes a picture: `picture-dashboards.ts <grafana> <folder> <run or search>...`. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { boards } from "../../dashboards/catalog.ts";

const [grafana, folder, ...ids] = process.argv.slice(2);
if (grafana === undefined || folder === undefined || ids.length === 0)
  throw new Error("usage: picture-dashboards.ts <url of Grafana> <folder> <run or search>...");
const search = ids.find((id) => id.includes("-capacity-"));
const run = ids.find((id) => !id.includes("-capacity-"));
const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium-browser";

const chosenOn = (uid: string): Readonly<Record<string, string | undefined>> => {
  if (uid === "bench-capacity") return { run_search: search };
  return uid === "bench-compare" ? { run_a: run, run_b: run } : { run_id: run };
};

/** Every panel has an answer or says that there is none; a failed query has a mark of its own. */
async function failedPanels(page: Page): Promise<readonly string[]> {
  await page.waitForLoadState("networkidle");
  return page.locator('[data-testid="data-testid Panel status error"]').allTextContents();
}

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const problems: string[] = [];
try {
  const page = await browser.newPage({ viewport: { width: 1_600, height: 2_400 } });
  for (const { uid, title } of boards) {
    const words = new URLSearchParams({ kiosk: "", from: "now-1h", to: "now" });
    for (const [name, value] of Object.entries(chosenOn(uid)))
      if (value !== undefined) words.set(`var-${name}`, value);
    const answer = await page.goto(`${grafana}/d/${uid}?${words}`);
    if (answer?.ok() !== true) problems.push(`${uid}: ${answer?.status() ?? "no answer"}`);
    const failed = await failedPanels(page);
    if (failed.length > 0) problems.push(`${title}: ${failed.length} panels could not be answered`);
    await page.screenshot({ path: join(folder, `${uid}.png`), fullPage: true });
  }
} finally {
  await browser.close();
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
