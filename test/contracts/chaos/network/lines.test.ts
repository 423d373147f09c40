/** Losses and lanes on the line of a real network: that they bite, are counted, and are gone afterwards. Needs root. */
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { readlinkSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sleep } from "../../../../base/clock.ts";
import { type Mend, manualOf, mendShape, performMend } from "../../../../chaos/mend.ts";
import { preparedRules } from "../../../../chaos/network/counted-rules.ts";
import { laneOf } from "../../../../chaos/network/lane-words.ts";
import { closeLane, lookAtLane, openLane } from "../../../../chaos/network/lanes.ts";
import { linesHere } from "../../../../chaos/network/lines-here.ts";
import { lossRules } from "../../../../chaos/network/loss-rules.ts";
import type { Device } from "../../../../chaos/network/places.ts";
import { networkHere } from "../../../../targets/launch/network/here.ts";
import { startTicksOf } from "../../../../targets/launch/process-identity.ts";

const networks = await networkHere();
const { noLoss, noLanes } = networks.can ? linesHere() : {};
const cannot = networks.can ? (noLoss ?? noLanes ?? "") : networks.because;
const signal = new AbortController().signal;
const [outside, node] = ["10.0.0.1", "10.0.0.2"];

describe.skipIf(cannot !== "")(`the line of a node${cannot === "" ? "" : ` (not here: ${cannot})`}`, () => {
  const holders: ChildProcess[] = [];
  let far: Device;
  let near: Device;

  beforeAll(async () => {
    const [core, own] = await Promise.all([hold(holders), hold(holders)]);
    const inside = (pid: number, ...words: string[]) =>
      execFileSync("nsenter", [`--net=/proc/${pid}/ns/net`, ...words]);
    inside(core, "ip", "link", "add", "node0", "type", "veth", "peer", "name", "eth0", "netns", `${own}`);
    inside(core, "ip", "addr", "add", `${outside}/24`, "dev", "node0");
    inside(core, "ip", "link", "set", "node0", "up");
    inside(own, "ip", "addr", "add", `${node}/24`, "dev", "eth0");
    inside(own, "ip", "link", "set", "eth0", "up");
    far = { holder: { pid: core, startTicks: startTicksOf(core) }, device: "node0" };
    near = { holder: { pid: own, startTicks: startTicksOf(own) }, device: "eth0" };
  });
  afterAll(() => {
    for (const holder of holders) holder.kill("SIGKILL");
  });

  /** Sends so many datagrams of 1000 bytes from outside to the node, or the other way. */
  async function send(many: number, way: "in" | "out" = "in"): Promise<void> {
    const [from, to] = way === "in" ? [far, node] : [near, outside];
    const program = `
      const socket = require("node:dgram").createSocket("udp4");
      let left = ${many};
      const done = () => { if (--left === 0) socket.close(); };
      for (let at = 0; at < ${many}; at++) socket.send(Buffer.alloc(1000), 9, "${to}", done);`;
    const enter = `--net=/proc/${from.holder.pid}/ns/net`;
    await promisify(execFile)("nsenter", [enter, process.execPath, "-e", program]);
  }
  const classes = ({ holder: { pid }, device }: Device) =>
    execFileSync("nsenter", [`--net=/proc/${pid}/ns/net`, "tc", "class", "show", "dev", device], {
      encoding: "utf8",
    });

  test("a share of the packets is lost, of those it is about, and counted", async () => {
    const [table, family] = ["stagebench_77", "netdev"] as const;
    const rules = { name: "node", holder: far.holder };
    const lossy = preparedRules(
      [{ ...rules, text: lossRules(table, [{ device: "node0", peers: [{ address: outside }] }], 0.5) }],
      { family, table, does: "loses packets on the line" },
    );
    await lossy.inject(signal);
    await lossy.inject(signal);
    expect(await lossy.verify()).toBeUndefined();
    await send(400);
    expect(await lossy.verify()).toMatch(/loses packets on the line of node: \d+ so far/);
    const { figures } = await lossy.account!(signal);
    // Binomial, 400 throws at one half: 200 with a deviation of 10; farther off than 80 once in 10^15.
    expect(figures["droppedPackets"]).toBeGreaterThan(120);
    expect(figures["droppedPackets"]).toBeLessThan(280);
    expect(await lossy.verifyUndone()).toContain("still dropped");
    for (let twice = 0; twice < 2; twice++)
      for (const mend of lossy.mends) await performMend(throughJournal(mend), signal);
    expect(await lossy.verifyUndone()).toBeUndefined();
  });

  test("answers are lost as well, where they come out of the line", async () => {
    const [table, family] = ["stagebench_79", "netdev"] as const;
    const text = lossRules(table, [{ device: "node0", peers: [{ address: outside }] }], 0.5)
      // Of answers only, so that nothing else can be what was counted.
      .replace(/ {2}chain node0_egress[\s\S]*? {2}}\n/, "");
    expect(text).not.toContain("egress");
    const rules = [{ name: "node", holder: far.holder, text }];
    const lossy = preparedRules(rules, { family, table, does: "loses packets on the line" });
    await lossy.inject(signal);
    await send(400, "out");
    await lossy.verify();
    const { figures } = await lossy.account!(signal);
    expect(figures["droppedPackets"]).toBeGreaterThan(120);
    expect(figures["droppedPackets"]).toBeLessThan(280);
    await lossy.undo!(signal);
  });

  test("packets of others than the callers are not lost, nor what is no TCP of a port's", async () => {
    const [table, family] = ["stagebench_78", "netdev"] as const;
    const text = lossRules(
      table,
      [{ device: "node0", peers: [{ address: "10.0.0.99" }, { address: outside, port: 9 }] }],
      0.5,
    );
    const rules = [{ name: "node", holder: far.holder, text }];
    const lossy = preparedRules(rules, { family, table, does: "loses packets on the line" });
    await lossy.inject(signal);
    await send(100);
    expect(await lossy.verify()).toBeUndefined();
    await lossy.undo!(signal);
  });

  test("a lane has those wait who take it, and closing it leaves another lane alone", async () => {
    const [first, second] = [laneOf("bandwidth:a@1"), laneOf("bandwidth:b@1")];
    const at = { match: "src", bytesPerS: 20_000 } as const;
    const idle = { bytes: 0, waiting: 0, overRate: 0, dropped: 0 };
    await openLane(far, { lane: first, peers: [{ address: outside }], ...at }, signal);
    await openLane(far, { lane: second, peers: [{ address: outside, port: 9 }], ...at }, signal);
    expect(await lookAtLane(far, first)).toEqual(idle);
    await send(50);
    const seen = await lookAtLane(far, first);
    expect(seen?.waiting).toBeGreaterThan(0);
    expect(seen?.bytes).toBeLessThan(50_000);
    // A port is of TCP.
    expect(await lookAtLane(far, second)).toEqual(idle);

    await closeLane(far, first, signal);
    await closeLane(far, first, signal);
    expect(await lookAtLane(far, first)).toBeUndefined();
    expect(await lookAtLane(far, second)).toBeDefined();
    await closeLane(far, second, signal);
    // The root stays, empty, and passes everything on.
    expect(classes(far)).toBe("");
  });

  test("answers wait where they leave the node", async () => {
    const lane = laneOf("bandwidth:e@1");
    const about = { lane, peers: [{ address: outside }], match: "dst", bytesPerS: 20_000 } as const;
    await openLane(near, about, signal);
    await send(50, "out");
    expect((await lookAtLane(near, lane))?.waiting).toBeGreaterThan(0);
    await closeLane(near, lane, signal);
  });

  test("what waits goes before its lane does, and what cannot is told", async () => {
    const lane = laneOf("bandwidth:f@1");
    const about = { lane, peers: [{ address: outside }], match: "src", bytesPerS: 20_000 } as const;
    await openLane(far, about, signal);
    await send(40);
    expect((await lookAtLane(far, lane))?.waiting).toBeGreaterThan(10);
    expect(await closeLane(far, lane, signal)).toBe(0);
  });

  test("opened twice it is one; its mend, and what a person types, leave nothing of it", async () => {
    const lane = laneOf("bandwidth:c@1");
    const about = { lane, peers: [{ address: outside }], match: "dst", bytesPerS: 64_000 } as const;
    const { holder, device } = near;
    const mend = throughJournal({
      mend: "lane",
      holder: { pid: holder.pid, startTicks: holder.startTicks },
      ...{ device, lane },
    });
    await openLane(near, about, signal);
    await openLane(near, about, signal);
    expect(await lookAtLane(near, lane)).toBeDefined();
    await performMend(mend, signal);
    await performMend(mend, signal);
    expect(classes(near)).toBe("");

    await openLane(near, about, signal);
    execFileSync("sh", ["-c", manualOf(mend)]);
    expect(classes(near)).toBe("");
    await performMend(mend, signal);
  });

  test("one that was broken off between its class and its filters is closed too", async () => {
    const lane = laneOf("bandwidth:d@1");
    const broken = { lane, peers: [{ address: "nobody" }], match: "src", bytesPerS: 64_000 } as const;
    await expect(openLane(far, broken, signal)).rejects.toThrow();
    expect(await lookAtLane(far, lane)).toBeDefined();
    await closeLane(far, lane, signal);
    expect(classes(far)).toBe("");
  });

  test("a line that went with the network at its other end has nothing to be taken back", async () => {
    const gone = { ...far, device: "node7" };
    expect(await closeLane(gone, 3, signal)).toBe(0);
    expect(await lookAtLane(gone, 3)).toBeUndefined();
  });

  test("a network that is gone has nothing to be taken back", async () => {
    const gone = { holder: { pid: 2 ** 22 - 1, startTicks: 1 }, device: "eth0" };
    await closeLane(gone, 3, signal);
    expect(await lookAtLane(gone, 3)).toBeUndefined();
  });
});

const throughJournal = (mend: Mend): Mend => mendShape.parse(JSON.parse(JSON.stringify(mend)));

/** A network of its own, held by a process. */
async function hold(holders: ChildProcess[]): Promise<number> {
  const holder = spawn("unshare", ["--net", "sleep", "60"], { stdio: "ignore" });
  holders.push(holder);
  const ours = readlinkSync("/proc/self/ns/net");
  for (let tries = 0; tries < 200 && readlinkSync(`/proc/${holder.pid}/ns/net`) === ours; tries++)
    await sleep(5);
  return holder.pid!;
}
