import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../../../base/clock.ts";
import { faults } from "../../../../chaos/catalog.ts";
import type { Ground, Outlook, PlannedFault } from "../../../../chaos/fault.ts";
import type { RelayControl, WantedFault } from "../../../../chaos/relay/relay-control.ts";
import type { RunningTarget } from "../../../../targets/running-target.ts";
import { addressOf, edge, endOf, listening, openStand, read, type Stand } from "./callee.ts";

/** Answers whatever is asked, as a web server would. */
const answering = (socket: Socket) =>
  socket
    .on("data", () => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"))
    .on("end", () => socket.end());

/** The relay in this process; a test may let it do something else than it is told. */
function controlOf({ ask, address }: Stand, asPut = (fault: WantedFault) => fault): RelayControl {
  return {
    socketPath: "",
    leads: () => true,
    addressOf: () => address,
    put: async (fault) => void (await ask({ ask: "put", fault: { ...asPut(fault), leaseMs: 60_000 } })),
    lift: async (fault) => void (await ask({ ask: "lift", fault })),
    seen: async (fault) => (await ask({ ask: "seen", fault })).seen,
    redirect: async () => {},
    links: async () => (await ask({ ask: "links", edge })).links!,
  };
}

async function prepared(word: string, relay: RelayControl) {
  const [, name, value] = /^([a-z-]+)=(.*)$/.exec(word)!;
  const planned: PlannedFault = {
    ...{ id: word, fault: name!, value: value!, nodes: ["db"], edges: [edge], atS: 0, forS: 10 },
  };
  const outlook: Outlook = {
    ...{ members: [], launcher: "processes", network: "loopback", seed: 1, sells: false },
    host: { platform: "linux", isRoot: false, hasProc: true },
  };
  const target = { nodes: [] } as unknown as RunningTarget;
  const node = () => {
    throw new Error("no node is needed");
  };
  const ground: Ground = { outlook, target, node, relay, clock: systemClock };
  return faults.find((each) => each.name === name)!.prepare(planned, ground);
}

/** Somebody else's exchange. */
async function exchange(stand: Stand): Promise<Socket> {
  const caller = await stand.call();
  caller.write("GET / HTTP/1.1\r\n\r\n");
  await read(caller, 5);
  return caller;
}

const injected = new AbortController().signal;

describe("a fault of the relay", () => {
  test("is not seen as long as nobody is disturbed by it", async () => {
    await using stand = await openStand(answering);
    const fault = await prepared("latency=40ms", controlOf(stand));
    await fault.inject(injected);
    expect(await fault.verify()).toBeUndefined();
    await exchange(stand);
    expect(await fault.verify()).toMatch(/^an exchange takes \d+ ms, and took \d+ ms before$/);
    await fault.undo!(injected);
    expect(await fault.verify()).toBeUndefined();
    expect(await fault.verifyUndone()).toBeUndefined();
  });

  test("is not seen when the relay counts and nothing comes of it", async () => {
    await using stand = await openStand(answering);
    const none = { kind: "latency", delayMs: 0, jitterMs: 0, way: "both" } as const;
    const fault = await prepared(
      "latency=400ms",
      controlOf(stand, (put) => ({ ...put, does: none })),
    );
    await fault.inject(injected);
    await exchange(stand);
    expect((await stand.seen("latency=400ms")).connections).toBe(1);
    expect(await fault.verify()).toBeUndefined();
  });

  test.each(["reset=accept", "slow-close=50ms", "bandwidth=1k", "loss=50%"])(
    "%s is not seen on connections that are there and stand idle",
    async (word) => {
      await using stand = await openStand(answering);
      await exchange(stand);
      const fault = await prepared(word, controlOf(stand));
      await fault.inject(injected);
      expect(await fault.verify()).toBeUndefined();
    },
  );

  test("that resets connections is seen by those that were", async () => {
    await using stand = await openStand(answering);
    const caller = await exchange(stand);
    const end = endOf(caller);
    const fault = await prepared("reset=now", controlOf(stand));
    await fault.inject(injected);
    expect(await end).toBe("ECONNRESET");
    expect(await fault.verify()).toBe("1 connections were reset");
  });

  test("that is still on is not gone", async () => {
    await using stand = await openStand(answering);
    const fault = await prepared("refuse=keep", controlOf(stand));
    await fault.inject(injected);
    expect(await fault.verify()).toBe("a new connection is refused");
    expect(await fault.verifyUndone()).toBe("refuse=keep is still on in the relay");
    await fault.undo!(injected);
    expect(await fault.verifyUndone()).toBeUndefined();
    expect(await fault.verify()).toBeUndefined();
  });

  test("that would refuse those whom their callee refuses anyway has no effect", async () => {
    await using stand = await openStand(answering);
    const gone = await listening(answering);
    await stand.ask({ ask: "redirect", edge, upstream: addressOf(gone) });
    gone.close();
    const fault = await prepared("refuse=keep", controlOf(stand));
    await fault.inject(injected);
    expect(await fault.verify()).toBeUndefined();
  });

  test("tells in figures what it did", async () => {
    await using stand = await openStand(answering);
    const fault = await prepared("latency=10ms", controlOf(stand));
    await fault.inject(injected);
    await exchange(stand);
    expect((await fault.account!(injected)).figures).toMatchObject({ connections: 1, resets: 0 });
  });
});
