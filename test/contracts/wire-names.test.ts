/** How the wire sender finds those behind a name, with real sockets, and what a real Knot tells it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { askServer, Names } from "../../agents/senders/names.ts";
import { WireSender } from "../../agents/senders/wire.ts";
import { sleep, systemClock } from "../../base/clock.ts";
import { lookFor } from "../../targets/launch/components.ts";
import { Ports } from "../../targets/launch/ports.ts";
import { answersName } from "../../targets/launch/probes.ts";
import { renderKnot, renderZone, shopName, zoneFileName } from "../../targets/launch/render-knot.ts";
import { Heard } from "../fakes/heard-exchange.ts";

const zoneA = "127.0.10.1";
const zoneB = "127.0.11.1";
// Elsewhere than on Linux only 127.0.0.1 is there without further ado.
const hasZones = process.platform === "linux";

/** Says where it is, and to whom the request was addressed. */
async function listen(host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => response.end(`${host} ${request.headers.host}`));
  server.listen(port, host);
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

function senderTo(port: number, ask: ConstructorParameters<typeof Names>[0]["ask"]): WireSender {
  const sender = new WireSender({
    baseUrls: [`http://${shopName}:${port}`],
    maxConnections: 4,
    requestTimeoutMs: 5_000,
    clock: systemClock,
    names: new Names({ ask, lookups: "honour", clock: systemClock }),
  });
  onTestFinished(() => sender[Symbol.asyncDispose]());
  return sender;
}

function send(sender: WireSender): Promise<Heard> {
  const heard = new Heard();
  sender.send({ method: "GET", path: "/" }, heard);
  return heard.over;
}

const both = async () => [
  { address: zoneA, ttlS: 5 },
  { address: zoneB, ttlS: 5 },
];

describe.skipIf(!hasZones)("the wire sender", () => {
  test("shares its connections out over the addresses of a name, and asks each for the name", async () => {
    const port = await new Ports().next([zoneA, zoneB]);
    await Promise.all([listen(zoneA, port), listen(zoneB, port)]);
    const sender = senderTo(port, both);
    expect(await sender.warm(4, 5_000)).toBe(4);
    const answers = await Promise.all([1, 2, 3, 4].map(() => send(sender)));
    const host = `${shopName}:${port}`;
    const told = answers.map(({ answer }) => answer?.text).toSorted();
    expect(told).toEqual([`${zoneA} ${host}`, `${zoneA} ${host}`, `${zoneB} ${host}`, `${zoneB} ${host}`]);
  });

  test("goes to the next address when one refuses, and no request fails for it", async () => {
    const port = await new Ports().next([zoneA, zoneB]);
    await listen(zoneB, port);
    const sender = senderTo(port, both);
    const answers = await Promise.all([1, 2, 3, 4].map(() => send(sender)));
    for (const { answer } of answers) expect(answer?.text).toContain(zoneB);
    expect(sender.oddity).toBeUndefined();
  });

  test("tells that a name is unknown by failing the request unsent, with the reason", async () => {
    const sender = senderTo(1, async () => {
      throw Object.assign(new Error("nobody knows it"), { code: "ENOTFOUND" });
    });
    expect((await send(sender)).failure).toEqual({ how: "disconnected", isSent: false });
  });

  test("fails the request unsent when every address refuses", async () => {
    const sender = senderTo(await new Ports().next([zoneA, zoneB]), both);
    expect((await send(sender)).failure).toEqual({ how: "disconnected", isSent: false });
  });
});

const [knotd] = lookFor(["knot"]).found;

describe.skipIf(knotd === undefined)("Knot, where it is installed", () => {
  test("tells every address with its time, those of one zone by its name, and others after SIGHUP", async () => {
    const folder = await mkdtemp(join(tmpdir(), "stagebench-knot-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const port = await new Ports().next();
    const zonePath = join(folder, zoneFileName);
    const ways = [
      { address: zoneA, zone: "a" },
      { address: zoneB, zone: "b" },
    ];
    await writeFile(zonePath, renderZone(ways, 7));
    const config = join(folder, "knot.conf");
    await writeFile(config, renderKnot({ host: "127.0.0.1", port, folder, user: undefined }));
    const server = spawn(knotd!.command, ["-c", config], { stdio: "ignore" });
    onTestFinished(async () => {
      const ended = once(server, "exit");
      if (server.exitCode === null && server.kill("SIGTERM")) await ended;
    });
    await until(() => answersName(shopName, port)(AbortSignal.timeout(2_000)));

    const ask = askServer(`127.0.0.1:${port}`);
    const byAddress = (told: Awaited<ReturnType<typeof ask>>) =>
      told.toSorted((one, other) => (one.address < other.address ? -1 : 1));
    expect(byAddress(await ask(shopName))).toEqual([
      { address: zoneA, ttlS: 7 },
      { address: zoneB, ttlS: 7 },
    ]);
    expect(await ask(`b.${shopName}`)).toEqual([{ address: zoneB, ttlS: 7 }]);
    await expect(ask(`c.${shopName}`)).rejects.toMatchObject({ code: "ENOTFOUND" });

    await writeFile(zonePath, renderZone(ways.slice(1), 7));
    server.kill("SIGHUP");
    await until(async () => expect(await ask(shopName)).toEqual([{ address: zoneB, ttlS: 7 }]));
  });
});

/** Tries again until it works, for at most 5 s. */
async function until(works: () => Promise<void>): Promise<void> {
  const untilMs = systemClock.nowMs() + 5_000;
  for (;;) {
    try {
      return await works();
    } catch (error) {
      if (systemClock.nowMs() > untilMs) throw error;
      await sleep(50);
    }
  }
}
