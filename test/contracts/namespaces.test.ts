/** A stage whose nodes have networks of their own: the kernel's layer 4, an address that moves, and nothing left of it. Needs root. */

import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sleep } from "../../base/clock.ts";
import { lookFor } from "../../targets/launch/components.ts";
import { membersOf } from "../../targets/launch/members.ts";
import { networkHere } from "../../targets/launch/network/here.ts";
import { Namespaces } from "../../targets/launch/network/namespaces.ts";
import { bringUp } from "../../targets/launch/processes.ts";
import type { RunningProcesses } from "../../targets/launch/running-processes.ts";
import { WardList } from "../../targets/launch/ward-list.ts";
import { stage08 } from "../../targets/stages/stage-08-l4-failover.ts";
import { chooseVariants } from "../../targets/variant.ts";

const here = await networkHere();
const { missing } = lookFor(["keepalived", "nginx", "redis"]);
const cannot = here.can ? missing.map(({ program }) => `no ${program}`).join(", ") : here.because;

/** Three adverts of 0.2 s, the skew, and as much again for a machine that does other things too. */
const TAKEN_OVER_WITHIN_MS = 1_600;

describe.skipIf(cannot !== "")(
  `networks of their own${cannot === "" ? "" : ` (not here: ${cannot})`}`,
  () => {
    let folder: string;
    let target: RunningProcesses;
    const deaths: string[] = [];
    const signal = AbortSignal.timeout(60_000);

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "stagebench-namespaces-"));
      const { spec } = chooseVariants(stage08, ["shops=2", "shards=1", "replicas=0"]);
      target = await bringUp(
        spec,
        {
          runId: `namespaces-${process.pid}`,
          folder,
          wards: new WardList(),
          network: "namespaces",
          say: () => {},
        },
        signal,
      );
      target.onDeath(({ because, lastLines }) => deaths.push([because, ...lastLines].join("\n")));
    }, 60_000);

    afterAll(async () => {
      await target?.close();
      expect(deaths).toEqual([]);
      const interfaces = await readdir("/sys/class/net");
      const door = doorOf(target);
      expect(interfaces).not.toContain(door);
      expect(await readFile("/proc/net/route", "utf8")).not.toContain(`${door}\t`);
      await rm(folder, { recursive: true, force: true });
    });

    const member = (name: string) => target.nodes.find((node) => node.name === name)!;

    test("it is entered at one address, which is neither balancer's own, and nothing stands in for anything", () => {
      expect(target.entryUrls).toHaveLength(1);
      expect(target.entryUrls[0]).toMatch(/^http:\/\/10\.\d+\.0\.2\d\d:\d+$/);
      expect(target.standIns).toEqual([]);
    });

    test("every node has an address of its own", () => {
      const hosts = target.nodes.map(({ address }) => address.split(":")[0]);
      expect(new Set(hosts).size).toBe(target.nodes.length);
    });

    test("new connections go to the proxies in turn", async () => {
      const proxies = [member("proxy-1"), member("proxy-2")];
      const before = await Promise.all(proxies.map(({ pid }) => acceptedIn(pid)));
      for (let asked = 0; asked < 20; asked++) expect(await answers(target.entryUrls[0]!)).toBe(200);
      const after = await Promise.all(proxies.map(({ pid }) => acceptedIn(pid)));
      for (const [index, count] of after.entries()) expect(count - before[index]!).toBeGreaterThanOrEqual(10);
    });

    test("a proxy that died is left out, and taken in again", async () => {
      await member("proxy-1").kill();
      await untilSteady(target.entryUrls[0]!);
      for (let asked = 0; asked < 10; asked++) expect(await answers(target.entryUrls[0]!)).toBe(200);
      await member("proxy-1").restart(signal);
    }, 20_000);

    test.each(["first", "second"])(
      "when the balancer with the address dies the other takes it over (%s time)",
      async () => {
        const holder = await holderOfAddress();
        const killedAtMs = performance.now();
        await holder.kill();
        let lastFailureMs = killedAtMs;
        while (performance.now() - killedAtMs < TAKEN_OVER_WITHIN_MS + 1_000) {
          if ((await answers(target.entryUrls[0]!)) !== 200) lastFailureMs = performance.now();
          await sleep(20);
        }
        // Had nothing failed, it would not have been the one with the address, or not have died like this.
        expect(lastFailureMs - killedAtMs).toBeGreaterThan(0);
        expect(lastFailureMs - killedAtMs).toBeLessThan(TAKEN_OVER_WITHIN_MS);
        await holder.restart(signal);
        expect(await answers(target.entryUrls[0]!)).toBe(200);
      },
      30_000,
    );

    test("when both are gone nobody answers, and it is entered again when they are back", async () => {
      const balancers = [member("l4-1"), member("l4-2")];
      await Promise.all(balancers.map((balancer) => balancer.kill()));
      await Promise.all(balancers.map((balancer) => balancer.kill()));
      expect(await answers(target.entryUrls[0]!)).not.toBe(200);
      for (const { address } of balancers) expect(await answers(`http://${address}`)).not.toBe(200);
      await Promise.all(balancers.map((balancer) => balancer.restart(signal)));
      await untilSteady(target.entryUrls[0]!);
      await holderOfAddress();
    }, 30_000);

    /** The network of exactly one of them has the address as its own. */
    async function holderOfAddress() {
      const { hostname } = new URL(target.entryUrls[0]!);
      const balancers = [member("l4-1"), member("l4-2")];
      const has = await Promise.all(
        balancers.map(async ({ pid }) =>
          new RegExp(`${hostname.replaceAll(".", "\\.")}\\s+/32 host LOCAL`).test(
            await readFile(`/proc/${pid}/net/fib_trie`, "utf8"),
          ),
        ),
      );
      expect(has.filter(Boolean)).toHaveLength(1);
      return balancers[has.indexOf(true)]!;
    }
  },
);

