/** The configuration centre over a real ZooKeeper: found, watched, lost, silent, and back. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { lookFor } from "../../targets/launch/components.ts";
import { Ports } from "../../targets/launch/ports.ts";
import { answersRuok } from "../../targets/launch/probes.ts";
import { classPathOf } from "../../targets/launch/programs/zookeeper.ts";
import { renderZookeeper } from "../../targets/launch/render-zookeeper.ts";
import { openCentre } from "../../targets/shop/config-centre/open-centre.ts";
import { ChangedMeanwhile } from "../../targets/shop/config-centre/settings-centre.ts";

const [found] = lookFor(["zookeeper"]).found;
const log = { info: () => {}, error: () => {} };
const patiently = { timeout: 10_000, interval: 10 };

describe.skipIf(found === undefined)(
  "a ZooKeeper as the configuration centre (where one is installed)",
  () => {
    let folder: string;
    let port: number;
    let server: ChildProcess | undefined;

    const start = async () => {
      const config = join(folder, "zoo.cfg");
      await writeFile(config, renderZookeeper({ port, folder: join(folder, "data") }));
      const words = ["-Xmx64m", "-XX:-UsePerfData", "-cp", classPathOf(found!.command)];
      server = spawn(
        "/usr/bin/java",
        [...words, "org.apache.zookeeper.server.quorum.QuorumPeerMain", config],
        {
          stdio: "ignore",
        },
      );
      await vi.waitUntil(async () => {
        try {
          await answersRuok(port)(AbortSignal.timeout(1_000));
          return true;
        } catch {
          return false;
        }
      }, patiently);
    };
    const stop = async () => {
      if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
      const gone = new Promise((resolve) => server!.once("exit", resolve));
      server.kill("SIGKILL");
      await gone;
    };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "shop-test-zk-"));
      port = await new Ports().next();
      await start();
    });
    afterAll(async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    });

    test("a change reaches the other nodes by their watches, again and again, and is kept on disk", async () => {
      const keptPath = join(folder, "kept", "settings.json");
      await using one = await openCentre({ address: `127.0.0.1:${port}` }, log);
      await using other = await openCentre({ address: `127.0.0.1:${port}`, keptPath }, log);
      await vi.waitUntil(
        () => one.isConnected && one.inForce !== undefined && other.inForce !== undefined,
        patiently,
      );
      for (const name of ["search", "pay", "favourite"]) {
        const { version } = one.inForce!;
        expect(await one.change({ switchedOff: [name] }, version)).toBe(version + 1);
        await vi.waitUntil(() => one.inForce?.version === version + 1, patiently);
        await vi.waitUntil(() => other.inForce?.settings.switchedOff[0] === name, patiently);
        await expect(one.change({ switchedOff: [] }, version)).rejects.toBeInstanceOf(ChangedMeanwhile);
      }
      await vi.waitUntil(
        async () => (await readFile(keptPath, "utf8").catch(() => "")).includes("favourite"),
        patiently,
      );
    });

    test("a centre that died is found again, with what it was told before", async () => {
      await using centre = await openCentre({ address: `127.0.0.1:${port}` }, log);
      await vi.waitUntil(() => centre.inForce !== undefined, patiently);
      const { version } = centre.inForce!;
      await centre.change({ switchedOff: ["search"], inFlightLimit: 5 }, version);
      await vi.waitUntil(() => centre.inForce?.version === version + 1, patiently);
      await stop();
      await vi.waitUntil(() => !centre.isConnected, patiently);
      expect(centre.inForce?.settings).toEqual({ switchedOff: ["search"], inFlightLimit: 5 });
      await start();
      await vi.waitUntil(() => centre.isConnected, patiently);
      expect(await centre.change({ switchedOff: [] }, version + 1)).toBe(version + 2);
    });

    test("one that is there and says nothing is given up, although our pings go out", async () => {
      await using centre = await openCentre({ address: `127.0.0.1:${port}` }, log);
      await vi.waitUntil(() => centre.inForce !== undefined, patiently);
      const { pid } = server!;
      process.kill(pid!, "SIGSTOP");
      try {
        await vi.waitUntil(() => !centre.isConnected, patiently);
      } finally {
        process.kill(pid!, "SIGCONT");
      }
      expect(centre.inForce).toBeDefined();
      await vi.waitUntil(() => centre.isConnected, patiently);
    });
  },
);
