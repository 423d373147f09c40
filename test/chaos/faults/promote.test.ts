/** What becomes of a promotion that breaks off before the primary is lost. No real database is asked. */
import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { Ground, Outlook, PreparedFault } from "../../../chaos/fault.ts";
import { promote } from "../../../chaos/faults/promote.ts";
import type { RelayControl } from "../../../chaos/relay/relay-control.ts";
import { findTarget } from "../../../targets/catalog.ts";
import { membersOf } from "../../../targets/launch/members.ts";
import { ManualClock } from "../../fakes/manual-clock.ts";
import { ScriptedNode } from "../../fakes/scripted-node.ts";

const signal = new AbortController().signal;
const id = "promote:db@9";

/** A relay that does as it is told, and remembers it. */
function listedRelay() {
  const log: string[] = [];
  const on = new Set<string>();
  const none = { connections: 0, chunks: 0, bytes: 0, resets: 0, refusedDials: 0, loopDelayP99Ms: 0.2 };
  const control: RelayControl = {
    socketPath: "/relay",
    leads: () => true,
    addressOf: () => "127.0.0.1:1",
    async put(fault) {
      log.push(`put ${fault.id}`);
      on.add(fault.id);
    },
    async lift(fault) {
      if (on.delete(fault)) log.push(`lift ${fault}`);
    },
    seen: async (fault) => ({ ...none, isOn: on.has(fault) }),
    redirect: async () => void log.push("redirect"),
    links: async () => ({ open: 0, ever: 0 }),
  };
  return { control, log };
}

/** Somebody who speaks as a database, and answers every question with one row: how far it is. */
async function talkingDatabase(): Promise<string> {
  const said = (type: string, ...parts: readonly Buffer[]) => {
    const body = Buffer.concat(parts);
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length + 4);
    return Buffer.concat([Buffer.from(type), length, body]);
  };
  const int32 = (value: number) =>
    Buffer.from([value >> 24, value >> 16, value >> 8, value].map((each) => each & 255));
  const int16 = (value: number) => Buffer.from([value >> 8, value & 255]);
  const ready = said("Z", Buffer.from("I"));
  const field = [Buffer.from("at\0"), int32(0), int16(0), int32(701), int16(8), int32(-1), int16(0)];
  const rows = [said("T", int16(1), ...field), said("D", int16(1), int32(2), Buffer.from("42"))];
  const answer = Buffer.concat([...rows, said("C", Buffer.from("SELECT 1\0")), ready]);
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.write(Buffer.concat([said("R", int32(0)), ready]));
      socket.on("data", (chunk) => {
        if (chunk.toString("latin1", 0, 1) === "Q") socket.write(answer);
        else socket.end();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function prepared(value: string, victim = new ScriptedNode({ name: "db" })) {
  const spec = findTarget("stage-05");
  const [clock, relay] = [new ManualClock(), listedRelay()];
  const outlook: Outlook = {
    ...{ spec, members: membersOf(spec), launcher: "processes", network: "loopback" },
    ...{ host: { platform: "linux", isRoot: false, hasProc: true }, seed: 7, sells: true },
  };
  const ground = {
    ...{ outlook, clock, relay: relay.control },
    node: (name: string) => (name === "db" ? victim : new ScriptedNode({ name })),
  } as unknown as Ground;
  const planned = { id, fault: "promote", value, nodes: ["db"], edges: [], atS: 9 };
  return { fault: await promote.prepare(planned, ground), log: relay.log, victim, clock };
}

/** Whoever watches looks ten times a second, and ends after a look. */
async function close(fault: PreparedFault, clock: ManualClock): Promise<void> {
  let isOver = false;
  const closing = fault.close!().then(() => {
    isOver = true;
  });
  while (!isOver) {
    clock.pass(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await closing;
}

test("what was held back is let go when the primary could not even be asked how far it is", async () => {
  const { fault, log, victim, clock } = await prepared("1s");
  expect(fault.mends).toEqual([{ mend: "relay", socket: "/relay", fault: id }]);
  await expect(fault.inject(signal)).rejects.toThrow();
  expect(await fault.verifyUndone()).toBe("the replicas of db still hear of no writes");
  await fault.undo!(signal);
  expect(log).toEqual([`put ${id}`, `lift ${id}`]);
  expect(await fault.verifyUndone()).toBeUndefined();
  expect(victim.log).toEqual([]);
  await close(fault, clock);
});

test("a primary that is down already gets nobody in its place: whoever ended it may start it again", async () => {
  const { fault, log, victim, clock } = await prepared("0s");
  victim.isRunning = false;
  expect(fault.mends).toEqual([]);
  await expect(fault.inject(signal)).rejects.toThrow("db was down already");
  await fault.undo!(signal);
  expect(log).toEqual([]);
  expect(await fault.verifyUndone()).toBeUndefined();
  await close(fault, clock);
});

test("a primary that was not seen to end, and is down, is not said to have been taken back", async () => {
  const stuck = new ScriptedNode({ name: "db", address: await talkingDatabase() });
  stuck.kill = async () => {
    stuck.isRunning = false;
    throw new Error("db could not be killed within 3 s");
  };
  const { fault, clock } = await prepared("0s", stuck);
  await expect(fault.inject(signal)).rejects.toThrow("db could not be killed within 3 s");
  await fault.undo!(signal);
  expect(await fault.verifyUndone()).toBe("db is down, and nobody has taken its place");
  stuck.isRunning = true;
  expect(await fault.verifyUndone()).toBeUndefined();
  await close(fault, clock);
});