test.skipIf(!here.can)(
  "when the way in is lost what is sent to it does not leave the machine, and nothing is left when all has ended",
  async () => {
    if (!here.can) return;
    const folder = await mkdtemp(join(tmpdir(), "stagebench-namespaces-"));
    const wards = new WardList();
    const members = membersOf(chooseVariants(stage08, ["shops=1", "shards=1", "replicas=0"]).spec).slice(
      0,
      2,
    );
    const { tools } = here;
    const network = await Namespaces.open(
      { members, tools, wards, logPath: join(folder, "network.log") },
      AbortSignal.timeout(20_000),
    );
    const [address] = network.placed(members).map(({ ownAddress }) => ownAddress!);
    const [core, ...others] = network.holders;
    const block = address!.split(".")[1];
    const wayTo = async () => {
      const { stdout } = await promisify(execFile)(tools.ip, ["route", "get", address!]);
      return stdout.match(/ dev (\S+)/)?.[1];
    };
    try {
      expect(await wayTo()).toBe(`bench-${block}`);
      process.kill(core!.pid, "SIGKILL");
      await expect.poll(wayTo, { timeout: 10_000 }).toBe(`bench-${block}-off`);
      await expect(answers(`http://${address}:80`)).resolves.toMatch(/EHOSTUNREACH|ENETUNREACH/);
    } finally {
      for (const { pid } of others) process.kill(pid, "SIGKILL");
    }
    await expect
      .poll(
        async () => (await readdir("/sys/class/net")).filter((name) => name.startsWith(`bench-${block}`)),
        {
          timeout: 10_000,
        },
      )
      .toEqual([]);
    expect((await promisify(execFile)(tools.ip, ["route"])).stdout).not.toContain(`10.${block}.`);
    await rm(folder, { recursive: true, force: true });
  },
  60_000,
);

const doorOf = (target: RunningProcesses) => `bench-${new URL(target.entryUrls[0]!).hostname.split(".")[1]}`;

/** On a connection of its own, since it is connections that are shared out. */
function answers(origin: string): Promise<number | string> {
  return new Promise((resolve) => {
    const asked = get(`${origin}/item/5`, { agent: false, timeout: 200 }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode ?? 0));
    });
    asked.once("timeout", () => asked.destroy(new Error("no answer")));
    asked.once("error", (error) => resolve(error.message));
  });
}

/** Several good answers in a row. */
async function untilSteady(origin: string): Promise<void> {
  for (let good = 0, asked = 0; good < 6; asked++) {
    if (asked > 100) throw new Error("the entry does not come to rest");
    good = (await answers(origin)) === 200 ? good + 1 : 0;
    await sleep(50);
  }
}

/** Connections accepted in the network of that process. */
async function acceptedIn(pid: number): Promise<number> {
  const [names, counts] = (await readFile(`/proc/${pid}/net/snmp`, "utf8"))
    .split("\n")
    .filter((line) => line.startsWith("Tcp:"))
    .map((line) => line.split(" "));
  return Number(counts![names!.indexOf("PassiveOpens")]);
}
