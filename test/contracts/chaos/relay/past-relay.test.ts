/** Who leads past the relay, seen on real connections of a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../../base/clock.ts";
import { faults } from "../../../../chaos/catalog.ts";
import type { Ground, Outlook, PlannedFault } from "../../../../chaos/fault.ts";
import { pastRelay } from "../../../../chaos/relay/past-relay.ts";
import type { RelayControl } from "../../../../chaos/relay/relay-control.ts";
import { startTicksOf } from "../../../../targets/launch/process-identity.ts";
import type { RunningTarget } from "../../../../targets/running-target.ts";
import { ScriptedNode } from "../../../fakes/scripted-node.ts";
import { edge, endOf, openStand } from "./callee.ts";

/** Connects to each of its ports, says so, and stays until its input ends. */
const program = `
const { connect } = require("node:net");
let open = 0;
for (const port of process.argv.slice(1))
  connect(Number(port), "127.0.0.1").on("error", () => {}).once("connect", () => {
    if (++open === process.argv.length - 1) console.log("connected");
  });
process.stdin.on("end", () => process.exit()).resume();
`;

async function callerOf(...ports: readonly number[]): Promise<ChildProcess> {
  const caller = spawn(process.execPath, ["-e", program, ...ports.map(String)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(async () => {
    if (caller.exitCode !== null || caller.signalCode !== null) return;
    const ended = once(caller, "exit");
    caller.stdin!.end();
    await ended;
  });
  await once(caller.stdout!, "data");
  return caller;
}

async function listening(): Promise<{ readonly address: string; readonly port: number }> {
  const server = createServer((socket) => socket.on("error", () => {}).resume()).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { address: `127.0.0.1:${port}`, port };
}

function targetOf({ pid = 0 }: ChildProcess, calleeAddress: string): RunningTarget {
  const processes = [{ pid, startTicks: startTicksOf(pid) }];
  const caller = new ScriptedNode({
    name: edge.from,
    grip: { kind: "processes", processes, dataFolder: "" },
  });
  const nodes = [caller, new ScriptedNode({ name: edge.to, address: calleeAddress })];
  return { nodes } as unknown as RunningTarget;
}

const isBlind = !existsSync("/proc/self/net/tcp");

test.skipIf(isBlind)("connections to the callee itself are counted, those to a door are not", async () => {
  const [callee, door] = [await listening(), await listening()];
  const [direct, led] = [await callerOf(callee.port, callee.port, door.port), await callerOf(door.port)];
  expect(pastRelay([edge], { target: targetOf(direct, callee.address) })).toEqual([{ edge, connections: 2 }]);
  expect(pastRelay([edge], { target: targetOf(led, callee.address) })).toEqual([]);
});

test.skipIf(isBlind)("a caller that is gone has none, and of clients nothing is known", async () => {
  const callee = await listening();
  const caller = await callerOf(callee.port);
  const target = targetOf(caller, callee.address);
  expect(pastRelay([{ from: "clients", to: edge.to }], { target })).toEqual([]);
  const ended = once(caller, "exit");
  caller.kill("SIGKILL");
  await ended;
  expect(pastRelay([edge], { target })).toEqual([]);
});

test.skipIf(isBlind)("a fault of the relay says how many it did nothing to", async () => {
  await using stand = await openStand((socket) => void socket.on("data", () => socket.write("pong")));
  const callee = await listening();
  const caller = await callerOf(callee.port);
  const { ask, address } = stand;
  const relay: RelayControl = {
    ...{ socketPath: "", leads: () => true, addressOf: () => address },
    put: async (fault) => void (await ask({ ask: "put", fault: { ...fault, leaseMs: 60_000 } })),
    lift: async (fault) => void (await ask({ ask: "lift", fault })),
    seen: async (fault) => (await ask({ ask: "seen", fault })).seen,
    redirect: async () => {},
    links: async () => (await ask({ ask: "links", edge })).links!,
  };
  const planned: PlannedFault = {
    ...{ id: "reset@1", fault: "reset", value: "now", nodes: [edge.to], edges: [edge], atS: 0, forS: 1 },
  };
  const outlook: Outlook = {
    ...{ members: [], launcher: "processes", network: "loopback", seed: 1, sells: false },
    host: { platform: "linux", isRoot: false, hasProc: true },
  };
  const target = targetOf(caller, callee.address);
  const node = () => target.nodes[1]!;
  const ground: Ground = { outlook, target, node, relay, clock: systemClock };
  const broken = endOf(await stand.call());
  const fault = await faults.find(({ name }) => name === "reset")!.prepare(planned, ground);
  await fault.inject(new AbortController().signal);
  await broken;
  await fault.undo!(new AbortController().signal);
  const account = await fault.account!(new AbortController().signal);
  expect(account.figures).toMatchObject({ resets: 1, pastRelayConnections: 1 });
  expect(account.sentence).toContain(`1 connection of ${edge.from}>${edge.to} leads past the relay`);
});
