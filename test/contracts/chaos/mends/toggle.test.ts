/** A toggle is put back, and nothing else in the settings is touched, whoever changes them meanwhile. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { toggleMend } from "../../../../chaos/mends/toggle.ts";

interface Kept {
  version: number;
  settings: { inFlightLimit?: number; switchedOff: string[] };
}

/** An application over one document of settings, changed by version as the configuration centre has it. */
async function application(kept: Kept, meanwhile: () => void = () => {}): Promise<string> {
  const server = createServer((request, response) => {
    const answer = (status: number, value: unknown) => response.writeHead(status).end(JSON.stringify(value));
    if (request.method === "GET") {
      answer(200, { ...kept, source: "centre", isConnected: true });
      meanwhile();
      return;
    }
    let text = "";
    request.on("data", (part) => (text += part));
    request.on("end", () => {
      const { version, settings } = JSON.parse(text) as Kept;
      if (version !== kept.version) return answer(409, { status: "changed-meanwhile" });
      Object.assign(kept, { version: version + 1, settings });
      return answer(200, { status: "ok", version: kept.version });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const perform = (urls: string[], operation: string, isOff: boolean) =>
  toggleMend.perform({ mend: "toggle", urls, operation, isOff }, new AbortController().signal);

test("what was on is switched on again, once, and everything else stays", async () => {
  const kept: Kept = { version: 3, settings: { inFlightLimit: 9, switchedOff: ["favourite", "search"] } };
  const url = await application(kept);
  await perform([url], "search", false);
  expect(kept).toEqual({ version: 4, settings: { inFlightLimit: 9, switchedOff: ["favourite"] } });
  await perform([url], "search", false);
  expect(kept.version, "a second time changes nothing").toBe(4);
  await perform([url], "search", true);
  expect(kept.settings.switchedOff).toEqual(["favourite", "search"]);
});

test("somebody else's change in between is not lost", async () => {
  const kept: Kept = { version: 3, settings: { switchedOff: ["search"] } };
  let changes = 0;
  const url = await application(kept, () => {
    if (changes++ === 0) Object.assign(kept, { version: 4, settings: { switchedOff: ["search", "pay"] } });
  });
  await perform([url], "search", false);
  expect(kept).toEqual({ version: 5, settings: { switchedOff: ["pay"] } });
});

test("an application that is gone is left out, and none at all is told", async () => {
  const kept: Kept = { version: 0, settings: { switchedOff: ["search"] } };
  const gone = "http://127.0.0.1:1";
  await perform([gone, await application(kept)], "search", false);
  expect(kept.settings.switchedOff).toEqual([]);
  await expect(perform([gone], "search", false)).rejects.toThrow();
});

test("a person can do the same", () => {
  const words = toggleMend.manual({
    mend: "toggle",
    urls: ["http://a:1"],
    operation: "search",
    isOff: false,
  });
  expect(words).toContain("curl -s http://a:1/admin/settings");
  expect(words).toContain('["search"]');
});
