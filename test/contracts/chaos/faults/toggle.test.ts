/** A toggle is seen when whoever asks is refused, and not when applications only say so. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { Ground, PlannedFault } from "../../../../chaos/fault.ts";
import { toggle } from "../../../../chaos/faults/toggle.ts";
import { questions, type SwitchedOperation } from "../../../../chaos/switched-operations.ts";
import { ManualClock } from "../../../fakes/manual-clock.ts";

const never = new AbortController().signal;

interface Kept {
  version: number;
  settings: { switchedOff: string[] };
}

/** What somebody asked for, by its method and path, as the shop calls it. */
function operationIn(method: string, url: string): SwitchedOperation | undefined {
  const path = url.split("?")[0];
  const found = Object.entries(questions).find(
    ([, question]) => question.method === method && question.path.split("?")[0] === path,
  );
  return found?.[0] as SwitchedOperation | undefined;
}

/** Serves the settings of all, and refuses what they say is off; one that does not keep to them lets everything in. */
async function application(kept: Kept, { keepsToIt = true } = {}): Promise<string> {
  const server = createServer((request, response) => {
    const answer = (status: number, value: unknown) => response.writeHead(status).end(JSON.stringify(value));
    const { method = "GET", url = "/" } = request;
    if (!url.startsWith("/admin/settings")) {
      const isOff = keepsToIt && kept.settings.switchedOff.some((each) => each === operationIn(method, url));
      answer(isOff ? 503 : 400, { status: isOff ? "busy" : "bad-request" });
      return;
    }
    if (method === "GET") {
      answer(200, { ...kept, source: "centre", isConnected: true });
      return;
    }
    let text = "";
    request.on("data", (part) => (text += part));
    request.on("end", () => {
      const { settings } = JSON.parse(text) as Kept;
      Object.assign(kept, { version: kept.version + 1, settings });
      answer(200, { status: "ok", version: kept.version });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A front door, and two applications of which only the second serves searches; all have the same settings. */
async function shop(
  kept: Kept,
  { isFrontHonest = true, isSearchHonest = true, operation = "search", isFrontThere = true } = {},
) {
  const addresses: Record<string, string> = {
    home: await application(kept),
    search: await application(kept, { keepsToIt: isSearchHonest }),
  };
  const front = isFrontThere ? await application(kept, { keepsToIt: isFrontHonest }) : "127.0.0.1:1";
  const member = (name: string) => ({
    ...{ name, node: name, component: "shop", tier: "app", calls: ["config"] },
    settings: { areas: [name] },
  });
  const ground = {
    clock: new ManualClock(),
    outlook: {
      members: [member("home"), member("search"), { name: "config", component: "zookeeper", calls: [] }],
    },
    target: { entryUrls: [`http://${front}`] },
    node: (name: string) => ({ name, address: addresses[name], isRunning: true }),
  } as unknown as Ground;
  const planned: PlannedFault = {
    ...{ id: "toggle@0", fault: "toggle", value: operation, nodes: [], edges: [], atS: 0, forS: 5 },
  };
  return toggle.prepare(planned, ground);
}

const on = (): Kept => ({ version: 1, settings: { switchedOff: [] } });

test("what is off everywhere is refused at the front door and by who serves it, and is put back", async () => {
  const fault = await shop(on());
  expect(await fault.verify()).toBeUndefined();
  await fault.inject(never);
  expect(await fault.verify()).toBe(
    "all 2 applications say that search is switched off; who asks for it sees that the front door refuses it, and so does each of the 1 that serve it",
  );
  expect(await fault.verifyUndone()).toMatch(/still switched off at home, search/);
  await fault.undo?.(never);
  expect([await fault.verify(), await fault.verifyUndone()]).toEqual([undefined, undefined]);
});

test("what was off is let in while it lasts", async () => {
  const fault = await shop({ version: 1, settings: { switchedOff: ["search"] } });
  expect(await fault.verify()).toBeUndefined();
  await fault.inject(never);
  expect(await fault.verify()).toMatch(/is switched on; .*lets it in/);
});

test.each([
  { why: "the front door goes on serving it", how: { isFrontHonest: false } },
  { why: "an application behind it goes on serving it", how: { isSearchHonest: false } },
  { why: "the front door does not answer", how: { isFrontThere: false } },
])("a shop that says it is off is not believed when $why", async ({ how }) => {
  const fault = await shop(on(), how);
  await fault.inject(never);
  expect(await fault.verify()).toBeUndefined();
});

test.each(Object.keys(questions))(
  "%s is asked for in a way that shows whether it is off",
  async (operation) => {
    const fault = await shop(on(), { operation });
    expect(await fault.verify()).toBeUndefined();
    await fault.inject(never);
    expect(await fault.verify()).toMatch(/^all 2 applications say that/);
  },
);
